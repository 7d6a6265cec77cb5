use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

const SHORT: &str = "Secret &'?%=ü+";
const LONG: &str = "p8e-Hostile_?%&=ü+/SECRET.09 <x>%41";

fn redact(text: &str, secrets: &[&Secret]) -> String {
    Redactor::new(secrets.iter().copied()).redact(text)
}

/// An encoding in which a server can repeat a secret.
type Encoding = fn(&str) -> String;

fn each_byte(text: &str, encode: impl Fn(u8) -> String) -> String {
    text.bytes().map(encode).collect()
}

fn each_character(text: &str, encode: impl Fn(char) -> String) -> String {
    text.chars().map(encode).collect()
}

fn form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn percent_in_part(text: &str) -> String {
    let is_odd = |index: usize| index % 2 == 1;
    let bytes = text.bytes().enumerate();
    bytes
        .map(|(index, byte)| {
            if is_odd(index) || !byte.is_ascii_graphic() || byte == b'%' {
                format!("%{byte:02x}")
            } else {
                char::from(byte).to_string()
            }
        })
        .collect()
}

fn utf16(text: &str) -> String {
    let units = text.encode_utf16();
    STANDARD.encode(units.flat_map(u16::to_le_bytes).collect::<Vec<_>>())
}

fn quoted_printable(text: &str) -> String {
    each_byte(text, |byte| match byte {
        b'=' | 0..=31 | 127.. => format!("={byte:02X}"),
        _ => char::from(byte).to_string(),
    })
}

fn cut(text: &str, at: &str) -> String {
    let characters: Vec<_> = text.chars().collect();
    let lines = characters.chunks(5).map(|line| line.iter().collect());
    lines.collect::<Vec<String>>().join(at)
}

/// Escape sequences. They can follow each other in any order.
const ESCAPES: &[(&str, Encoding)] = &[
    ("plain", |text| text.to_owned()),
    ("upper case", |text| text.to_ascii_uppercase()),
    ("form data", form),
    ("form data twice", |text| form(&form(text))),
    ("URL", |text| form(text).replace('+', "%20")),
    ("percent everywhere", |text| {
        each_byte(text, |byte| format!("%{byte:02X}"))
    }),
    ("percent in part", percent_in_part),
    ("percent with u", |text| {
        each_character(text, |c| format!("%u{:04x}", u32::from(c)))
    }),
    ("HTML names", |text| {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        text.replace('"', "&quot;")
            .replace('\'', "&#39;")
            .replace('ü', "&uuml;")
    }),
    ("HTML decimal", |text| {
        each_character(text, |c| format!("&#{};", u32::from(c)))
    }),
    ("HTML hexadecimal", |text| {
        each_character(text, |c| format!("&#x{:X};", u32::from(c)))
    }),
    ("JSON", |text| {
        let json = serde_json::Value::from(text).to_string();
        json[1..json.len() - 1].to_owned()
    }),
    ("JSON everywhere", |text| {
        each_character(text, |c| format!("\\u{:04X}", u32::from(c)))
    }),
    ("JavaScript", |text| {
        each_byte(text, |byte| format!("\\x{byte:02x}"))
    }),
    ("JavaScript with braces", |text| {
        each_character(text, |c| format!("\\u{{{:x}}}", u32::from(c)))
    }),
    ("octal", |text| {
        each_byte(text, |byte| format!("\\{byte:03o}"))
    }),
    ("quoted-printable", quoted_printable),
    ("quoted-printable everywhere", |text| {
        each_byte(text, |byte| format!("={byte:02X}"))
    }),
];

/// Cuts within the text, also within an escape sequence.
const CUTS: &[(&str, Encoding)] = &[
    ("quoted-printable, cut", |text| {
        // A line is not cut within an escape sequence.
        cut(text, "\u{1}")
            .split('\u{1}')
            .map(quoted_printable)
            .collect::<Vec<_>>()
            .join("=\r\n")
    }),
    ("cut at line ends", |text| cut(text, "\r\n")),
    ("cut and indented", |text| cut(text, "\n\t  ")),
    ("cut at escaped line ends", |text| cut(text, "\\n")),
];

