//! Lets a server repeat any secret in any sequence of encodings, and searches the error for what is left of it.
//!
//! The first byte selects a cut, the second an encoding of the whole, the next two an escape each. The rest is the secret.

#![no_main]

mod answered;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Response;
use libfuzzer_sys::fuzz_target;

type Encoding = fn(&str) -> String;

const ESCAPES: [Encoding; 9] = [
    str::to_owned,
    |text| each(text, |byte| format!("%{byte:02x}")),
    |text| {
        text.replace('%', "%25")
            .replace('e', "%65")
            .replace('&', "%26")
    },
    |text| {
        text.replace('&', "&amp;")
            .replace('=', "&equals;")
            .replace('/', "&sol;")
    },
    |text| each(text, |byte| format!("&#{byte};")),
    |text| each(text, |byte| format!("&#x{byte:X};")),
    |text| each(text, |byte| format!("\\u00{byte:02x}")),
    |text| each(text, |byte| format!("={byte:02X}")),
    str::to_ascii_uppercase,
];

const CUTS: [Encoding; 4] = [
    str::to_owned,
    |text| lines(text, "\r\n"),
    |text| lines(text, "\n    "),
    |text| lines(text, "\\n"),
];

const PACKINGS: [Encoding; 9] = [
    str::to_owned,
    |text| STANDARD.encode(text),
    |text| URL_SAFE_NO_PAD.encode(text),
    |text| STANDARD.encode(format!("x{text}")),
    |text| STANDARD.encode(format!("client!+ID:{text}")),
    |text| STANDARD.encode(STANDARD.encode(text)),
    |text| each(text, |byte| format!("{byte:02x}")),
    |text| text.chars().rev().collect(),
    |text| STANDARD.encode(text).chars().rev().collect(),
];

/// Characters of secrets. Blanks at the ends would not be a part of them.
const CHARACTERS: &[u8] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!?%&=+/#$@:;,<>()";

/// In characters of an encoded secret: an escape sequence takes up to six of them, and two follow each other.
const PART: usize = 36;

fuzz_target!(|input: &[u8]| {
    let [cut, packing, first, second, rest @ ..] = input else {
        return;
    };
    let secret = secret(rest);
    if !(12..=60).contains(&secret.len()) {
        return;
    }
    let pick = |encodings: &[Encoding], byte: &u8| encodings[usize::from(*byte) % encodings.len()];
    let mut echo = secret.clone();
    for (encodings, byte) in [
        (&ESCAPES[..], first),
        (&ESCAPES[..], second),
        (&CUTS[..], cut),
        (&PACKINGS[..], packing),
    ] {
        echo = pick(encodings, byte)(&echo);
    }
    let description = serde_text(&format!("it is <{echo}>, see"));
    let body = format!("{{\"error\":\"invalid_request\",\"error_description\":{description}}}");
    let response = Response::builder().status(400).body(body.into_bytes());
    let response = response.expect("the response is valid");
    let shown = answered::failure(&secret, response).expect("the request was refused");
    let characters: Vec<_> = echo.chars().collect();
    for part in characters.windows(PART.min(characters.len())) {
        let part = String::from_iter(part);
        assert!(
            !shown.contains(&part),
            "{part:?} of {secret:?} is shown: {shown}"
        );
    }
});

/// Returns a secret that begins and ends with letters or digits.
fn secret(bytes: &[u8]) -> String {
    let character = |byte: &u8| char::from(CHARACTERS[usize::from(*byte) % CHARACTERS.len()]);
    let secret: String = bytes.iter().map(character).collect();
    let is_special = |c: char| !c.is_ascii_alphanumeric();
    let secret = secret.trim_matches(is_special);
    // A secret of the same character everywhere stands in every text.
    let letters: std::collections::BTreeSet<_> = secret.chars().collect();
    if letters.len() < 6 {
        return String::new();
    }
    secret.to_owned()
}

fn each(text: &str, encode: impl Fn(u8) -> String) -> String {
    text.bytes().map(encode).collect()
}

fn lines(text: &str, end: &str) -> String {
    let characters: Vec<_> = text.chars().collect();
    let lines = characters.chunks(7).map(String::from_iter);
    lines.collect::<Vec<_>>().join(end)
}

/// Returns a text as JSON.
fn serde_text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\r', "\\r").replace('\n', "\\n"))
}
