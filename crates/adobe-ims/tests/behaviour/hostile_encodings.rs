//! Encodings in which a hostile server repeats a secret, and the search for what is left of it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// In characters. What is shorter than this does not help to guess the rest.
const PART: usize = 12;

pub(crate) fn form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(crate) fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

pub(crate) fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

fn bytes(text: &str, encode: impl Fn(u8) -> String) -> String {
    text.bytes().map(encode).collect()
}

fn lines(text: &str, end: &str) -> String {
    let characters: Vec<_> = text.chars().collect();
    let lines = characters.chunks(9).map(String::from_iter);
    lines.collect::<Vec<_>>().join(end)
}

pub(crate) type Encoding = fn(&str) -> String;

pub(crate) const ENCODINGS: &[(&str, Encoding)] = &[
    ("plain", |text| text.to_owned()),
    ("in upper case", |text| text.to_uppercase()),
    ("as form data", form),
    ("as form data twice", |text| form(&form(text))),
    ("as form data three times", |text| form(&form(&form(text)))),
    ("in percent", |text| {
        bytes(text, |byte| format!("%{byte:02x}"))
    }),
    ("in percent in part", |text| {
        text.replace('S', "%53").replace('e', "%65")
    }),
    ("with HTML names", |text| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('ü', "&uuml;")
            .replace('?', "&quest;")
    }),
    ("in decimal HTML", |text| {
        text.chars()
            .map(|c| format!("&#{};", u32::from(c)))
            .collect()
    }),
    ("in hexadecimal HTML", |text| {
        text.chars()
            .map(|c| format!("&#x{:x};", u32::from(c)))
            .collect()
    }),
    ("in JSON escapes", |text| {
        bytes(text, |byte| format!("\\u00{byte:02x}"))
    }),
    ("as JSON in JSON", |text| {
        Value::from(Value::from(text).to_string()).to_string()
    }),
    ("in JavaScript escapes", |text| {
        bytes(text, |byte| format!("\\x{byte:02X}"))
    }),
    ("in quoted-printable", |text| {
        bytes(text, |byte| format!("={byte:02X}"))
    }),
    ("in quoted-printable lines", |text| lines(text, "=\r\n")),
    ("in base64", |text| STANDARD.encode(text)),
    ("in base64 for URLs", |text| URL_SAFE_NO_PAD.encode(text)),
    ("in base64, second place", |text| {
        STANDARD.encode(format!("x{text}"))
    }),
    ("in base64, third place", |text| {
        STANDARD.encode(format!("xy{text}"))
    }),
    ("in base64 twice", |text| {
        STANDARD.encode(STANDARD.encode(text))
    }),
    ("in base64 of form data", |text| STANDARD.encode(form(text))),
    ("in base64 lines", |text| {
        lines(&STANDARD.encode(text), "\r\n")
    }),
    ("as Basic", |text| {
        format!("Basic {}", STANDARD.encode(format!("client!+ID:{text}")))
    }),
    ("in hexadecimal", |text| {
        bytes(text, |byte| format!("{byte:02x}"))
    }),
    ("in hexadecimal with colons", |text| {
        bytes(text, |byte| format!("{byte:02X}:"))
    }),
    ("reversed", reversed),
    ("reversed in base64", |text| STANDARD.encode(reversed(text))),
    ("in base64 reversed", |text| {
        reversed(&STANDARD.encode(text))
    }),
    ("cut at line ends", |text| lines(text, "\r\n")),
    ("cut at indented lines", |text| lines(text, "\n      ")),
    ("cut at zero bytes", |text| lines(text, "\0")),
    ("without its first characters", |text| {
        text.chars().skip(6).collect()
    }),
    ("without its last characters", |text| {
        reversed(text)
            .chars()
            .skip(6)
            .collect::<String>()
            .chars()
            .rev()
            .collect()
    }),
];

/// Returns a part of a secret that is shown in one of these encodings.
pub(crate) fn leak(shown: &str, secrets: &[&str], encodings: &[Encoding]) -> Option<String> {
    let encoded = encodings
        .iter()
        .flat_map(|encode| secrets.iter().map(move |secret| (secret, encode(secret))));
    for (secret, encoded) in encoded.filter(|(secret, _)| !secret.is_empty()) {
        let encoded: Vec<_> = encoded.chars().collect();
        // A part of an encoded secret must be long enough to hold a part of the secret.
        let ratio = encoded.len().div_ceil(secret.chars().count());
        let length = (PART * ratio).min(encoded.len());
        for part in encoded.windows(length) {
            let part = String::from_iter(part);
            if shown.contains(&part) || shown.contains(&part.escape_debug().to_string()) {
                return Some(part);
            }
        }
    }
    None
}
