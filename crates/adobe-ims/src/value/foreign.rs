//! Texts that are something else than a value: keys, documents, tokens, addresses and paths.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::content::Content;
use super::kind::ValueKind;
use crate::crypto::jws;
use crate::util::pem;

/// A key may be wrapped in base64 several times.
const MAX_DEPTH: usize = 4;

/// Shorter than any key in base64.
const MIN_KEY_LENGTH: usize = 64;

/// The beginnings of the paths of files with secrets.
const FOLDERS: &[&str] = &[
    "/app/",
    "/etc/",
    "/home/",
    "/mnt/",
    "/opt/",
    "/private/",
    "/root/",
    "/run/",
    "/secrets/",
    "/srv/",
    "/tmp/",
    "/Users/",
    "/usr/",
    "/var/",
    "/vault/",
    "/workspace/",
    "~/",
    "./",
    "../",
];

/// The ends of the names of such files.
const EXTENSIONS: &[&str] = &[
    ".crt",
    ".env",
    ".json",
    ".key",
    ".p12",
    ".pem",
    ".pfx",
    ".properties",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
];

/// Returns what the text is, if it is something else than a value of this kind.
pub(super) fn find(kind: ValueKind, text: &str) -> Option<Content> {
    if let Some(content) = key(text, MAX_DEPTH) {
        return (kind != ValueKind::PrivateKey).then_some(content);
    }
    if is_json(text) {
        return (kind != ValueKind::Document).then_some(Content::Json);
    }
    if is_markup(text) {
        return Some(Content::Markup);
    }
    if !kind.is_word() {
        return None;
    }
    if kind == ValueKind::AccessToken && is_assertion_text(text) {
        return Some(Content::Assertion);
    }
    if !kind.is_token() && is_token(text) {
        return Some(Content::Token);
    }
    if kind == ValueKind::ClientId && is_client_secret(text) {
        return Some(Content::ClientSecret);
    }
    if is_url(text) {
        return Some(Content::Url);
    }
    if is_assignment(text) {
        return Some(Content::Assignment);
    }
    is_path(text).then_some(Content::Path)
}

/// Returns the kind of a key: PEM or DER, in base64 or hex, plain or escaped.
fn key(text: &str, depth: usize) -> Option<Content> {
    let upper = Zeroizing::new(text.to_ascii_uppercase());
    let has = |part: &str| upper.contains(part);
    let marks = [
        "-BEGIN ",
        "-END ",
        "-BEGIN%20",
        "-BEGIN+",
        "%2DBEGIN",
        "-BEGIN_",
    ];
    let is_long = text.len() > 200 && has("BEGIN") && has("PRIVATE") && has("KEY");
    if is_long || marks.iter().any(|mark| has(mark)) {
        let is_private = has("PRIVATE") || !has("CERTIFICATE") && !has("PUBLIC");
        return Some(if is_private {
            Content::PrivateKey
        } else {
            Content::Certificate
        });
    }
    if has("PUTTY-USER-KEY-FILE") {
        return Some(Content::PrivateKey);
    }
    if depth == 0 || text.len() < MIN_KEY_LENGTH {
        return None;
    }
    let bytes = match hex(text) {
        Some(bytes) => bytes,
        None => Zeroizing::new(pem::base64(text.trim()).ok()?.to_vec()),
    };
    if let Some(content) = der(&bytes) {
        return Some(content);
    }
    key(str::from_utf8(&bytes).ok()?, depth - 1)
}

/// Recognises the DER of a key or a certificate by its frame. A private key may be cut off.
fn der(bytes: &[u8]) -> Option<Content> {
    let (content, length) = match bytes {
        [0x30, 0x82, high, low, content @ ..] => {
            (content, usize::from(u16::from_be_bytes([*high, *low])))
        }
        [0x30, 0x81, length, content @ ..] => (content, usize::from(*length)),
        _ => return None,
    };
    // Each form of a private key that is not encrypted begins with its version.
    if matches!(content, [2, 1, 0 | 1, ..]) {
        return Some(Content::PrivateKey);
    }
    (content.len() == length).then_some(Content::Certificate)
}

fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // The beginning of a DER of this length; a secret may be hex, too.
    if text.len() < 2 * MIN_KEY_LENGTH || !text.starts_with("308") || !text.len().is_multiple_of(2)
    {
        return None;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    for pair in text.as_bytes().chunks_exact(2) {
        let value = digit(&pair[0])? * 16 + digit(&pair[1])?;
        bytes.push(u8::try_from(value).ok()?);
    }
    Some(bytes)
}

fn is_json(text: &str) -> bool {
    let begins = text.starts_with("{\"") || text.starts_with("{ \"") || text.starts_with("[{");
    let is_object = text.starts_with('{') && text.ends_with('}');
    begins || is_object && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        // JSON over several lines, even if it is not complete.
        || text.starts_with('{') && text.contains('\n')
}

