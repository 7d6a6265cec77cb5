//! Escape sequences: percent, HTML, JSON and JavaScript, quoted-printable.

use super::entities;
use super::view::View;

/// The way to read `=`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EqualsSign {
    /// It is a character as any other: `name=value`.
    Plain,
    /// It begins an escape sequence of quoted-printable (RFC 2045 §6.7).
    Escape,
}

/// Returns the view, and each further view that decoding its escape sequences gives, one level after the other, for at
/// most `max` levels.
///
/// All kinds are decoded at once, so that it does not matter which of them a server mixes. The view stays as well,
/// because a secret may hold what looks like an escape sequence.
pub(super) fn levels(view: View, max: usize) -> Vec<View> {
    let mut levels = vec![view];
    for sign in [EqualsSign::Plain, EqualsSign::Escape] {
        let mut current = 0;
        for _ in 0..max {
            let Some(next) = unescape(&levels[current], sign) else {
                break;
            };
            current = levels.len();
            levels.push(next);
        }
        if !has_quoted_printable(levels[0].bytes()) && !levels[1..].iter().any(is_quoted_printable)
        {
            break;
        }
    }
    levels
}

fn is_quoted_printable(view: &View) -> bool {
    has_quoted_printable(view.bytes())
}

fn has_quoted_printable(bytes: &[u8]) -> bool {
    (0..bytes.len())
        .any(|index| bytes[index] == b'=' && quoted_printable(&bytes[index + 1..]).is_some())
}

/// The meaning of an escape sequence.
enum Decoded {
    Nothing,
    Byte(u8),
    Character(char),
}

/// Decodes each escape sequence once. Returns `None` if there is none.
fn unescape(view: &View, sign: EqualsSign) -> Option<View> {
    let mut decoded = View::with_capacity(view.len());
    let mut index = 0;
    let mut found = false;
    while index < view.len() {
        let rest = view.rest(index + 1);
        let sequence = match view.bytes()[index] {
            b'%' => percent(rest),
            b'&' => entities::decode(rest).map(|(c, length)| (Decoded::Character(c), length)),
            b'\\' => backslash(rest),
            b'=' if sign == EqualsSign::Escape => quoted_printable(rest),
            _ => None,
        };
        match sequence {
            None => {
                decoded.push(view.bytes()[index], view.span(index));
                index += 1;
            }
            Some((value, length)) => {
                found = true;
                let span = view.span_of(index, 1 + length);
                match value {
                    Decoded::Nothing => {}
                    Decoded::Byte(byte) => decoded.push(byte, span),
                    Decoded::Character(character) => decoded.push_character(character, span),
                }
                index += 1 + length;
            }
        }
    }
    found.then_some(decoded)
}

/// Decodes what follows `%`, and returns its length with it.
fn percent(rest: &[u8]) -> Option<(Decoded, usize)> {
    if rest
        .first()
        .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'u'))
    {
        return Some((Decoded::Character(character(hex(rest.get(1..5)?)?)), 5));
    }
    byte(rest)
}

/// Decodes what follows `\`.
fn backslash(rest: &[u8]) -> Option<(Decoded, usize)> {
    match *rest.first()? {
        b'u' | b'U' => unicode(rest),
        b'x' | b'X' => byte(&rest[1..]).map(|(byte, length)| (byte, 1 + length)),
        b'0'..=b'7' => {
            let octal = |byte: &&u8| (b'0'..=b'7').contains(*byte);
            let digits = rest.iter().take(3).take_while(octal);
            let (value, length) = digits.fold((0u32, 0), |(value, length), digit| {
                (value * 8 + u32::from(digit - b'0'), length + 1)
            });
            Some((Decoded::Byte(value.to_le_bytes()[0]), length))
        }
        b'n' | b'N' | b'r' | b'R' | b't' | b'T' | b'b' | b'f' | b'v' => {
            Some((Decoded::Byte(b'\n'), 1))
        }
        b'\n' => Some((Decoded::Nothing, 1)),
        // The character after the backslash may be escaped itself.
        b'%' | b'&' | b'=' => None,
        other => Some((Decoded::Byte(other), 1)),
    }
}

/// Decodes what follows the backslash of `\u00fc`, `\u{fc}` and a pair of surrogates.
fn unicode(rest: &[u8]) -> Option<(Decoded, usize)> {
    if rest.get(1) == Some(&b'{') {
        let digits = rest[2..].iter().take(7).position(|byte| *byte == b'}')?;
        let code = hex(&rest[2..2 + digits])?;
        return Some((Decoded::Character(character(code)), 3 + digits));
    }
    let code = hex(rest.get(1..5)?)?;
    let low = match rest.get(5..7) {
        Some(b"\\u" | b"\\U") => rest.get(7..11).and_then(hex),
        _ => None,
    };
    if let (0xD800..0xDC00, Some(low @ 0xDC00..0xE000)) = (code, low) {
        let code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        return Some((Decoded::Character(character(code)), 11));
    }
    Some((Decoded::Character(character(code)), 5))
}

/// Decodes what follows `=`: two digits, or the end of a line.
fn quoted_printable(rest: &[u8]) -> Option<(Decoded, usize)> {
    let blanks = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    match &rest[blanks..] {
        [b'\r', b'\n', ..] => Some((Decoded::Nothing, blanks + 2)),
        [b'\r' | b'\n', ..] => Some((Decoded::Nothing, blanks + 1)),
        _ => byte(rest),
    }
}

/// Decodes two hexadecimal digits.
fn byte(rest: &[u8]) -> Option<(Decoded, usize)> {
    let code = hex(rest.get(..2)?)?;
    Some((Decoded::Byte(u8::try_from(code).ok()?), 2))
}

/// Returns the number that hexadecimal digits stand for. There are six at most.
fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 6 {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| {
        Some(number << 4 | char::from(*digit).to_digit(16)?)
    })
}

fn character(code: u32) -> char {
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}
