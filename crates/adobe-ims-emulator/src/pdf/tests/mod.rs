//! Tests of the engine as a whole.

mod assemble;
mod compose;
mod hostile;
mod pdfa;
mod read;

use std::time::{Duration, UNIX_EPOCH};

use super::*;

/// Returns a fixture. `tests/fixtures/pdf/README.md` says who made it.
fn fixture(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/tests/fixtures/pdf/{name}.pdf",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn open(bytes: &[u8]) -> PdfFile {
    PdfFile::open(bytes).unwrap()
}

fn properties() -> Properties {
    Properties {
        title: Some("Brief & <Größe>".to_owned()),
        creator: Some("the test".to_owned()),
        producer: Some("the emulator".to_owned()),
        locale: Some("de_DE".to_owned()),
        created: Some(UNIX_EPOCH + Duration::from_secs(1_800_000_000)),
        information: vec![("Author".to_owned(), "Jürgen 你 😀".to_owned())],
        document_id: [7; 16],
        ..Properties::default()
    }
}

fn page(texts: &[&str]) -> Page {
    let mut page = Page::default();
    let mut y = 40.0;
    for text in texts {
        page.texts
            .push(Text::new(50.0, y, 11.0, *text).within(200.0));
        y += 20.0;
    }
    page
}

fn holds(bytes: &[u8], part: &str) -> bool {
    bytes
        .windows(part.len())
        .any(|window| window == part.as_bytes())
}
