//! `ims forms batch`.

use std::fs;

use serde_json::{Value, json};

use crate::forms_world::{FormsWorld, Server, TEMPLATE, answer, inputs};
use crate::support::World;

const URI: &str = "/conf/global/settings/forms/usc/batch/letters";
const CREATE: [&str; 9] = [
    "batch",
    "config",
    "create",
    "letters",
    "--template",
    "crx:///content/dam/forms/letter.xdp",
    "--data-source",
    URI,
    "--as",
];

/// Returns an emulator with a template and the records of a batch.
fn world(records: &str) -> FormsWorld {
    let world = FormsWorld::new();
    let emulator = &world.world.emulator;
    assert!(emulator.put_aem_file("forms/letter.xdp", TEMPLATE));
    let (source, results) = (world.world.path("in"), world.world.path("results"));
    fs::create_dir(&source).unwrap();
    fs::create_dir(&results).unwrap();
    fs::write(source.join("people.xml"), records).unwrap();
    emulator.set_aem_data_source(URI, source, results);
    world
}

const PEOPLE: &str = "<people><letter><name>Ada</name><city>Jena</city></letter>\
    <letter><name>Bo</name><city>Ulm</city></letter></people>";

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn configuration_lives_from_creation_to_deletion() {
    let world = world(PEOPLE);
    world
        .forms(&["batch", "config", "list"])
        .run()
        .assert(0, "AEM has no configuration\n", "");
    world
        .forms(&[&CREATE[..], &["pdf"]].concat())
        .run()
        .assert(0, "created letters\n", "");
    let run = world.forms(&[&CREATE[..], &["pdf"]].concat()).run();
    assert_eq!((run.code, run.stdout.as_str()), (7, ""), "{run:?}");
    assert!(
        run.stderr
            .starts_with(&format!("ims: {} answered 409: ", world.host())),
        "{run:?}"
    );
    let run = world.forms(&["batch", "config", "show", "letters"]).run();
    let shown = json_of(&run.stdout);
    assert_eq!(shown["outputTypes"], json!(["PDF"]));
    assert_eq!(shown["dataSourceConfigUri"], URI);
    let run = world
        .forms(&["batch", "config", "update", "letters", "--as", "pdf,zpl"])
        .run();
    run.assert(0, "changed letters\n", "");
    let run = world
        .forms(&["batch", "config", "list", "-o", "json"])
        .run();
    let list = json_of(&run.stdout);
    assert_eq!(list["schema"], "ims.forms.batch/1");
    assert_eq!(list["configs"][0]["outputTypes"], json!(["PDF", "PRINT"]));
    assert_eq!(
        list["configs"][0]["template"],
        "crx:///content/dam/forms/letter.xdp"
    );
    assert_eq!(list["configs"].as_array().unwrap().len(), 1);
    world
        .forms(&["batch", "config", "delete", "letters"])
        .run()
        .assert(0, "deleted letters\n", "");
    for call in [
        &["batch", "config", "show", "letters"][..],
        &["batch", "config", "update", "letters", "--as", "pdf"],
        &["batch", "config", "delete", "letters"],
        &["batch", "run", "letters"],
        &["batch", "status", "letters"],
    ] {
        let run = world.forms(call).run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (7, ""),
            "{call:?}: {run:?}"
        );
        assert!(
            run.stderr.contains(" answered 404: ") && run.stderr.contains("letters"),
            "{run:?}"
        );
        // The service is there, and the path is right.
        assert!(!run.stderr.contains("add-on"), "{run:?}");
    }
    assert_eq!(world.world.emulator.tokens_minted(), 1);
}

