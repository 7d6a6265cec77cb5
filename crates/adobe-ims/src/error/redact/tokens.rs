//! Texts that look like tokens, of whatever owner.

use super::needles::Source;
use super::view::{Span, View};

/// In characters. Signatures and keys are longer runs of letters and digits. No text that a person needs is.
pub(super) const MAX_RUN: usize = 80;

/// The first characters of a JSON object in base64: of the header and of the claims of a token.
const OBJECT: &[u8] = b"eyJ";

/// Calls `found` for each word of a view that looks like a token or a part of one.
pub(super) fn search(view: &View, source: Source, found: &mut impl FnMut(Span)) {
    let bytes = view.bytes();
    let mut start = 0;
    while start < bytes.len() {
        let length = bytes[start..]
            .iter()
            .take_while(|byte| is_of_a_token(**byte))
            .count();
        if length == 0 {
            start += 1;
            continue;
        }
        if looks_secret(&bytes[start..start + length], source) {
            found(view.span_of(start, length));
        }
        start += length;
    }
}

fn is_of_a_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

fn looks_secret(word: &[u8], source: Source) -> bool {
    word.split(|byte| *byte == b'.')
        .any(|part| part.starts_with(OBJECT) || (source == Source::Text && part.len() > MAX_RUN))
}
