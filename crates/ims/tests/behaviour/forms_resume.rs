//! `ims forms generate --each`: runs that are killed, and runs beside another.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::forms_world::{AS_PDF, PDF, Request, Server, answer, files, inputs, journal};
use crate::support::Ims;

const CALL: [&str; 6] = [
    "generate",
    "letter.xdp",
    "--each",
    "people.csv",
    "--out",
    "out/{name}.pdf",
];
const COUNT: usize = 60;

fn write_people(folder: &Path) {
    let rows: String = (1..=COUNT).map(|n| format!("N{n:02},x\n")).collect();
    fs::write(folder.join("people.csv"), format!("name,city\n{rows}")).unwrap();
}

/// Starts a server that answers the first requests, and then none until the test ends.
fn stalling(after: usize, arrived: Sender<usize>) -> Server {
    let never = Arc::new(Mutex::new(()));
    Server::new(move |request: &Request| {
        arrived.send(request.number).unwrap();
        if request.number > after {
            // The connection stays open, as with a server that works on the document.
            let (_keep, wait) = channel::<()>();
            let _ = wait.recv_timeout(Duration::from_secs(60));
        }
        drop(never.lock());
        // Half of the document has come when the command is killed.
        answer(AS_PDF, PDF)
    })
}

fn resume(server: &Server, folder: &Path) -> Ims {
    server.forms(folder, &[&CALL[..], &["--resume", "-o", "json"]].concat())
}

#[test]
fn run_that_was_killed_is_resumed_without_loss_and_without_work_done_twice() {
    for after in [0, 1, 7, 33] {
        let folder = inputs();
        let path = folder.path();
        write_people(path);
        let (arrive, arrived) = channel();
        let server = stalling(after, arrive);
        let killed = server.forms(path, &CALL).start();
        while arrived.recv_timeout(Duration::from_secs(30)).unwrap() <= after {}
        killed.send("KILL");
        assert_eq!(killed.end().code, -9);
        let out = path.join("out");
        let done: Vec<String> = journal(&out)
            .iter()
            .filter(|line| line["outcome"] == "done")
            .map(|line| line["file"].as_str().unwrap().to_owned())
            .collect();
        assert!(done.len() <= after, "{done:?}");
        for file in &done {
            assert_eq!(fs::read(out.join(file)).unwrap(), PDF);
        }

        let server = Server::always(answer(AS_PDF, PDF));
        let run = resume(&server, path).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let mut sent = BTreeMap::new();
        for request in server.requests() {
            *sent
                .entry(format!("{}.pdf", request.element("name")))
                .or_insert(0) += 1;
        }
        assert!(sent.values().all(|count| *count == 1), "{sent:?}");
        assert!(
            done.iter().all(|file| !sent.contains_key(file)),
            "{done:?} {sent:?}"
        );
        assert_eq!(done.len() + sent.len(), COUNT);
        let mut expected: Vec<_> = (1..=COUNT).map(|n| format!("N{n:02}.pdf")).collect();
        expected.insert(0, ".ims-forms.jsonl".to_owned());
        assert_eq!(files(&out), expected);
    }
}

#[test]
fn part_of_a_line_and_temporary_files_of_a_killed_run_do_no_harm() {
    let folder = inputs();
    let path = folder.path();
    let server = Server::always(answer(AS_PDF, PDF));
    assert_eq!(server.forms(path, &CALL).run().code, 0);
    let out = path.join("out");
    let text = fs::read_to_string(out.join(".ims-forms.jsonl")).unwrap();
    fs::write(out.join(".ims-forms.jsonl"), &text[..text.len() - 40]).unwrap();
    fs::write(out.join(".ims-forms-0123456789abcdef.tmp"), "%PDF-half").unwrap();
    fs::write(out.join("mine.tmp"), "mine").unwrap();
    let run = resume(&server, path).run();
    assert!(run.stdout.contains("\"made\":1,\"skipped\":2,"), "{run:?}");
    assert_eq!(
        files(&out),
        [
            ".ims-forms.jsonl",
            "Ada.pdf",
            "Bo.pdf",
            "Cy.pdf",
            "mine.tmp"
        ]
    );
    let run = resume(&server, path).run();
    assert!(run.stdout.contains("\"made\":0,\"skipped\":3,"), "{run:?}");
}

#[test]
fn second_run_in_the_folder_is_refused_while_the_first_runs() {
    let folder = inputs();
    let path = folder.path();
    let (arrive, arrived) = channel();
    let server = stalling(0, arrive);
    let first = server.forms(path, &CALL).start();
    arrived.recv_timeout(Duration::from_secs(30)).unwrap();
    let other = Server::always(answer(AS_PDF, PDF));
    for more in [&[][..], &["--resume"], &["--overwrite"]] {
        let run = other.forms(path, &[&CALL[..], more].concat()).run();
        run.assert(
            3,
            "",
            "ims: another run writes to \"out/\": it holds the journal [journal-locked]\n\
             hint: Wait until it has ended, or name another folder.\n",
        );
    }
    assert_eq!(other.requests().len(), 0);
    // The lock ends with its process.
    first.send("KILL");
    assert_eq!(first.end().code, -9);
    let run = other
        .forms(path, &[&CALL[..], &["--resume"]].concat())
        .run();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        files(&path.join("out")),
        [".ims-forms.jsonl", "Ada.pdf", "Bo.pdf", "Cy.pdf"]
    );
}

#[test]
fn interrupted_run_ends_by_the_signal_and_is_resumed() {
    let folder = inputs();
    let path = folder.path();
    let (arrive, arrived) = channel();
    let server = stalling(1, arrive);
    let run = server
        .forms(path, &[&CALL[..], &["-j", "1"]].concat())
        .start();
    while arrived.recv_timeout(Duration::from_secs(30)).unwrap() < 2 {}
    run.send("INT");
    let run = run.end();
    assert!([-2, 130].contains(&run.code), "{run:?}");
    let other = Server::always(answer(AS_PDF, PDF));
    let run = resume(&other, path).run();
    assert!(run.stdout.contains("\"made\":2,\"skipped\":1,"), "{run:?}");
    assert_eq!(
        files(&path.join("out")),
        [".ims-forms.jsonl", "Ada.pdf", "Bo.pdf", "Cy.pdf"]
    );
}