fn is_markup(text: &str) -> bool {
    let start = text.get(..9).unwrap_or(text).to_ascii_lowercase();
    ["<!doctype", "<html", "<?xml", "<head", "<body"]
        .iter()
        .any(|mark| start.starts_with(mark))
}

/// Returns true for a JWT.
pub(crate) fn is_token(text: &str) -> bool {
    text.starts_with("eyJ") && jws::decode(text).is_ok()
}

pub(crate) fn is_assertion_text(text: &str) -> bool {
    jws::decode(text).is_ok_and(|decoded| is_assertion(&decoded.payload))
}

/// Returns true for the claims of an assertion: its audience names the client, or a claim names a metascope.
pub(crate) fn is_assertion(claims: &Map<String, Value>) -> bool {
    let audience = claims.get("aud").and_then(Value::as_str);
    audience.is_some_and(|audience| audience.contains("/c/"))
        || claims.keys().any(|claim| claim.contains("/s/"))
}

/// The form in which the consoles issue secrets (documented by Adobe).
pub(super) fn is_client_secret(text: &str) -> bool {
    let rest = text.strip_prefix("p8e-").or(text.strip_prefix("s8e-"));
    let is_random = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    rest.is_some_and(|rest| rest.len() >= 24 && rest.bytes().all(is_random))
}

fn is_url(text: &str) -> bool {
    let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    start.starts_with("https://") || start.starts_with("http://")
}

/// Returns true for a line of an environment file whose name says that a credential follows.
fn is_assignment(text: &str) -> bool {
    let text = text.strip_prefix("export ").unwrap_or(text).trim_start();
    let Some((name, _)) = text.split_once('=') else {
        return false;
    };
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let says = ["_SECRET", "_SECRETS", "_ID", "_TOKEN", "_KEY", "_CODE"];
    name.trim_end().bytes().all(is_name) && says.iter().any(|end| name.trim_end().ends_with(end))
}

/// Returns true for the path of a file: in a usual folder, or absolute with a usual extension.
fn is_path(text: &str) -> bool {
    let is_usual = |c: char| c.is_alphanumeric() || "/\\._-~: ".contains(c);
    if !text.chars().all(is_usual) || text.ends_with('/') {
        return false;
    }
    let drive =
        matches!(text.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    let lower = text.to_ascii_lowercase();
    let has_extension = EXTENSIONS.iter().any(|end| lower.ends_with(end));
    drive
        || FOLDERS.iter().any(|folder| text.starts_with(folder))
        || text.starts_with(['/', '\\']) && has_extension
        || text.contains('/') && has_extension
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// A key of the tests in every form in which people hold it.
    fn keys() -> Vec<String> {
        let pem = include_str!("../../tests/fixtures/pkcs8.pem");
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(&body).unwrap();
        let hex: String = der.iter().map(|byte| format!("{byte:02x}")).collect();
        let once = STANDARD.encode(pem);
        vec![
            pem.to_owned(),
            pem.replace('\n', "\\n"),
            pem.replace('\n', " "),
            pem.replace('\n', ""),
            pem.replace('-', "%2D").replace(' ', "%20"),
            body.clone(),
            body[..200].to_owned(),
            hex,
            STANDARD.encode(&once),
            once,
        ]
    }

    #[test]
    fn private_key_is_recognised_in_every_form() {
        for key in keys() {
            for kind in [
                ValueKind::ClientId,
                ValueKind::ClientSecret,
                ValueKind::Code,
            ] {
                assert_eq!(find(kind, &key), Some(Content::PrivateKey), "{key}");
            }
        }
    }

    #[test]
    fn other_things_are_recognised() {
        for (text, content) in [
            ("{\"CLIENT_ID\":\"x\"}", Content::Json),
            ("{\n  client_id: x\n", Content::Json),
            ("<!DOCTYPE html><html>", Content::Markup),
            ("https://host/path", Content::Url),
            ("IMS_CLIENT_SECRET=abc", Content::Assignment),
            ("/run/secrets/ims", Content::Path),
            ("./secret.txt", Content::Path),
            ("C:\\keys\\secret.txt", Content::Path),
            ("eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln", Content::Token),
        ] {
            assert_eq!(find(ValueKind::ClientSecret, text), Some(content), "{text}");
        }
        let secret = "p8e-0123456789abcdefghijklmnop";
        assert_eq!(
            find(ValueKind::ClientId, secret),
            Some(Content::ClientSecret)
        );
        assert_eq!(find(ValueKind::ClientSecret, secret), None);
    }

    #[test]
    fn every_other_text_may_be_a_value() {
        for text in [
            "client!+ID",
            "SECRET?%&=ü",
            "/b+c/d==",
            "/Ab3/xY9",
            "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8=",
            "my-private-key-backend",
            "A=b",
            "{abc}",
            "eyJ0",
        ] {
            assert_eq!(find(ValueKind::ClientSecret, text), None, "{text}");
        }
    }
}
