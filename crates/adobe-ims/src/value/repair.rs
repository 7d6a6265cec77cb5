//! Repairs of a text that has one sure reading.

use zeroize::Zeroizing;

use super::list;
use super::note::Note;
use crate::util::secret::Secret;

/// The pairs of quotes that shells, files and word processors put around a text.
const QUOTES: &[(char, char)] = &[
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('«', '»'),
    ('„', '“'),
];

/// Returns true for a character that is not seen and takes no place.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

/// Returns the text without blanks and invisible characters around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Takes off what surely does not belong to a word, and notes it.
pub(super) fn word(text: &str, notes: &mut Vec<Note>) -> Secret {
    let mut text = Secret::new(trim(text));
    let mut note = |note| {
        if !notes.contains(&note) {
            notes.push(note);
        }
    };
    while let Some((inner, repair)) = once(text.expose()) {
        text = inner;
        note(repair);
    }
    text
}

fn once(text: &str) -> Option<(Secret, Note)> {
    if let Some(inner) = unquoted(text) {
        return Some((Secret::new(trim(inner.as_str())), Note::HadQuotes));
    }
    let escaped = text.strip_prefix("\\\"");
    if let Some(inner) = escaped.and_then(|rest| rest.strip_suffix("\\\"")) {
        return Some((Secret::new(trim(inner)), Note::HadQuotes));
    }
    for end in ["\\r\\n", "\\n", "\\r"] {
        if let Some(inner) = text.strip_suffix(end) {
            let inner = inner.trim_end_matches('\\');
            return Some((Secret::new(trim(inner)), Note::HadLineEnd));
        }
    }
    let mut list = list::split(text)?;
    let element = list.pop().filter(|_| list.is_empty())?;
    Some((Secret::new(trim(element.expose())), Note::HadBrackets))
}

/// Returns the text inside of a pair of quotes.
pub(super) fn unquoted(text: &str) -> Option<Zeroizing<String>> {
    let pair = QUOTES.iter().find_map(|(begin, end)| {
        let inner = text.strip_prefix(*begin)?.strip_suffix(*end)?;
        Some((*begin, inner))
    });
    let (begin, inner) = pair?;
    if begin == '"'
        && inner.contains('\\')
        && let Ok(plain) = serde_json::from_str::<Zeroizing<String>>(text)
    {
        return Some(plain);
    }
    Some(Zeroizing::new(inner.to_owned()))
}

/// Returns true for a quote at one end only.
pub(super) fn has_half_quotes(text: &str) -> bool {
    let (first, last) = (text.chars().next(), text.chars().next_back());
    let begins = QUOTES.iter().any(|(begin, _)| first == Some(*begin));
    let ends = QUOTES.iter().any(|(_, end)| last == Some(*end));
    begins != ends
}
