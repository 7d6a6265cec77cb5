//! Encodings without escape sequences: base64 in both alphabets, and hexadecimal digits.

use super::view::{Span, View};

/// A shorter run of characters decodes to less than a secret.
const MIN_BASE64: usize = 6;
const MIN_HEX: usize = 8;

/// In bytes. Decoding an ordinary text gives noise, which rarely has this many characters in a row.
const MIN_READABLE: usize = 4;

/// Stands between runs.
const SEPARATOR: char = '\u{1}';

/// Returns what the runs of base64 and of hexadecimal digits decode to, for each place at which an encoded text can
/// begin within a run. Blanks and line ends do not interrupt a run.
pub(super) fn unpack(view: &View) -> impl Iterator<Item = View> {
    let base64 = runs(view, sextet, MIN_BASE64);
    let hex = runs(&without_prefixes(view), hex_digit, MIN_HEX);
    let base64 = (0..4).map(move |offset| pack(&base64, offset, 6));
    let hex = (0..2).map(move |offset| pack(&hex, offset, 4));
    let views = base64.chain(hex).map(|view| readable(&view));
    views.filter(|view| view.len() > 0)
}

/// Returns the readable parts of a view: characters without control characters between them. NUL is accepted,
/// because UTF-16 has it.
fn readable(view: &View) -> View {
    let mut readable = View::default();
    let mut start = 0;
    for chunk in view.bytes().utf8_chunks() {
        let is_end = |c: char| c == SEPARATOR || (c.is_control() && !"\0\t\r\n".contains(c));
        for part in chunk.valid().split_inclusive(is_end) {
            if part.len() >= MIN_READABLE {
                readable.append(view, start, part.len());
            }
            start += part.len();
        }
        start += chunk.invalid().len();
    }
    readable
}

/// Digits of one encoding in a row, with their places.
type Run = Vec<(u8, Span)>;

fn runs(view: &View, digit: impl Fn(u8) -> Digit, min: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Run::new();
    for (index, &byte) in view.bytes().iter().enumerate() {
        match digit(byte) {
            Digit::Value(value) => run.push((value, view.span(index))),
            Digit::Between => {}
            Digit::End => end_run(&mut runs, &mut run, min),
        }
    }
    end_run(&mut runs, &mut run, min);
    runs
}

fn end_run(runs: &mut Vec<Run>, run: &mut Run, min: usize) {
    if run.len() >= min {
        runs.push(std::mem::take(run));
    } else {
        run.clear();
    }
}

/// Puts the bits of the digits together to bytes. A byte takes two digits, or parts of two.
fn pack(runs: &[Run], offset: usize, bits_per_digit: u32) -> View {
    let mut view = View::default();
    for run in runs {
        let mut bits = 0u32;
        let mut count = 0;
        let mut previous = None;
        for &(value, span) in run.iter().skip(offset) {
            bits = bits << bits_per_digit | u32::from(value);
            count += bits_per_digit;
            if count >= 8 {
                count -= 8;
                let byte = (bits >> count).to_le_bytes()[0];
                view.push(byte, previous.unwrap_or(span).to(span));
            }
            bits &= 0xFF;
            previous = Some(span);
        }
        if let Some(&(_, span)) = run.last() {
            view.push_character(SEPARATOR, span);
        }
    }
    view
}

enum Digit {
    Value(u8),
    /// It may stand between digits.
    Between,
    End,
}

fn sextet(byte: u8) -> Digit {
    Digit::Value(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ if byte.is_ascii_whitespace() || byte.is_ascii_control() => return Digit::Between,
        _ => return Digit::End,
    })
}

fn hex_digit(byte: u8) -> Digit {
    match char::from(byte).to_digit(16) {
        Some(value) => Digit::Value(value.to_le_bytes()[0]),
        None if byte.is_ascii_whitespace() || b":,;-_".contains(&byte) => Digit::Between,
        None => Digit::End,
    }
}

/// Returns the view without `0x`.
fn without_prefixes(view: &View) -> View {
    let mut plain = View::with_capacity(view.len());
    let mut index = 0;
    while index < view.len() {
        if matches!(view.rest(index), [b'0', b'x' | b'X', ..]) {
            index += 2;
        } else {
            plain.push(view.bytes()[index], view.span(index));
            index += 1;
        }
    }
    plain
}