#[test]
fn run_is_waited_for_and_its_counts_are_shown() {
    let world = world(PEOPLE);
    world
        .forms(&[&CREATE[..], &["pdf"]].concat())
        .run()
        .assert(0, "created letters\n", "");
    let run = world.forms(&["batch", "run", "letters", "--wait"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let (id, counts) = run.stdout.split_once(": ").unwrap();
    assert_eq!(
        counts,
        "ended, PDF: 2 done, 0 failed, 0 in progress, 2 records\n"
    );
    assert_eq!(id.len(), 36, "{run:?}");
    let run = world.forms(&["batch", "status", "letters", id]).run();
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.starts_with(id) && run.stdout.ends_with(&format!("  {counts}")),
        "{run:?}"
    );
    let run = world
        .forms(&["batch", "status", "letters", "-o", "json"])
        .run();
    let status = json_of(&run.stdout);
    assert_eq!(status["schema"], "ims.forms.batch/1");
    assert_eq!(status["runs"][0]["status"], "SUCCESS");
    let run = world
        .forms(&["batch", "status", "letters", "no-such-run"])
        .run();
    assert_eq!(run.code, 7, "{run:?}");
    // Without --wait only the id is printed.
    let run = world.forms(&["batch", "run", "letters"]).run();
    assert_eq!(
        (run.code, run.stdout.trim_end().len(), run.stderr.as_str()),
        (0, 36, "")
    );
}

#[test]
fn run_with_a_failed_record_ends_with_8() {
    let states = [
        ("SUCCESS", 0, 0),
        ("SUCCESS", 1, 8),
        ("FAILED", 0, 8),
        ("UNHEARD_OF", 0, 8),
    ];
    for (status, failed, code) in states {
        let json = "Content-Type: application/json";
        let server = Server::new(move |request| {
            if request.line.starts_with("POST ") {
                return answer(
                    "202 Accepted\nLocation: /adobe/forms/batch/output/config/b/execution/run-1",
                    "",
                );
            }
            let state = format!(
                "{{\"status\":\"{status}\",\"recordsCount\":3,\"outputStatuses\":[{{\"outputType\":\"PDF\",\
                 \"inProgressCount\":0,\"successCount\":2,\"failureCount\":{failed}}}]}}"
            );
            answer(&format!("200 OK\n{json}"), state)
        });
        let folder = inputs();
        let run = server
            .forms(folder.path(), &["batch", "run", "b", "--wait"])
            .run();
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (code, ""),
            "{status} {failed}: {run:?}"
        );
        assert!(run.stdout.starts_with("run-1: "), "{run:?}");
        assert!(
            run.stdout
                .contains(&format!("PDF: 2 done, {failed} failed")),
            "{run:?}"
        );
    }
}

#[test]
fn configuration_that_cannot_work_is_refused_before_it_is_sent() {
    let world = world(PEOPLE);
    fs::write(
        world.world.path("twice.json"),
        "{\"outputTypes\":[\"PRINT\"]}",
    )
    .unwrap();
    for (arguments, code, id) in [
        (&["create", "b"][..], 3, "option-value"),
        (
            &["create", "b", "--template", "crx:///t.xdp", "--as", "pdf"],
            3,
            "option-value",
        ),
        (
            &[
                "create",
                "b",
                "--template",
                "t.xdp",
                "--data-source",
                URI,
                "--as",
                "pdf",
            ],
            3,
            "batch-template-relative",
        ),
        (
            &[
                "create",
                "b",
                "--template",
                "crx:///t.xdp",
                "--data-source",
                URI,
                "--as",
                "zpl,zpl",
            ],
            3,
            "batch-render-type-twice",
        ),
        (
            &[
                "create",
                "b",
                "--template",
                "crx:///t.xdp",
                "--data-source",
                URI,
                "--options",
                "twice.json",
            ],
            3,
            "batch-print-without-list",
        ),
        (
            &[
                "create",
                "b",
                "--template",
                "crx:///t.xdp",
                "--data-source",
                URI,
                "--as",
                "afp",
            ],
            2,
            "usage",
        ),
    ] {
        let run = world
            .forms(&[&["batch", "config"], arguments].concat())
            .run();
        run.assert_failed_first(code, id);
    }
    assert_eq!(world.requests(), 0);
}

#[test]
fn account_without_rights_is_told_which_it_needs() {
    let world = World::new();
    let emulator = &world.emulator;
    let id = world.document()["integration"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(emulator.grant_aem_rights(&id));
    let call = [
        "forms",
        "batch",
        "config",
        "list",
        "-c",
        "service_token.json",
        "--ca-file",
        "ca.pem",
        "--target",
        emulator.url(),
    ];
    let run = crate::support::Ims::new(call)
        .in_folder(world.folder.path())
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
    assert!(
        run.stderr
            .contains("  hint: The batch API also asks for the rights of an AEM administrator.\n"),
        "{run:?}"
    );
}

#[test]
fn batch_on_the_publish_tier_is_warned_of() {
    let folder = inputs();
    let call = [
        "forms",
        "batch",
        "config",
        "list",
        "--target",
        "publish-p1-e2.adobeaemcloud.com",
        "--cached-only",
    ];
    let run = crate::support::Ims::new(call)
        .in_folder(folder.path())
        .run();
    assert!(
        run.code != 0 && run.stderr.starts_with("ims: note: "),
        "{run:?}"
    );
    assert!(run.stderr.contains("[host-tier]\n"), "{run:?}");
}
