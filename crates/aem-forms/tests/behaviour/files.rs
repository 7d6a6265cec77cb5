//! Documents in files.

use std::fs;

use aem_forms::received::is_temporary;

use crate::server::{Server, Step, answer};
use crate::world::{PDF, client, letter};

/// Longer than what is written at once.
fn large() -> Vec<u8> {
    [&b"%PDF-1.7\n"[..], &vec![b'x'; 3 << 20], b"%%EOF"].concat()
}

async fn server(document: &[u8]) -> Server {
    let bytes = answer("200 OK\nContent-Type: application/pdf", document);
    Server::start([Step::Send(bytes)]).await
}

#[tokio::test]
async fn file_appears_with_its_whole_content_and_replaces_another() {
    for document in [PDF.to_vec(), large()] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.pdf");
        for _ in 0..2 {
            let server = server(&document).await;
            let mut received = client(&server).generate(&letter()).await.unwrap();
            received.write_to_file(&path).await.unwrap();
            assert!(fs::read(&path).unwrap() == document);
            assert_eq!(received.length(), document.len() as u64);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}

#[tokio::test]
async fn file_is_written_under_a_temporary_name_which_goes_with_the_reader() {
    let document = large();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.pdf");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: {}\r\n\r\n",
        document.len() + 1
    );
    // The last byte never comes.
    let server = Server::start([Step::Send([head.as_bytes(), &document].concat())]).await;
    let mut received = client(&server).generate(&letter()).await.unwrap();
    let names = || {
        let entries = fs::read_dir(folder.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name())
            .collect::<Vec<_>>()
    };
    let mut writing = Box::pin(received.write_to_file(&path));
    while names().is_empty() {
        let polled = core::future::poll_fn(|cx| {
            core::task::Poll::Ready(writing.as_mut().poll(cx).is_ready())
        });
        assert!(!polled.await);
        tokio::task::yield_now().await;
    }
    assert!(is_temporary(&names()[0]), "{:?}", names());
    drop(writing);
    // A thread that writes may still hold the file.
    while !names().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn link_is_followed_and_anything_but_a_file_is_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (
        folder.path().join("real.pdf"),
        folder.path().join("link.pdf"),
    );
    fs::write(&real, "old").unwrap();
    symlink(&real, &link).unwrap();
    let server = server(PDF).await;
    let client = client(&server);
    let write = async |path: &std::path::Path| {
        let mut received = client.generate(&letter()).await.unwrap();
        received.write_to_file(path).await
    };
    write(&link).await.unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read(&real).unwrap(), PDF);
    let plain = folder.path().join("plain");
    fs::write(&plain, "").unwrap();
    let modes = [&real, &plain].map(|path| fs::metadata(path).unwrap().permissions().mode());
    assert_eq!(modes[0], modes[1]);
    let missing = folder.path().join("no/letter.pdf");
    for path in [folder.path(), "/dev/null".as_ref(), &missing] {
        let error = write(path).await.unwrap_err();
        assert_eq!(error.cause().id(), "output-unwritable", "{error}");
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
    }
}

#[tokio::test]
async fn document_is_sent_to_any_writer() {
    let document = large();
    let server = server(&document).await;
    let mut received = client(&server).generate(&letter()).await.unwrap();
    let mut writer = Vec::new();
    received.write_to(&mut writer).await.unwrap();
    assert!(writer == document);
}
