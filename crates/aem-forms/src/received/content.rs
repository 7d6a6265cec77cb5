//! The decision whether a content is the document that was asked for.

use super::kind::DocumentKind;
use crate::error::FormsProblem;

/// In bytes: the beginning of a content that is looked at.
pub(super) const START: usize = 1024;

/// The place of a content in its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentPlace {
    /// It is the answer.
    Whole,
    Part,
}

/// The reason why a content is not the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Empty,
    WebPage,
    Json,
    Type(String),
    NoType,
    Content(DocumentKind),
}

impl Wrong {
    pub(super) fn problem(&self) -> FormsProblem {
        match self {
            Self::Empty => FormsProblem::AnswerEmpty,
            _ => FormsProblem::AnswerNotDocument,
        }
    }

    /// Returns the reason, as a part of a message. The type that a server named is not repeated.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Empty => "the content is empty".to_owned(),
            Self::WebPage => "the content is a web page".to_owned(),
            Self::Json => "the content is JSON".to_owned(),
            Self::Type(asked) => format!("the content has another type than {asked}"),
            Self::NoType => "the content has no type".to_owned(),
            Self::Content(kind) => {
                format!("the content is no {}, whatever its type says", kind.name())
            }
        }
    }
}

/// Compares a content with the kind that was asked for. `start` is its beginning: all of it, or [`START`] bytes.
pub(super) fn check(
    kind: DocumentKind,
    place: ContentPlace,
    media_type: Option<&str>,
    start: &[u8],
) -> Result<(), Wrong> {
    if start.trim_ascii().is_empty() {
        return Err(Wrong::Empty);
    }
    // An attachment that was extracted may be anything.
    if kind == DocumentKind::Other && place == ContentPlace::Part {
        return Ok(());
    }
    if is_web_page(start) {
        return Err(Wrong::WebPage);
    }
    if is_json(start) {
        return Err(Wrong::Json);
    }
    match media_type {
        None if kind != DocumentKind::Other && !has_own_start(kind) => return Err(Wrong::NoType),
        None => {}
        Some("text/html" | "application/xhtml+xml") => return Err(Wrong::WebPage),
        Some(media_type) if !kind.accepts_type(media_type) => {
            return Err(Wrong::Type(kind.accept().to_owned()));
        }
        Some(_) => {}
    }
    if kind.begins(start) {
        Ok(())
    } else {
        Err(Wrong::Content(kind))
    }
}

/// Returns true if the first bytes tell the kind. Those of the label languages do not.
fn has_own_start(kind: DocumentKind) -> bool {
    !kind.begins(b"?")
}

pub(crate) fn is_web_page(start: &[u8]) -> bool {
    let start = without_mark(start);
    let start = &start[..start.len().min(START)];
    let lower = start.to_ascii_lowercase();
    if !lower.starts_with(b"<") {
        return false;
    }
    let marks: [&[u8]; 5] = [b"<!doctype html", b"<html", b"<head", b"<body", b"<title"];
    marks
        .iter()
        .any(|mark| memchr::memmem::find(&lower, mark).is_some())
}

/// Returns true for the beginning of a JSON object or list. A command of TPCL begins with a brace, too, but no name in
/// quotes follows.
pub(super) fn is_json(start: &[u8]) -> bool {
    let start = without_mark(start);
    let Some((open, rest)) = start.split_first() else {
        return false;
    };
    let next = rest.trim_ascii_start().first();
    match (open, next) {
        (b'{', Some(next)) => matches!(next, b'"' | b'}'),
        (b'[', Some(next)) => matches!(next, b'{' | b'[' | b']' | b'"'),
        _ => false,
    }
}

