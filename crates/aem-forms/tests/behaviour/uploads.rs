//! Documents from files.

use std::fs;

use aem_forms::Document;
use aem_forms::Generation;
use aem_forms::options::PdfOptions;

use crate::server::{Server, Step, answer};
use crate::world::{PDF, client, generate, letter};

async fn server() -> Server {
    let pdf = answer("200 OK\nContent-Type: application/pdf", PDF);
    Server::start([Step::Send(answer("503 no", "")), Step::Send(pdf)]).await
}

#[tokio::test(start_paused = true)]
async fn file_is_read_for_each_attempt() {
    let folder = tempfile::tempdir().unwrap();
    for length in [0, 1, 100_000, 128 * 1024, 128 * 1024 + 1, 1_000_000] {
        let path = folder.path().join("data.xml");
        let content: Vec<u8> = (0..length).map(|index| b'a' + (index % 23) as u8).collect();
        fs::write(&path, &content).unwrap();
        let server = server().await;
        let generation = letter().data(Document::file(&path).unwrap());
        generate(&client(&server), &generation).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        for request in requests {
            let start = b"Content-Type: application/xml\r\n\r\n";
            let at = request.body.windows(start.len()).position(|it| it == start);
            let rest = &request.body[at.unwrap() + start.len()..];
            assert!(rest.starts_with(&content), "{length}");
            assert!(rest[length..].starts_with(b"\r\n--"), "{length}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn file_that_changed_its_length_or_is_gone_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.xdp");
    for (length, new) in [
        (300_000, Some(299_999)),
        (300_000, Some(300_001)),
        (10, Some(0)),
        (10, None),
    ] {
        fs::write(&path, vec![b'x'; length]).unwrap();
        let template = Document::file(&path).unwrap();
        match new {
            Some(new) => fs::write(&path, vec![b'x'; new]).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let server = server().await;
        let generation = Generation::pdf(template, PdfOptions::new());
        let error = generate(&client(&server), &generation).await.unwrap_err();
        assert_eq!(error.cause().id(), "document-unreadable", "{error}");
        assert!(error.to_string().contains("letter.xdp"), "{error}");
        assert_eq!(server.requests().len(), 0);
    }
}

#[test]
fn file_that_cannot_be_sent_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for path in [
        folder.path(),
        &folder.path().join("missing"),
        "/dev/null".as_ref(),
    ] {
        let error = Document::file(path).unwrap_err();
        assert_eq!(error.cause().id(), "document-unreadable", "{path:?}");
    }
}
