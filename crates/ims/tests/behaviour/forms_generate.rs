//! `ims forms generate`: one document.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::forms_world::{AS_PDF, FormsWorld, PDF, Server, TEMPLATE, answer, inputs, made};
use crate::support::Ims;

/// Creates a call that needs no AEM.
fn offline(folder: &Path, arguments: &[&str]) -> Ims {
    Ims::new(["forms", "generate"].iter().chain(arguments)).in_folder(folder)
}

#[test]
fn data_of_a_file_stdin_json_or_the_repository_is_merged() {
    let world = FormsWorld::new();
    let folder = world.folder();
    fs::write(
        folder.join("data.json"),
        "{\"name\":\"Ada\",\"city\":\"Jena\"}",
    )
    .unwrap();
    assert!(
        world
            .world
            .emulator
            .put_aem_file("forms/letter.xdp", TEMPLATE)
    );
    assert!(
        world
            .world
            .emulator
            .put_aem_file("forms/data.xml", crate::forms_world::DATA)
    );
    let json = b"{\"name\":\"Ada\",\"city\":\"Jena\"}".to_vec();
    for (template, data, stdin) in [
        ("letter.xdp", "data.xml", Vec::new()),
        ("letter.xdp", "data.json", Vec::new()),
        ("letter.xdp", "-", crate::forms_world::DATA.into()),
        ("letter.xdp", "-", json),
        (
            "crx:///content/dam/forms/letter.xdp",
            "data.xml",
            Vec::new(),
        ),
        (
            "/content/dam/forms/letter.xdp",
            "crx:///content/dam/forms/data.xml",
            Vec::new(),
        ),
    ] {
        let call = [
            "generate",
            template,
            data,
            "--as",
            "zpl",
            "--xdc",
            "zpl300.xdc",
            "--out",
            "-",
        ];
        // A template in the repository names no root; the one of JSON is then `data`.
        let run = world.forms(&call).stdin(stdin).run();
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (0, ""),
            "{template} {data}"
        );
        assert!(run.stdout.starts_with("^XA"), "{run:?}");
        for value in ["^FDAda^FS", "^FDJena^FS"] {
            assert!(run.stdout.contains(value), "{template} {data}: {run:?}");
        }
    }
    assert_eq!(world.world.emulator.tokens_minted(), 1);
}

#[test]
fn each_type_of_document_is_written_quietly() {
    let world = FormsWorld::new();
    for (kind, xdc, start) in [
        ("pdf", None, "%PDF-"),
        ("ps", Some("ps_plain.xdc"), "%!PS"),
        ("pcl", Some("hppcl5c.xdc"), "\x1bE"),
        ("zpl", Some("zpl300.xdc"), "^XA"),
        ("ipl", Some("ipl300.xdc"), ""),
        ("dpl", Some("dpl300.xdc"), ""),
        ("tpcl", Some("tpcl600.xdc"), ""),
        ("afp", None, ""),
    ] {
        let out = format!("new/{kind}.{kind}");
        let mut call = vec![
            "generate",
            "letter.xdp",
            "data.xml",
            "--as",
            kind,
            "--out",
            &out,
        ];
        call.extend(xdc.iter().flat_map(|xdc| ["--xdc", *xdc]));
        world.forms(&call).run().assert(0, "", "");
        let content = world.read(&out);
        assert!(
            !content.is_empty() && content.starts_with(start.as_bytes()),
            "{kind}"
        );
    }
    let mode = fs::metadata(world.world.path("new/pdf.pdf"))
        .unwrap()
        .permissions()
        .mode();
    let usual = fs::metadata(world.world.path("letter.xdp"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode, usual);
}

#[test]
fn account_without_rights_is_told_whom_to_add() {
    let world = crate::support::World::new();
    crate::forms_world::write_inputs(world.folder.path());
    let call = [
        "forms",
        "generate",
        "letter.xdp",
        "data.xml",
        "--out",
        "a.pdf",
        "-c",
        "service_token.json",
    ];
    let access = ["--ca-file", "ca.pem", "--target", world.emulator.url()];
    let run = Ims::new(call.iter().chain(&access))
        .in_folder(world.folder.path())
        .run();
    run_is_refused_for_its_group(&run.stderr);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
    assert!(!world.path("a.pdf").exists());
}

#[track_caller]
fn run_is_refused_for_its_group(stderr: &str) {
    assert!(stderr.starts_with("ims: 127.0.0.1:"), "{stderr}");
    assert!(stderr.contains(" answered 403: "), "{stderr}");
    assert!(stderr.contains("[aem-not-in-forms-users]\n"), "{stderr}");
    assert!(stderr.contains("forms-users"), "{stderr}");
}

#[test]
fn checks_refuse_before_a_token_is_requested() {
    let world = FormsWorld::new();
    let folder = world.folder();
    for (name, content) in [
        ("bad.xml", "<letter><name>"),
        ("page.html", "<html><title>Login</title></html>"),
        ("empty.xdp", ""),
        (
            "dtd.xml",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><letter>&x;</letter>",
        ),
        ("options.json", "{\"locale\":5}"),
        ("list.json", "[1]"),
    ] {
        fs::write(folder.join(name), content).unwrap();
    }
    for (arguments, id, place) in [
        (
            &["letter.xdp", "bad.xml"][..],
            "xml-malformed",
            "bad.xml:1:15: ",
        ),
        (&["bad.xml", "data.xml"], "xml-malformed", "bad.xml:1:15: "),
        (&["page.html"], "not-a-template", "page.html: "),
        (&["empty.xdp"], "not-a-template", "empty.xdp: "),
        (&["letter.xdp", "dtd.xml"], "xml-malformed", "dtd.xml:1:1: "),
        (
            &["letter.xdp", "--options", "options.json"],
            "option-value",
            "options.json: ",
        ),
        (
            &["letter.xdp", "--options", "list.json"],
            "options-malformed",
            "--options \"list.json\": ",
        ),
        (
            &["letter.xdp", "nothere.xml"],
            "document-unreadable",
            "DATA: ",
        ),
        (&["nothere.xdp"], "document-unreadable", "TEMPLATE: "),
    ] {
        let call = [&["generate", "--out", "out.pdf"], arguments].concat();
        let run = world.forms(&call).run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (3, ""),
            "{arguments:?}: {run:?}"
        );
        let first = run.stderr.lines().next().unwrap();
        assert!(
            first.starts_with(&format!("ims: {place}")),
            "{arguments:?}: {run:?}"
        );
        assert!(
            first.ends_with(&format!("[{id}]")),
            "{arguments:?}: {run:?}"
        );
    }
    assert!(!world.world.path("out.pdf").exists());
    assert_eq!(
        (world.requests(), world.world.emulator.tokens_minted()),
        (0, 0)
    );
}