fn without_mark(start: &[u8]) -> &[u8] {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_first_bytes_must_be_those_of_the_kind() {
        use DocumentKind::{Afp, Dpl, Ipl, Other, Pcl, Pdf, PostScript, Tpcl, Zpl};
        const OCTETS: Option<&str> = Some("application/octet-stream");
        const PDF: Option<&str> = Some("application/pdf");
        const JSON: Option<&str> = Some("application/json");
        let not = |kind| Err(Wrong::Content(kind));
        let other = |kind: DocumentKind| Err(Wrong::Type(kind.accept().to_owned()));
        type Row<'a> = (DocumentKind, Option<&'a str>, &'a [u8], Result<(), Wrong>);
        let rows: &[Row<'_>] = &[
            (Pdf, PDF, b"%PDF-1.7 ...", Ok(())),
            (Pdf, OCTETS, b"\xef\xbb\xbf%PDF-1.7", Ok(())),
            (Pdf, None, b"\r\n%PDF-1.7", Ok(())),
            (Pdf, PDF, b"", Err(Wrong::Empty)),
            (Pdf, PDF, b" \r\n\0"[..3].as_ref(), Err(Wrong::Empty)),
            (Pdf, PDF, b"--b\r\n\r\n%PDF-1.7", not(Pdf)),
            (Pdf, PDF, b"\n<HTML>x", Err(Wrong::WebPage)),
            (Pdf, Some("text/html"), b"%PDF-1.7", Err(Wrong::WebPage)),
            (Pdf, JSON, b"{\"status\":1}", Err(Wrong::Json)),
            (Pdf, PDF, b" [{", Err(Wrong::Json)),
            (Pdf, JSON, b"%PDF-1.7", other(Pdf)),
            (Pdf, Some("text/plain"), b"%PDF-1.7", other(Pdf)),
            (Pdf, PDF, b"%!PS", not(Pdf)),
            (
                PostScript,
                Some("application/postscript"),
                b"%!PS-Adobe",
                Ok(()),
            ),
            (PostScript, OCTETS, b"\x04%!PS", Ok(())),
            (PostScript, OCTETS, b"\x1b%-12345X@PJL\n%!PS", Ok(())),
            (PostScript, OCTETS, b"\x1bE", not(PostScript)),
            (PostScript, PDF, b"%!PS", other(PostScript)),
            (Pcl, Some("application/vnd.hp-pcl"), b"\x1bE", Ok(())),
            (Pcl, OCTETS, b"%PDF-1.7", not(Pcl)),
            (Zpl, OCTETS, b"\r\n^XA", Ok(())),
            (
                Zpl,
                Some("x-application/zpl"),
                b"CT~~CD,~CC^~CT~^XA",
                Ok(()),
            ),
            (Zpl, OCTETS, b"XA", not(Zpl)),
            (Afp, Some("application/x-afp"), b"\x5a\0\x10\xd3", Ok(())),
            (Afp, OCTETS, b"%PDF", not(Afp)),
            (Dpl, OCTETS, b"\x02L", Ok(())),
            (Ipl, OCTETS, b"<STX><ESC>C<ETX>", Ok(())),
            (Tpcl, OCTETS, b"{D0508,0762,0498|}", Ok(())),
            (Tpcl, OCTETS, b"{ \"status\": 400}", Err(Wrong::Json)),
            (Tpcl, OCTETS, b"<!DOCTYPE html><p>", Err(Wrong::WebPage)),
            (Tpcl, Some("application/pdf"), b"{D", other(Tpcl)),
            (Tpcl, None, b"{D", Err(Wrong::NoType)),
            (Tpcl, OCTETS, b"", Err(Wrong::Empty)),
            (Other, JSON, b"{\"a\":1}", Err(Wrong::Json)),
            (Other, None, b"<x/>", Ok(())),
            (Other, None, b"<html>", Err(Wrong::WebPage)),
            (Other, None, b"", Err(Wrong::Empty)),
        ];
        for (kind, media_type, start, expected) in rows {
            let outcome = check(*kind, ContentPlace::Whole, *media_type, start);
            let shown = String::from_utf8_lossy(start);
            assert_eq!(outcome, *expected, "{kind:?} {media_type:?} {shown}");
        }
        let part = |start| check(Other, ContentPlace::Part, Some("text/html"), start);
        assert_eq!(part(b"<html>"), Ok(()));
        assert_eq!(part(b""), Err(Wrong::Empty));
    }
}