/// Encodings of the whole text.
const PACKINGS: &[(&str, Encoding)] = &[
    ("base64", |text| STANDARD.encode(text)),
    ("base64 for URLs", |text| URL_SAFE_NO_PAD.encode(text)),
    ("base64, second place", |text| {
        STANDARD.encode(format!("a{text}"))
    }),
    ("base64, third place", |text| {
        STANDARD.encode(format!("ab{text}"))
    }),
    ("Basic", |text| {
        STANDARD.encode(format!("client!+ID:{text}"))
    }),
    ("Basic with form data", |text| {
        STANDARD.encode(format!("client%21:{}", form(text)))
    }),
    ("base64 in lines", |text| {
        cut(&STANDARD.encode(text), "\r\n")
    }),
    ("base64 in form data", |text| form(&STANDARD.encode(text))),
    ("base64 twice", |text| {
        STANDARD.encode(STANDARD.encode(text))
    }),
    ("hexadecimal", |text| {
        each_byte(text, |byte| format!("{byte:02x}"))
    }),
    ("hexadecimal, upper case", |text| {
        each_byte(text, |byte| format!("{byte:02X}"))
    }),
    ("hexadecimal with colons", |text| {
        each_byte(text, |byte| format!("{byte:02x}:"))
    }),
    ("hexadecimal numbers", |text| {
        each_byte(text, |byte| format!("0x{byte:02x}, "))
    }),
];

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Returns a part of `encoded` with this many characters that stands in `display`.
fn rest<'a>(display: &str, encoded: &'a str, length: usize) -> Option<&'a str> {
    let boundaries = encoded.char_indices().map(|(start, _)| start);
    let boundaries: Vec<_> = boundaries.chain([encoded.len()]).collect();
    let parts = boundaries.windows(length + 1);
    let mut parts = parts.map(|part| &encoded[part[0]..part[length]]);
    parts.find(|part| display.contains(part))
}

#[test]
fn secret_is_removed_whole_in_every_escaped_form() {
    for secret in [SHORT, LONG] {
        let hidden = Secret::new(secret);
        for (name, encode) in ESCAPES.iter().chain(CUTS) {
            for echo in [
                encode(secret),
                reversed(&encode(secret)),
                encode(&reversed(secret)),
            ] {
                let display = redact(&format!("it is <{echo}>, see"), &[&hidden]);
                assert_eq!(display, "it is <[redacted]>, see", "{name}: {echo}");
            }
        }
    }
}

#[test]
fn packed_secret_is_removed() {
    let secret = Secret::new(LONG);
    for (name, encode) in PACKINGS {
        for echo in [
            encode(LONG),
            reversed(&encode(LONG)),
            encode(&reversed(LONG)),
        ] {
            let display = redact(&format!("it is <{echo}>, see"), &[&secret]);
            assert!(
                display.starts_with("it is <") && display.ends_with(">, see"),
                "{name}: {display}"
            );
            let rest = rest(&display, &echo, 5);
            assert_eq!(rest, None, "{name}: {echo} in {display}");
        }
    }
    let utf16 = utf16(LONG);
    let display = redact(&utf16, &[&secret]);
    assert_eq!(rest(&display, &utf16, 24), None, "{display}");
    let basic = STANDARD.encode(format!("client!+ID:{LONG}"));
    let display = redact(&format!("no Basic {basic}, sorry"), &[&secret]);
    assert_eq!(display, "no Basic [redacted], sorry");
}

#[test]
fn part_of_a_secret_is_removed_unless_it_is_short() {
    let secret = Secret::new("abcdefghijklmnopqrstuvwxyz0123456789");
    for (text, expected) in [
        ("it begins with abcdefghijkl", "it begins with [redacted]"),
        ("it ends with …yz0123456789", "it ends with …[redacted]"),
        ("it begins with abcdefghijk", "it begins with abcdefghijk"),
        ("lkjihgfedcba", "[redacted]"),
        ("x-opqrstuvwxyz: no", "[redacted]: no"),
        ("YWJjZGVmZ2hpamts", "[redacted]"),
    ] {
        assert_eq!(redact(text, &[&secret]), expected);
    }
}

#[test]
fn short_secret_is_removed_where_it_stands() {
    for (secret, text, expected) in [
        ("ab", "ab, AB; drab", "[redacted], [redacted]; dr[redacted]"),
        ("a b", "a+b, a%20b", "[redacted], [redacted]"),
        ("?", "why?", "why[redacted]"),
        (
            "пароль",
            "пароль %D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C ü",
            "[redacted] [redacted] ü",
        ),
        ("k9#", "it was azkj", "it was azkj"),
        ("k9#xy", "it was azkjeHk=", "it was [redacted]="),
    ] {
        assert_eq!(redact(text, &[&Secret::new(secret)]), expected, "{secret}");
    }
}