#[test]
fn warnings_go_to_stderr_and_strict_makes_them_refusals() {
    let world = FormsWorld::new();
    fs::write(
        world.world.path("odd.xml"),
        "<letter><name>Ada</name><town>Jena</town></letter>",
    )
    .unwrap();
    let call = ["generate", "letter.xdp", "odd.xml", "--out", "out.pdf"];
    let run = world.forms(&call).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(
        run.stderr
            .lines()
            .all(|line| line.starts_with("ims: note: ")),
        "{run:?}"
    );
    assert!(
        run.stderr.contains("\"town\"") && run.stderr.contains("[data-unbound]\n"),
        "{run:?}"
    );
    let quiet = world.forms(&[&call[..], &["-q"]].concat()).run();
    quiet.assert(0, "", "");
    fs::remove_file(world.world.path("out.pdf")).unwrap();
    let run = world.forms(&[&call[..], &["--strict"]].concat()).run();
    run.assert_failed_first(3, "data-unbound");
    assert!(!world.world.path("out.pdf").exists());
    assert_eq!(world.requests(), 2);
}

#[test]
fn flags_of_another_type_of_document_are_refused() {
    let folder = inputs();
    for (arguments, message) in [
        (
            &["--copies", "2"][..],
            "--copies goes with the print languages only",
        ),
        (
            &["--xdc", "a.xdc"],
            "--xdc goes with the print languages only",
        ),
        (
            &["--as", "afp", "--tagged"],
            "--tagged goes with --as pdf only",
        ),
        (
            &["--as", "zpl", "--xdc", "zpl300.xdc", "--embed-fonts"],
            "--embed-fonts goes with --as pdf and --as afp only",
        ),
        (&["--as", "zpl"], "this is missing: --xdc <URI>"),
    ] {
        let call = [&["letter.xdp", "--dry-run"], arguments].concat();
        let run = offline(folder.path(), &call).run();
        run.assert_failed(2, "usage");
        assert!(
            run.stderr.starts_with(&format!("ims: {message}")),
            "{run:?}"
        );
    }
    let run = offline(folder.path(), &["letter.xdp"]).run();
    run.assert_failed(2, "usage");
}

