//! `docs/errors.md` is made from the catalogues: `UPDATE_DOCS=1 cargo test -p ims` writes it.

use std::fmt::Write;
use std::path::Path;

use super::{section, text};
use crate::error::Cause;

const INTRODUCTION: &str = "\
# Errors

Each error of the library and of the command `ims` has an id, which stands in brackets at the end of its first line. This
page lists all ids. `ims explain ID` shows the same offline. `ims explain` also takes a code or the words of an answer:
`ims explain 403025`, `ims explain \"Could not match JWT signature\"`.

[Troubleshooting](troubleshooting.md) begins with the words that people see. [Errors of APIs](api-errors.md) says how the
tool decides between the causes of one answer.

An entry states:

- **Looks like**: where the cause shows, with the HTTP status, the code and the text. Several causes can look the same.
  For the network, TLS, documents and keys, these are the words of other programs: curl, OpenSSL, Node, Python, Java.
- **What to do**: the most likely remedy first.
- **Certainty**: how certain the cause is where it is named. In a list of causes each one has a certainty of its own.
- **Known from**: Adobe's documentation, public reports or published clients, or inference. Nothing has been verified
  against the live services. \"This program checks it\" means that no source is needed.
- **Class**: it decides the exit code of the command, and whether an error is transient in the library.

This page is made from the catalogues in the code. A test compares the two.
";

/// Returns the page. Its lines are not wrapped, so that a change of a word is a change of one line.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let sections = section::all();
    page.push('\n');
    for section in &sections {
        let _ = writeln!(page, "- [{}](#{})", section.title, anchor(section.title));
    }
    for section in &sections {
        let _ = write!(page, "\n## {}\n", section.title);
        for cause in &section.causes {
            page.push_str(&entry(*cause));
        }
    }
    page
}

fn entry(cause: Cause) -> String {
    let symptoms = cause.symptoms().map(|it| {
        let text = text::symptom_text(&it);
        let (place, seen) = text.split_once(": ").unwrap();
        format!("{place}: `{seen}`")
    });
    let steps = text::steps(cause).map(str::to_owned);
    format!(
        "\n### {}\n\n{}\n{}{}\nClass: {}. Trying again {}. Certainty: {}. Known from: {}.\n",
        cause.id(),
        cause.meaning(),
        list("Looks like", symptoms),
        list("What to do", steps),
        cause.class_name(),
        text::retry(cause),
        text::certainty(cause.certainty()),
        text::known_from(cause.known_from()),
    )
}

fn list(label: &str, items: impl Iterator<Item = String>) -> String {
    let lines: String = items.map(|item| format!("- {item}\n")).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\n{label}:\n\n{lines}")
    }
}

/// Returns the anchor of a heading, as GitHub makes it.
fn anchor(title: &str) -> String {
    let kept = title
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a maintainer asks for the page")]
fn page_of_the_errors_is_that_of_the_catalogues() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    let differs = written.lines().zip(page.lines()).find(|(a, b)| a != b);
    assert_eq!(
        differs, None,
        "UPDATE_DOCS=1 cargo test -p ims writes the page"
    );
    assert_eq!(written.len(), page.len());
}

#[test]
fn every_id_is_an_anchor_of_the_page() {
    let page = page();
    for cause in Cause::all() {
        assert_eq!(anchor(cause.id()), cause.id());
        assert!(
            page.contains(&format!("\n### {}\n", cause.id())),
            "{}",
            cause.id()
        );
    }
}
