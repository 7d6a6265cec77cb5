//! Making a server's text safe to show: it may send back what it was sent.

use zeroize::Zeroizing;

use crate::util::secret::Secret;

const REDACTED: &str = "[redacted]";

/// Nothing that a person would write or need is a longer run of letters and digits; signatures and
/// keys are.
const LONGEST_RUN: usize = 80;

/// The text without the secrets, in whichever of the usual spellings, and without anything that
/// looks like a token, whole or cut.
pub(crate) fn redact(text: &str, secrets: &[&Secret]) -> String {
    remove_tokens(&remove_secrets(text, secrets))
}

fn remove_secrets(text: &str, secrets: &[&Secret]) -> String {
    // No spelling of a secret is shorter than the secret.
    let fits = |secret: &&&Secret| (1..=text.len()).contains(&secret.expose().len());
    let mut display = text.to_owned();
    for secret in secrets.iter().filter(fits) {
        for spelling in spellings(secret.expose()) {
            display = replace_ignoring_case(&display, &spelling);
        }
    }
    display
}

fn remove_tokens(text: &str) -> String {
    let mut display = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.len() - rest.trim_start_matches(is_of_a_token).len();
        let (word, after) = rest.split_at(word);
        display.push_str(if looks_secret(word) { REDACTED } else { word });
        let between = after.len() - after.trim_start_matches(|c| !is_of_a_token(c)).len();
        let (between, next) = after.split_at(between);
        display.push_str(between);
        rest = next;
    }
    display
}

/// How a secret may come back: as it is, as form data, as part of a URL, in HTML.
fn spellings(secret: &str) -> [Zeroizing<String>; 4] {
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let url = form.replace('+', "%20");
    let html = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    [secret.to_owned(), form, url, html].map(Zeroizing::new)
}

fn replace_ignoring_case(text: &str, part: &str) -> String {
    // ASCII lower case keeps every byte offset.
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let part = Zeroizing::new(part.to_ascii_lowercase());
    let mut replaced = String::with_capacity(text.len());
    let mut done = 0;
    for (at, found) in lower.match_indices(part.as_str()) {
        replaced.push_str(&text[done..at]);
        replaced.push_str(REDACTED);
        done = at + found.len();
    }
    replaced.push_str(&text[done..]);
    replaced
}

fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn looks_secret(word: &str) -> bool {
    word.split('.')
        .any(|part| part.starts_with("eyJ") || part.len() > LONGEST_RUN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Secret &'?%=ü+";

    #[test]
    fn a_secret_is_found_in_every_usual_spelling() {
        let secret = Secret::new(SECRET);
        for echo in [
            "Secret &'?%=ü+",
            "SECRET &'?%=ü+",
            "Secret+%26%27%3F%25%3D%C3%BC%2B",
            "Secret%20%26%27%3f%25%3d%c3%bc%2b",
            "Secret &amp;&#39;?%=ü+",
        ] {
            let display = redact(&format!("it is <{echo}>, see"), &[&secret]);
            assert_eq!(display, "it is <[redacted]>, see", "{echo}");
        }
    }

    #[test]
    fn what_looks_like_a_token_is_hidden_whole_and_in_parts() {
        let signature = "x".repeat(342);
        for (server_text, display) in [
            ("bad eyJhbGciOiJub25lIn0.e30.", "bad [redacted]"),
            ("(eyJh)", "([redacted])"),
            ("claims=eyJleHAi&x=1", "claims=[redacted]&x=1"),
            (&format!("signature {signature}!"), "signature [redacted]!"),
            (&format!("e30.{signature}"), "[redacted]"),
        ] {
            assert_eq!(redact(server_text, &[]), display, "{server_text}");
        }
        let harmless =
            "https://ims-na1.adobelogin.com/c/cm-p1-e2: no 4f0c1a2b-0000-1111-2222-333344445555 ü";
        assert_eq!(redact(harmless, &[&Secret::default()]), harmless);
    }
}