#[test]
fn place_of_the_document_is_checked_before_anything_is_sent() {
    let server = Server::always(answer(AS_PDF, PDF));
    let folder = inputs();
    let path = folder.path();
    fs::create_dir(path.join("dir")).unwrap();
    for (arguments, message) in [
        (&["--out", "dir"][..], "--out \"dir\" is a folder"),
        (&["--out", "new/"], "--out \"new/\" is a folder"),
        (
            &["--out", "letter.xdp"],
            "the result would replace \"letter.xdp\"",
        ),
        (
            &["--out", "dir/../data.xml"],
            "the result would replace \"data.xml\"",
        ),
        (
            &["--out", "-", "-o", "json"],
            "--out - and -o json both want stdout",
        ),
    ] {
        let call = [&["generate", "letter.xdp", "data.xml"], arguments].concat();
        let run = server.forms(path, &call).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        if !run.stderr.starts_with('{') {
            assert!(
                run.stderr.starts_with(&format!("ims: {message}")),
                "{run:?}"
            );
        }
    }
    assert_eq!(server.requests().len(), 0);
    assert_eq!(
        fs::read_to_string(path.join("letter.xdp")).unwrap(),
        TEMPLATE
    );
    // A link stays a link to the new content.
    fs::write(path.join("dir/real.pdf"), "old").unwrap();
    std::os::unix::fs::symlink("dir/real.pdf", path.join("link.pdf")).unwrap();
    let run = server
        .forms(path, &["generate", "letter.xdp", "--out", "link.pdf"])
        .run();
    run.assert(0, "", "");
    assert_eq!(fs::read(path.join("dir/real.pdf")).unwrap(), PDF);
    assert!(path.join("link.pdf").is_symlink());
}

#[test]
fn target_must_be_a_host_that_may_have_the_token() {
    let folder = inputs();
    let call = ["letter.xdp", "--out", "a.pdf"];
    for (target, code, id) in [
        ("https://example.com", 3, "host-not-allowed"),
        (
            "http://author-p1-e2.adobeaemcloud.com",
            3,
            "host-not-allowed",
        ),
        (
            "https://author-p1-e2.adobeaemcloud.com/adobe/forms/doc/v1",
            3,
            "path-doubled",
        ),
        ("two words", 3, "forms-request-not-sendable"),
    ] {
        let run = offline(folder.path(), &[&call[..], &["--target", target]].concat())
            .env("IMS_ACCESS_TOKEN", crate::support::LASTING_TOKEN)
            .run();
        assert_eq!(run.stdout, "", "{target}");
        assert!(run.code == code || run.code == 2, "{target}: {run:?}");
        assert!(
            run.code == 2 || run.stderr.contains(&format!("[{id}]")),
            "{target}: {run:?}"
        );
    }
    let run = offline(folder.path(), &call).run();
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr
            .starts_with("ims: no AEM was named [usage]\nhint: name its host: --target "),
        "{run:?}"
    );
    assert_eq!(made(folder.path()), [""; 0]);
}

#[test]
fn dry_run_shows_the_parts_and_needs_neither_target_nor_credentials() {
    let folder = inputs();
    let run = offline(
        folder.path(),
        &[
            "letter.xdp",
            "data.xml",
            "--dry-run",
            "--tagged",
            "--locale",
            "de_DE",
        ],
    )
    .run();
    let (template, data) = (TEMPLATE.len(), crate::forms_world::DATA.len());
    run.assert(
        0,
        &format!(
            "POST /adobe/forms/doc/v1/generatePDFOutput\n  \
             template  letter.xdp  application/vnd.adobe.xdp+xml  {template} bytes\n  \
             data      data.xml    application/xml                {data} bytes\n  \
             options   options     application/json               34 bytes\n\
             nothing was sent\n"
        ),
        "",
    );
    let run = offline(folder.path(), &["crx:///a.xdp", "--dry-run", "-o", "json"]).run();
    run.assert(
        0,
        "{\"schema\":\"ims.forms.dry-run/1\",\"method\":\"POST\",\"path\":\"/adobe/forms/doc/v1/generatePDFOutput\",\
         \"parts\":[{\"name\":\"template\",\"file_name\":null,\"type\":\"text/plain\",\"bytes\":12,\"reference\":\"crx:///a.xdp\"}]}\n",
        "",
    );
    let run = offline(
        folder.path(),
        &["letter.xdp", "--each", "people.csv", "--dry-run"],
    )
    .run();
    run.assert(
        0,
        &format!(
            "POST /adobe/forms/doc/v1/generatePDFOutput\n  \
             template  letter.xdp  application/vnd.adobe.xdp+xml  {template} bytes\n  \
             data      data.xml    application/xml                89 bytes\n\
             \ndata:\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<letter><name>Ada</name><city>Jena</city></letter>\n\
             \nthe first of 3 documents\nnothing was sent\n"
        ),
        "",
    );
    assert_eq!(made(folder.path()), [""; 0]);
}

