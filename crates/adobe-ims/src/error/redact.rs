//! Removal of secrets from a server's text, which may repeat the request.

use zeroize::Zeroizing;

use crate::util::secret::Secret;

const REDACTED: &str = "[redacted]";

/// Signatures and keys are longer runs of letters and digits. No text that a person needs is.
const MAX_RUN: usize = 80;

/// Returns the text without the secrets, in any of their usual encodings, and without anything that looks like a token or
/// a part of one.
pub(crate) fn redact(text: &str, secrets: &[&Secret]) -> String {
    remove_tokens(&remove_secrets(text, secrets))
}

fn remove_secrets(text: &str, secrets: &[&Secret]) -> String {
    // No encoding of a secret is shorter than the secret.
    let fits = |secret: &&&Secret| (1..=text.len()).contains(&secret.expose().len());
    let mut display = text.to_owned();
    for secret in secrets.iter().filter(fits) {
        for encoded in encodings(secret.expose()) {
            display = replace_ignoring_case(&display, &encoded);
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

/// Returns the encodings in which a server may repeat a secret: plain, as form data, in a URL, in HTML.
fn encodings(secret: &str) -> [Zeroizing<String>; 4] {
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
    for (start, matched) in lower.match_indices(part.as_str()) {
        replaced.push_str(&text[done..start]);
        replaced.push_str(REDACTED);
        done = start + matched.len();
    }
    replaced.push_str(&text[done..]);
    replaced
}

fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn looks_secret(word: &str) -> bool {
    word.split('.')
        .any(|part| part.starts_with("eyJ") || part.len() > MAX_RUN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Secret &'?%=ü+";

    #[test]
    fn secret_is_removed_in_every_usual_encoding() {
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
    fn token_is_removed_whole_and_in_parts() {
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
        let longest = "x".repeat(MAX_RUN);
        assert_eq!(redact(&longest, &[]), longest);
        assert_eq!(redact(&format!("{longest}x"), &[]), REDACTED);
        let harmless =
            "https://ims-na1.adobelogin.com/c/cm-p1-e2: no 4f0c1a2b-0000-1111-2222-333344445555 ü";
        assert_eq!(redact(harmless, &[&Secret::default()]), harmless);
    }
}
