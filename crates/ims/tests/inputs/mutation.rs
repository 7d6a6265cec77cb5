//! Mutations of bytes and texts.

use crate::encodings;
use crate::fields;
use crate::random::Random;
use crate::valid::ValidInputs;

/// No mutation makes an input longer than this.
const LONGEST: usize = 300_000;

/// Traces that people, editors, shells and attackers leave in a text.
const ODD_TEXTS: &[&str] = &[
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{feff}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{2028}",
    "\r",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\\",
    "\\n",
    "\\r\\n",
    "\\u0000",
    "\\ud800",
    "\"",
    "'",
    "`",
    "“",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "=",
    "#",
    "//",
    "<!--",
    "${CLIENT_SECRET}",
    "$(id)",
    "%00",
    "%",
    "&amp;",
    "-----BEGIN",
    "-----END PRIVATE KEY-----",
    "null",
    "undefined",
    "***",
    "Bearer ",
    "https://",
    "ü",
    "😀",
    "@AdobeOrg",
    "/etc/passwd",
    "---",
    "\"\"\"",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-1",
    "1e999",
    "-1e999",
    "1e-999",
    "NaN",
    "Infinity",
    "9223372036854775807",
    "18446744073709551616",
    "0x10",
    "1_000",
    "00",
    "1.5",
    "2147483648",
];

/// Makes an input from valid ones.
pub(crate) fn mutate(valid: &ValidInputs, random: &mut Random) -> Vec<u8> {
    let base = random.pick(&valid.all);
    let mut input = base.text.clone().into_bytes();
    for _ in 0..=random.below(4) {
        input = mutate_once(input, valid, random);
        input.truncate(LONGEST);
    }
    input
}

fn mutate_once(input: Vec<u8>, valid: &ValidInputs, random: &mut Random) -> Vec<u8> {
    match random.below(16) {
        0 => flip_bits(input, random),
        1 => truncate(input, random),
        2 => remove(input, random),
        3 => duplicate(input, random),
        4 => swap(input, random),
        5 => splice(input, valid, random),
        6 | 7 => insert_odd(input, random),
        8 => replace_number(input, random),
        9 => nest(input, random),
        10 => encode(input, random),
        11 | 12 => fields::mutate_lines(input, random),
        _ => fields::mutate_json(input, random),
    }
}

/// Returns the start and the end of a part, which is short more often than long.
fn range(input: &[u8], random: &mut Random) -> std::ops::Range<usize> {
    let start = random.below(input.len());
    let rest = input.len() - start;
    let longest = *random.pick(&[4, 40, 400, rest]);
    start..start + random.below(longest.min(rest) + 1)
}

fn flip_bits(mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..=random.below(4) {
        let place = random.below(input.len());
        if let Some(byte) = input.get_mut(place) {
            *byte ^= 1 << random.below(8);
        }
    }
    input
}

fn truncate(mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    if random.below(3) == 0 {
        input.drain(..random.below(input.len()));
    } else {
        input.truncate(random.below(input.len()));
    }
    input
}

fn remove(mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    input.drain(range(&input, random));
    input
}

fn duplicate(mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let part = input[range(&input, random)].to_vec();
    let times = *random.pick(&[1, 1, 2, 1000]);
    let place = random.below(input.len() + 1);
    let repeated = part.repeat(times.min(LONGEST / part.len().max(1)));
    input.splice(place..place, repeated);
    input
}

fn swap(mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let part = input[range(&input, random)].to_vec();
    input = remove(input, random);
    let place = random.below(input.len() + 1);
    input.splice(place..place, part);
    input
}

fn splice(mut input: Vec<u8>, valid: &ValidInputs, random: &mut Random) -> Vec<u8> {
    let other = random.pick(&valid.all).text.as_bytes();
    match random.below(3) {
        0 => {
            input.truncate(random.below(input.len()));
            input.extend_from_slice(&other[random.below(other.len())..]);
        }
        1 => input.extend_from_slice(other),
        _ => {
            let place = random.below(input.len() + 1);
            let part = range(other, random);
            input.splice(place..place, other[part].iter().copied());
        }
    }
    input
}

fn insert_odd(mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..=random.below(3) {
        let text = random.pick(ODD_TEXTS);
        // Often at the ends or at a boundary, where it is most likely to be met.
        let place = match random.below(4) {
            0 => 0,
            1 => input.len(),
            _ => random.below(input.len() + 1),
        };
        input.splice(place..place, text.bytes());
    }
    input
}

fn replace_number(mut input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let from = random.below(input.len());
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(start) = input[from..].iter().position(is_digit) else {
        return input;
    };
    let start = from + start;
    let length = input[start..].iter().take_while(|byte| is_digit(byte));
    let end = start + length.count();
    let long = "9".repeat(5000);
    let number = if random.below(4) == 0 {
        &long
    } else {
        *random.pick(NUMBERS)
    };
    input.splice(start..end, number.bytes());
    input
}

fn nest(input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let depth = *random.pick(&[1, 2, 10, 127, 128, 5000]);
    let (open, close) = *random.pick(&[
        ("[", "]"),
        ("{\"a\":", "}"),
        ("{\"data\":", "}"),
        ("\"", "\""),
        ("'", "'"),
        ("(", ")"),
        ("<a>", "</a>"),
        ("{\"ims\":{\"contexts\":{\"one\":", "}}}"),
        ("[profiles.a]\nb = \"\"\"", "\"\"\""),
    ]);
    let mut nested = open.repeat(depth).into_bytes();
    nested.extend(input);
    nested.extend(close.repeat(depth).into_bytes());
    nested
}

fn encode(input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let text = String::from_utf8_lossy(&input);
    match random.below(11) {
        0 => encodings::base64(&input).into_bytes(),
        1 => encodings::hex(&input).into_bytes(),
        2 => encodings::percent(&input).into_bytes(),
        3 => encodings::utf16(&text, false),
        4 => encodings::utf16(&text, true),
        5 => serde_json::to_string(&*text).unwrap().into_bytes(),
        6 => text.replace('\n', "\r\n").into_bytes(),
        7 => text.replace('\n', "\r").into_bytes(),
        8 => text.to_uppercase().into_bytes(),
        9 => text.replace('\n', "\\n").into_bytes(),
        _ => text
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect(),
    }
}
