//! Files of well-known kinds that are no documents.

use serde::de::IgnoredAny;

use super::yaml::is_yaml;

const UTF16_WITHOUT_MARK: &str =
    "a text in UTF-16 without a byte order mark, or binary: save it as UTF-8";

/// Returns what a text is, if it is of a well-known kind and no document.
pub(super) fn find(text: &str) -> Option<&'static str> {
    let starts = |with: &str| text.starts_with(with);
    if text.is_empty() {
        Some("empty")
    } else if starts("-----BEGIN PGP") || starts("age-encryption.org/") {
        Some("encrypted (PGP or age): decrypt it first")
    } else if text.contains("-BEGIN ") && !text.contains("privateKey") && !is_yaml(text) {
        Some(pem(text))
    } else if starts("ssh-rsa ") || starts("ssh-ed25519 ") || starts("PuTTY-User-Key-File") {
        Some("a key of an SSH program, and not the JSON of the credentials")
    } else if starts("eyJ") {
        Some("a token, not a document")
    } else if starts("<?xml") {
        Some("an XML file")
    } else if starts("<<<<<<<") {
        Some("in a merge conflict: its first line is the mark of one")
    } else if text.starts_with('<') && !starts("<<") {
        Some("a web page (HTML); it was probably saved from a console instead of downloaded")
    } else if starts("HTTP/1.") || starts("HTTP/2") {
        Some("the answer of a server with its status line and headers: pass its body alone")
    } else if starts("curl: (") {
        Some("an error message of curl: the download failed")
    } else if starts("404") || starts("Not Found") {
        Some("an error message (not found): the download failed")
    } else if starts("version https://git-lfs") {
        Some("a pointer of Git LFS in the place of the file: git lfs pull")
    } else if starts("%PDF-") {
        Some("a PDF")
    } else {
        None
    }
}

/// Returns what a text is that no reader of a notation must see.
pub(super) fn of_a_program(text: &str) -> Option<&'static str> {
    if text.starts_with("{\\rtf") {
        Some("a text of a word processor (RTF)")
    } else if text.contains('\0') {
        Some(UTF16_WITHOUT_MARK)
    } else {
        None
    }
}

/// Returns what a text is that no notation fits, and that may have JSON in it.
pub(super) fn around_json(text: &str) -> Option<&'static str> {
    if text.starts_with('[') {
        return None;
    }
    let inner = text.find('{').map(|start| &text[start..]);
    let has_document = inner.is_some_and(|inner| {
        let mut values = serde_json::Deserializer::from_str(inner).into_iter::<IgnoredAny>();
        values.next().is_some_and(|value| value.is_ok())
    });
    if has_document && inner.is_some_and(|inner| inner.len() > 40) {
        Some("JSON with another text before its first bracket `{`: leave that out")
    } else if text.trim_end().ends_with('}') && text.contains("\":") {
        Some("a part of JSON: its beginning with the first bracket `{` is missing")
    } else if !text.contains(['{', '"', ':', '=']) {
        Some("a text without names and values")
    } else {
        None
    }
}

/// Returns true for a text that cannot be read and is no damaged document.
pub(in super::super) fn is_other_file(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with('{') {
        return of_a_program(text).is_some();
    }
    find(text).or_else(|| around_json(text)).is_some()
}

/// Returns the kind of a PEM file.
fn pem(text: &str) -> &'static str {
    let has = |label: &str| text.contains(label);
    if has("PRIVATE KEY-") {
        "a private key by itself (a PEM file), and not the JSON that holds it"
    } else if has("CERTIFICATE REQUEST-") {
        "a certificate request (a PEM file), and not the JSON of the credentials"
    } else if has("BEGIN CERTIFICATE-") {
        "a certificate by itself (a PEM file), and not the JSON that holds it"
    } else if has("PUBLIC KEY-") {
        "a public key by itself (a PEM file), and not the JSON of the credentials"
    } else {
        "a PEM file, a key or a certificate by itself, and not the JSON that holds them"
    }
}

/// Returns what bytes are that are no text.
pub(in super::super) fn of_bytes(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [0x1F, 0x8B, ..] => "compressed (gzip): unpack it first",
        [b'7', b'z', 0xBC, 0xAF, ..] => "a 7z archive: unpack it first",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => "an image",
        [0, b'G', b'I', b'T', b'C', b'R', b'Y', b'P', b'T', ..] => {
            "encrypted (git-crypt): git-crypt unlock"
        }
        [0xFE, 0xED, 0xFE, 0xED, ..] => "a Java keystore, and not the JSON of the credentials",
        [1..=0x7F, 0, 1..=0x7F, 0, ..] | [0, 1..=0x7F, 0, 1..=0x7F, ..] => UTF16_WITHOUT_MARK,
        [0x30, 0x80..=0x84, ..] => {
            "a key, a certificate or a keystore (DER), and not the JSON of the credentials"
        }
        _ => return None,
    })
}
