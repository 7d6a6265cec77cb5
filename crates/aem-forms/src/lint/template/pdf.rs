//! The few facts of a PDF that decide whether Forms can use it.

/// The facts about a PDF that show without decompressing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) struct PdfFacts {
    /// Its trailer names an encryption.
    pub(in crate::lint) is_encrypted: bool,
    /// It has no XFA form. False if it cannot be known, because objects are compressed.
    pub(in crate::lint) lacks_xfa: bool,
}

impl PdfFacts {
    pub(in crate::lint) fn of(bytes: &[u8]) -> Self {
        Self {
            is_encrypted: is_encrypted(bytes),
            lacks_xfa: !has_name(bytes, b"/XFA") && !has_name(bytes, b"/ObjStm"),
        }
    }
}

/// The length in which a trailer ends. The dictionary of a cross-reference stream is as short.
const TRAILER_LENGTH: usize = 4096;

/// The number of trailers that are looked at. A file has one for each time it was changed.
const MAX_TRAILERS: usize = 1000;

/// Returns true if a trailer or the dictionary of a cross-reference stream has `/Encrypt`. It must stand there in the
/// clear.
fn is_encrypted(bytes: &[u8]) -> bool {
    for mark in [b"trailer".as_slice(), b"/XRef"] {
        let mut rest = bytes;
        for _ in 0..MAX_TRAILERS {
            let Some(at) = find(rest, mark) else {
                break;
            };
            let trailer = &rest[at..rest.len().min(at + TRAILER_LENGTH)];
            let end = [b"startxref".as_slice(), b"stream", b"endobj"];
            let end = end.iter().filter_map(|end| find(trailer, end)).min();
            if has_name(&trailer[..end.unwrap_or(trailer.len())], b"/Encrypt") {
                return true;
            }
            // The entries of a dictionary have no order: some stand before the mark.
            let before = &rest[at.saturating_sub(TRAILER_LENGTH)..at];
            let start = rfind(before, b" obj").unwrap_or(before.len());
            if mark == b"/XRef" && has_name(&before[start..], b"/Encrypt") {
                return true;
            }
            rest = &rest[at + mark.len()..];
        }
    }
    false
}

fn has_name(bytes: &[u8], name: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = find(rest, name) {
        rest = &rest[at + name.len()..];
        if !rest.first().is_some_and(u8::is_ascii_alphanumeric) {
            return true;
        }
    }
    false
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    let first = *text.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(text) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn rfind(bytes: &[u8], text: &[u8]) -> Option<usize> {
    (0..bytes.len())
        .rev()
        .find(|at| bytes[*at..].starts_with(text))
}
