//! Texts of a server, prepared for display.

use crate::error::redact::redact;
use crate::util::secret::Secret;

/// In characters.
const MAX_LENGTH: usize = 300;

/// Returns a text of the server on one line, without control characters, cut to 300 characters, and without the
/// given secrets and anything that looks like a token.
pub(crate) fn server_text(text: &str, secrets: &[&Secret]) -> String {
    // Redaction comes first: a secret that was cut would not be recognised.
    shorten(&redact(text, secrets))
}

fn shorten(text: &str) -> String {
    let mut line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_LENGTH)
        .collect();
    if line.len() < text.len() && text.chars().nth(MAX_LENGTH).is_some() {
        line.push('…');
    }
    line.trim().to_owned()
}
