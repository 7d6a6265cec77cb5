//! The secrets that an answer holds itself.

use crate::util::secret::Secret;

/// The names of fields and parameters whose values are secrets.
const NAMES: [&str; 15] = [
    "access_token",
    "accesstoken",
    "refresh_token",
    "refreshtoken",
    "id_token",
    "device_token",
    "jwt_token",
    "client_secret",
    "clientsecret",
    "client_assertion",
    "assertion",
    "password",
    "passphrase",
    "private_key",
    "code_verifier",
];

/// The name of a code of a sign-in, which is random, and of the code of an error or a product, which is not.
const CODE: &str = "code";

/// In bytes. Words such as `invalid` stand in the place of a shorter value.
const MIN_LENGTH: usize = 12;

/// An answer has few. A server that sends more of them wants the search to take long.
const MAX_SECRETS: usize = 32;

/// In bytes. A longer value of a field is a document, and no token.
const MAX_LENGTH: usize = 16 * 1024;

/// Returns the values of fields that hold secrets, wherever they stand in the answer. It may be JSON, also broken off
/// or with a field twice, form data or a web page.
pub(super) fn secrets(content: &[u8]) -> Vec<Secret> {
    let text = String::from_utf8_lossy(content);
    // ASCII lower case keeps every byte offset.
    let lower = text.to_ascii_lowercase();
    let mut secrets = Vec::new();
    for (end, name) in names(&lower) {
        let Some(value) = value(&text[end..]) else {
            continue;
        };
        if (name == CODE && !looks_random(value))
            || !(MIN_LENGTH..=MAX_LENGTH).contains(&value.len())
        {
            continue;
        }
        secrets.push(Secret::new(value));
        if secrets.len() == MAX_SECRETS {
            break;
        }
    }
    secrets
}

/// Returns the names of secrets in a text, and where they end.
fn names(lower: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_between = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let words = lower.split_inclusive(is_between).scan(0, move |end, word| {
        *end += word.len();
        let name = word.trim_end_matches(is_between);
        Some((*end - (word.len() - name.len()), name))
    });
    words.filter(|(_, word)| NAMES.contains(word) || *word == CODE)
}

/// Returns the value after a name: behind `=` or `:`, in quotes or up to the next blank or separator.
fn value(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(['"', '\'', '\\']).trim_start();
    let rest = rest.strip_prefix(['=', ':'])?.trim_start();
    let rest = rest.trim_start_matches(['\\', '"', '\'']);
    let ends = |c: char| c.is_whitespace() || "\"'&<>,;".contains(c);
    let end = rest.find(ends).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches('\\'))
}

fn looks_random(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.bytes().any(|byte| kind(&byte));
    has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}