#[test]
fn token_is_removed_whole_and_in_parts() {
    let signature = "x".repeat(342);
    for (server_text, display) in [
        ("bad eyJhbGciOiJub25lIn0.e30.", "bad [redacted]"),
        ("(eyJh)", "([redacted])"),
        ("claims=eyJleHAi&x=1", "claims=[redacted]&x=1"),
        ("bad %65yJhbGci", "bad [redacted]"),
        ("bad eyJh\r\n  bGciOiJub25l: no", "bad [redacted]: no"),
        (&format!("signature {signature}!"), "signature [redacted]!"),
        (&format!("e30.{signature}"), "[redacted]"),
    ] {
        assert_eq!(redact(server_text, &[]), display, "{server_text}");
    }
    let longest = "x".repeat(tokens::MAX_RUN);
    assert_eq!(redact(&longest, &[]), longest);
    assert_eq!(redact(&format!("{longest}x"), &[]), REDACTED);
}

#[test]
fn harmless_text_stays_readable() {
    let secrets = [
        LONG,
        "4f0c1a2b-9999-8888-7777-666655554444",
        "p8e-T8sQ0oX1aWv2nEr3tYu4iOp5lKj6hGf",
        "my-client-secret",
        "",
    ]
    .map(Secret::new);
    for text in [
        "https://ims-na1.adobelogin.com/c/cm-p1-e2: no 4f0c1a2b-0000-1111-2222-333344445555 ü",
        "invalid client_secret parameter for client_id cm-p12345-e67890-integration-0",
        "Could not match JWT signature to any of the bindings",
        "Sat, 28 Nov 2026 13:22:43 GMT; 100 % = 1 & more <b> \\o/",
        "12345@techacct.adobe.com of ABCDEF0123456789ABCDEF01@AdobeOrg",
        "x-debug-id cc1a-4a4b-9e3f-d3adb33f-0001",
        "",
    ] {
        let secrets: Vec<_> = secrets.iter().collect();
        assert_eq!(redact(text, &secrets), text);
    }
}

#[test]
fn secrets_of_the_answer_are_removed() {
    for content in [
        r#"{"access_token":"opaque-TOKEN+1/2","error_description":"x"}"#,
        r#"{"access_token":"opaque-TOKEN+1/2","access_token":"other"}"#,
        r#"{"a":[{"Client_Secret" : "opaque-TOKEN\u002b1\/2"#,
        "access_token=opaque-TOKEN%2B1%2F2&x=1",
        "<a href='?refresh_token=opaque-TOKEN%2B1/2'>",
        r#"{"code":"opaque-TOKEN+1/2"}"#,
    ] {
        let redactor = Redactor::default().with_answer(content.as_bytes());
        let display = redactor.redact("I got opaque-TOKEN+1/2, thanks");
        assert_eq!(display, "I got [redacted], thanks", "{content}");
    }
    let content =
        br#"{"code":"invalid_request_parameter","password":"is missing","client_secret":null}"#;
    let redactor = Redactor::default().with_answer(content);
    let text = "invalid_request_parameter: password is missing, client_secret null";
    assert_eq!(redactor.redact(text), text);
}

#[test]
fn text_that_decodes_over_and_over_is_removed_whole() {
    let piece = form(&form(&form(&form("=41\n\\u0041 A&#65;%41\\n"))));
    let text = STANDARD.encode(form(&STANDARD.encode(&piece)));
    let text = cut(&format!("{text} {piece}"), "\\n=0A");
    let redactor = Redactor::new([&Secret::new(LONG)]);
    assert!(redactor.search(&text, LookFor::Secrets).is_err(), "{text}");
    assert_eq!(redactor.redact(&text), REDACTED);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_part_of_a_secret_survives_any_sequence_of_encodings(
        secret in "[a-zA-Z0-9-]{4}[ -~ü]{8,40}[a-zA-Z0-9]",
        escapes in prop::collection::vec(prop::sample::select(ESCAPES), 0..3),
        cut in prop::option::of(prop::sample::select(CUTS)),
        packing in prop::option::of(prop::sample::select(PACKINGS)),
        before in "[ -~]{0,20}", after in "[ -~]{0,20}",
    ) {
        let mut echo = secret.clone();
        for (_, encode) in escapes.iter().chain(&cut).chain(&packing) {
            echo = encode(&echo);
        }
        let display = redact(&format!("{before}<{echo}>{after}"), &[&Secret::new(&secret)]);
        let rest = rest(&display, &echo, 24);
        let names: Vec<_> = escapes.iter().chain(&cut).chain(&packing).map(|(name, _)| *name).collect();
        prop_assert!(rest.is_none(), "{names:?}: {rest:?} of {echo:?} in {display:?}");
    }

    #[test]
    fn arbitrary_text_without_the_secret_is_cut_between_characters(text in any::<String>(), secret in any::<String>()) {
        let display = redact(&text, &[&Secret::new(&secret)]);
        prop_assert!(secret.is_empty() || !display.replace(REDACTED, "").contains(&secret));
    }
}
