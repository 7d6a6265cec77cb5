//! Finding parts of secrets in what is shown.

use std::collections::HashSet;

use crate::encodings;

/// The length of the parts that are searched, in bytes.
const PART: usize = 12;

/// All parts of the secrets, plain and in the encodings that a program might show them in.
pub(crate) struct Needles(HashSet<[u8; PART]>);

impl Needles {
    pub(crate) fn new(secrets: &[String]) -> Self {
        let mut needles = Self(HashSet::new());
        for secret in secrets {
            needles.add(secret);
            needles.add(&secret.chars().rev().collect::<String>());
            needles.add(&encodings::percent(secret.as_bytes()));
            needles.add(&encodings::hex(secret.as_bytes()));
            // The text around the secret decides how the bits are grouped. The first and the last digits depend on it.
            for skipped in 0..3 {
                let part = secret.as_bytes().get(skipped..).unwrap_or_default();
                needles.add(encodings::base64(&part[..part.len() / 3 * 3]).as_str());
            }
        }
        needles
    }

    fn add(&mut self, text: &str) {
        self.0.extend(parts(&normalized(text)));
    }

    /// Returns true if a text shows a part of a secret.
    pub(crate) fn shown_in(&self, text: &str) -> bool {
        parts(&normalized(text)).any(|part| self.0.contains(&part))
    }
}

fn parts(text: &[u8]) -> impl Iterator<Item = [u8; PART]> {
    text.windows(PART).filter_map(|part| part.try_into().ok())
}

/// Removes case, blanks, line ends and escapes, which do not hide a secret.
fn normalized(text: &str) -> Vec<u8> {
    let text = text.replace("\\r", "").replace("\\n", "");
    let mut bytes = text.to_ascii_lowercase().into_bytes();
    bytes.retain(|byte| !byte.is_ascii_whitespace() && *byte != b'\\');
    bytes
}
