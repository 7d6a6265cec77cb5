//! The decision which parts of an answer are results, and what they are called.

use crate::client::refusal::is_log;
use crate::multipart::header::PartHead;
use crate::received::DocumentKind;

/// Returns the name of the result in a part, or `None` for a part that is something else, such as a log.
///
/// A part is a result if the DDX names it. PDFsFromBookmarks and PackageFiles make results that no DDX names, so another
/// part is one if it is a PDF, or a file that is no text.
pub(super) fn result_name(head: &PartHead, expected: &[String]) -> Option<String> {
    let own = [head.name.as_deref(), head.file_name.as_deref()];
    let named = own.into_iter().flatten().find(|name| is_in(name, expected));
    if let Some(name) = named {
        return Some(name.to_owned());
    }
    let name = head.name.as_deref().unwrap_or_default();
    if is_log(name) || ["status", "code", "message"].contains(&name) || !is_file(head) {
        return None;
    }
    match (name, expected, &head.file_name) {
        // The name that the API of Output has for the one document.
        ("" | "output", [only], _) => Some(only.clone()),
        ("" | "output", _, Some(file_name)) => Some(file_name.clone()),
        _ => Some(name.to_owned()),
    }
}

fn is_in(name: &str, expected: &[String]) -> bool {
    expected.iter().any(|expected| expected == name)
}

fn is_file(head: &PartHead) -> bool {
    match head.media_type().as_deref() {
        Some("application/pdf" | "application/vnd.adobe.xdp+xml") => true,
        Some("text/plain" | "application/json") | None => false,
        Some(_) => head.file_name.is_some(),
    }
}

/// Returns the kind of a result: PDF by its type or by its name, or another one.
pub(super) fn kind(media_type: Option<&str>, name: &str) -> DocumentKind {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if media_type == Some("application/pdf") || ending.eq_ignore_ascii_case("pdf") {
        DocumentKind::Pdf
    } else {
        DocumentKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_told_from_logs_by_name_and_type() {
        const PDF: &str = "application/pdf";
        type Row<'a> = (&'a str, &'a str, &'a str, &'a [&'a str], Option<&'a str>);
        let rows: &[Row<'_>] = &[
            // Name, file name, type, expected results, result.
            ("a.pdf", "", PDF, &["a.pdf"], Some("a.pdf")),
            ("output", "b.pdf", PDF, &["a.pdf", "b.pdf"], Some("b.pdf")),
            ("output", "x.pdf", PDF, &["a.pdf"], Some("a.pdf")),
            ("", "", PDF, &["a.pdf"], Some("a.pdf")),
            ("output", "x.pdf", PDF, &[], Some("x.pdf")),
            (
                "chapter1.pdf",
                "c.pdf",
                PDF,
                &["a.pdf"],
                Some("chapter1.pdf"),
            ),
            ("jobLog", "jobLog.txt", "text/plain", &["a.pdf"], None),
            (
                "jobLog",
                "jobLog",
                "application/octet-stream",
                &["a.pdf"],
                None,
            ),
            ("jobLog", "", "text/plain", &["jobLog"], Some("jobLog")),
            ("message", "", "text/plain", &[], None),
            ("failedBlockNames", "", "application/xml", &[], None),
            ("info.xml", "info.xml", "text/xml", &[], Some("info.xml")),
            (
                "notes",
                "notes.txt",
                "text/plain",
                &["notes"],
                Some("notes"),
            ),
        ];
        for (name, file_name, media_type, expected, result) in rows {
            let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let head = PartHead {
                name: given(name),
                file_name: given(file_name),
                content_type: given(media_type),
                ..PartHead::default()
            };
            let expected: Vec<_> = expected.iter().map(|it| (*it).to_owned()).collect();
            let outcome = result_name(&head, &expected);
            assert_eq!(outcome.as_deref(), *result, "{name} {file_name}");
        }
    }

    #[test]
    fn kind_follows_from_type_or_name() {
        for (media_type, name, expected) in [
            (Some("application/pdf"), "x", DocumentKind::Pdf),
            (Some("application/octet-stream"), "x.PDF", DocumentKind::Pdf),
            (Some("text/xml"), "info.xml", DocumentKind::Other),
            (None, "pdf", DocumentKind::Other),
        ] {
            assert_eq!(kind(media_type, name), expected, "{name}");
        }
    }
}