/// Runs a printed command with a token, in a shell.
fn run_in_shell(world: &FormsWorld, script: &str) {
    let shell = Ims::new([
        "exec",
        "-c",
        "service_token.json",
        "--ca-file",
        "ca.pem",
        "--",
        "sh",
        "-c",
        script,
    ])
    .env("PATH", "/usr/local/bin:/usr/bin:/bin")
    .in_folder(world.folder());
    let run = shell.run();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, ""),
        "{script}: {run:?}"
    );
}

#[test]
fn printed_curl_command_works() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let world = FormsWorld::new();
    let folder = world.folder();
    let hostile = "it's $(touch pwned);@a.xdp";
    fs::copy(folder.join("letter.xdp"), folder.join(hostile)).unwrap();
    fs::write(folder.join("a.pdf"), PDF).unwrap();
    for (arguments, out) in [
        (
            &[
                "generate",
                "letter.xdp",
                "data.xml",
                "--out",
                "new/curl.pdf",
            ][..],
            "new/curl.pdf",
        ),
        (
            &[
                "generate", hostile, "data.xml", "--out", "it's.pdf", "--locale", "de_DE",
                "--tagged",
            ],
            "it's.pdf",
        ),
        (
            &[
                "generate",
                "letter.xdp",
                "--each",
                "people.csv",
                "--out",
                "each/{name}.pdf",
            ],
            "each/Ada.pdf",
        ),
        (
            &[
                "pdfa", "convert", "real.pdf", "--level", "2b", "--out", "pdfa/",
            ],
            "pdfa/real.pdf",
        ),
        (
            &[
                "assemble",
                "--merge",
                "real.pdf",
                "--title",
                "a \"b\" & 'c' \\",
                "--out",
                "merged",
            ],
            "merged",
        ),
    ] {
        if !world.world.path("real.pdf").exists() {
            world
                .forms(&["generate", "letter.xdp", "data.xml", "--out", "real.pdf"])
                .run()
                .assert(0, "", "");
        }
        let run = world.forms(&[arguments, &["--as-curl"]].concat()).run();
        assert_eq!(run.code, 0, "{arguments:?}: {run:?}");
        assert!(!world.world.path(out).exists());
        run_in_shell(&world, &run.stdout);
        let content = world.read(out);
        let is_document = content.starts_with(b"%PDF-");
        let has_parts =
            arguments[0] == "assemble" && String::from_utf8_lossy(&content).contains("%PDF-");
        assert!(is_document || has_parts, "{arguments:?}");
    }
    assert!(!world.world.path("pwned").exists());
    // The command sends what the tool sends.
    world.world.emulator.clear_requests();
    let call = [
        "generate",
        "letter.xdp",
        "data.xml",
        "--tagged",
        "--out",
        "x.pdf",
    ];
    world.forms(&call).run().assert(0, "", "");
    let run = world.forms(&[&call[..], &["--as-curl"]].concat()).run();
    run_in_shell(&world, &run.stdout);
    let requests = world.world.emulator.requests();
    let forms: Vec<_> = requests
        .iter()
        .filter(|it| it.path.starts_with("/adobe/"))
        .collect();
    assert_eq!(forms.len(), 2);
    assert_eq!(forms[0].fields, forms[1].fields);
}

#[test]
fn flags_win_over_the_file_of_options() {
    let folder = inputs();
    fs::write(
        folder.path().join("options.json"),
        "{\"locale\":\"fr_FR\",\"embedFonts\":true,\"new\":[1]}",
    )
    .unwrap();
    let run = offline(
        folder.path(),
        &[
            "letter.xdp",
            "--options",
            "options.json",
            "--locale",
            "de_DE",
            "--as-curl",
            "--target",
            "author-p1-e2.adobeaemcloud.com",
        ],
    )
    .run();
    assert_eq!(run.code, 0, "{run:?}");
    for part in [
        "\\\"locale\\\":\\\"de_DE\\\"",
        "\\\"embedFonts\\\":true",
        "\\\"new\\\":[1]",
    ] {
        assert!(run.stdout.contains(part), "{part} {run:?}");
    }
    assert!(!run.stdout.contains("fr_FR"), "{run:?}");
    assert!(
        run.stderr.contains("the option \"new\" is unknown")
            && run.stderr.contains("[option-unknown]"),
        "{run:?}"
    );
}

#[test]
fn help_groups_the_flags_in_80_columns() {
    let help = Ims::new(["forms", "generate", "--help"]).run().stdout;
    let heading = |name: &str| {
        help.find(&format!("\n{name}:\n"))
            .unwrap_or_else(|| panic!("{name}: {help}"))
    };
    let order = ["Document", "Many documents", "Request"].map(heading);
    assert!(order.is_sorted(), "{help}");
    for flag in ["--dry-run", "--target <URL|HOST>"] {
        assert!(help.find(flag).unwrap() > order[2], "{flag}");
    }
}
