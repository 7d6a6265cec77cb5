//! The fault at the place where a text stops being JSON.

use core::fmt;

use serde_json::error::Category;

/// The place where a text stops being JSON, and what is wrong there. It quotes nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonDamage {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The fault, as the subject of a sentence.
    pub what: &'static str,
}

impl fmt::Display for JsonDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at line {}, column {}",
            self.what, self.line, self.column
        )
    }
}

/// Typographic quotes, which word processors and chats make of straight ones.
const TYPOGRAPHIC_QUOTES: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

impl JsonDamage {
    pub(super) const TYPOGRAPHIC: &'static str =
        "typographic quotes, which a word processor or a chat made of straight ones,";

    /// Finds out what is wrong at the place of the parser's error.
    pub(super) fn of(text: &str, error: &serde_json::Error) -> Self {
        if error.classify() == Category::Eof {
            let last = text.rsplit('\n').next().unwrap_or_default();
            return Self {
                line: text.matches('\n').count() + 1,
                column: last.chars().count() + 1,
                what: end(text),
            };
        }
        let place = Place::new(text, error);
        Self {
            line: place.number,
            column: place.before.chars().count() + 1,
            what: wrong(&place, &error.to_string()),
        }
    }
}

/// The place of an error in its text.
struct Place<'a> {
    number: usize,
    line: &'a str,
    /// The part of the line before the wrong character.
    before: &'a str,
    /// The part of the line from the wrong character on.
    rest: &'a str,
}

impl<'a> Place<'a> {
    fn new(text: &'a str, error: &serde_json::Error) -> Self {
        // A line end inside of a text is the first thing on the next line for the parser.
        let (number, column) = match (error.line(), error.column()) {
            (line @ 2.., 0) => (line - 1, usize::MAX),
            (line, column) => (line.max(1), column),
        };
        let line = text.split('\n').nth(number - 1).unwrap_or_default();
        // The parser counts bytes, and may stop behind the first byte of a character.
        let mut at = column.saturating_sub(1).min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        let (before, rest) = line.split_at(at);
        Self {
            number,
            line: line.trim(),
            before,
            rest,
        }
    }
}

fn wrong(place: &Place<'_>, reason: &str) -> &'static str {
    let is = |part: &str| reason.starts_with(part);
    if let Some(what) = by_line(place.line) {
        return what;
    }
    if is("trailing comma") {
        return "a comma before the closing bracket";
    }
    if is("invalid escape") || is("lone leading surrogate") || is("unexpected end of hex escape") {
        return "a backslash that begins no escape of JSON, in a text,";
    }
    if is("control character") {
        return "a line end or another control character inside of a text";
    }
    if is("recursion limit") {
        return "too many brackets inside of each other";
    }
    if is("trailing characters") {
        return "a text behind the end of the document";
    }
    if is("expected `,`") {
        return after_value(place.rest);
    }
    by_character(place.rest, is("key must be a string"))
}

/// Recognises lines that no JSON has.
fn by_line(line: &str) -> Option<&'static str> {
    let all = |of: &[char]| !line.is_empty() && line.chars().all(|c| of.contains(&c));
    let marks = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];
    if all(&['.', '…', ' ', ',']) && line.contains(['.', '…']) {
        Some("a line of dots, which stands for lines that were left out,")
    } else if marks.iter().any(|mark| line.starts_with(mark)) {
        Some("the mark of a merge conflict")
    } else {
        None
    }
}

/// Returns what is wrong where a value has ended and neither a comma nor a closing bracket follows.
fn after_value(rest: &str) -> &'static str {
    match rest.chars().next() {
        Some('"') => {
            "a comma that is missing before this text, or a quote inside of the text before,"
        }
        Some(c) if c.is_alphanumeric() => "a quote inside of a text, or a comma that is missing,",
        Some('}' | ']') => "a bracket of the other kind",
        Some(_) => by_character(rest, false),
        None => "a comma or a bracket that is missing",
    }
}

fn by_character(rest: &str, is_key: bool) -> &'static str {
    let starts = |with: &str| rest.starts_with(with);
    let word: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(16)
        .collect();
    let Some(c) = rest.chars().next() else {
        return "something that is not JSON";
    };
    match c {
        '\'' | '`' => "single quotes in place of double quotes",
        c if TYPOGRAPHIC_QUOTES.contains(&c) => JsonDamage::TYPOGRAPHIC,
        '#' => "a comment, which JSON does not have,",
        '/' if starts("//") || starts("/*") => "a comment, which JSON does not have,",
        '.' | '…' => "dots, which stand for something that was left out,",
        '$' | '{' if starts("${") || starts("{{") => {
            "a reference or a template that no program replaced"
        }
        '$' | '<' | '*' => "a placeholder or a reference without quotes",
        '=' => "`=` in place of a colon",
        ';' => "a semicolon in place of a comma",
        '+' => "a sign that joins texts",
        ',' if is_key => "a comma too many",
        ',' | '}' | ']' => "a value that is missing, or a bracket of the other kind,",
        ':' => "a colon too many",
        c if is_invisible(c) => "an invisible character",
        _ if ["True", "False", "None"].contains(&word.as_str()) => {
            "a word of Python (True, False, None)"
        }
        _ if ["undefined", "NaN", "Infinity"].contains(&word.as_str()) => {
            "a word of JavaScript that JSON does not have"
        }
        _ if is_key => "a name without quotes",
        _ => "a text without quotes",
    }
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{a0}' | '\u{ad}' | '\u{200b}'
                ..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{feff}'
        )
}

/// Returns what is missing at the end of a text.
fn end(text: &str) -> &'static str {
    let (mut in_string, mut is_escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = in_string,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    if in_string {
        "it ends in the middle of a text, so a part is missing,"
    } else {
        "it ends in the middle, so a part or the last bracket is missing,"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(text: &str) -> String {
        let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
        JsonDamage::of(text, &error).to_string()
    }

    #[test]
    fn fault_is_named_with_its_place() {
        for (text, expected) in [
            (
                "{'a': 1}",
                "single quotes in place of double quotes at line 1, column 2",
            ),
            (
                "{\n  \"a\": 'b'}",
                "single quotes in place of double quotes at line 2, column 8",
            ),
            (
                "{\n “a”: \"b\"}",
                "typographic quotes, which a word processor or a chat made of straight ones, at line 2, column 2",
            ),
            (
                "{\"ü\": „b“}",
                "typographic quotes, which a word processor or a chat made of straight ones, at line 1, column 7",
            ),
            (
                "{\"a\": 1,\n}",
                "a comma before the closing bracket at line 2, column 1",
            ),
            (
                "[1,]",
                "a comma before the closing bracket at line 1, column 4",
            ),
            (
                "{\n  \"a\": 1,\n  .\n  .\n}",
                "a line of dots, which stands for lines that were left out, at line 3, column 3",
            ),
            (
                "{\n  \"a\": 1,\n  ...\n}",
                "a line of dots, which stands for lines that were left out, at line 3, column 3",
            ),
            (
                "{\"a\": ...}",
                "dots, which stand for something that was left out, at line 1, column 7",
            ),
            (
                "{\n# c\n}",
                "a comment, which JSON does not have, at line 2, column 1",
            ),
            (
                "{\"a\": 1, // c\n\"b\": 2}",
                "a comment, which JSON does not have, at line 1, column 10",
            ),
            ("{a: 1}", "a name without quotes at line 1, column 2"),
            ("{\"a\": b}", "a text without quotes at line 1, column 7"),
            (
                "{\"a\": \"b\"\n \"c\": 1}",
                "a comma that is missing before this text, or a quote inside of the text before, at line 2, column 2",
            ),
            (
                "{\"a\": \"b\"c\"}",
                "a quote inside of a text, or a comma that is missing, at line 1, column 10",
            ),
            ("{\"a\" = 1}", "`=` in place of a colon at line 1, column 6"),
            (
                "{\"a\": 1; \"b\": 2}",
                "a semicolon in place of a comma at line 1, column 8",
            ),
            (
                "{\"a\": \"b\" + \"c\"}",
                "a sign that joins texts at line 1, column 11",
            ),
            (
                "{\"a\": True}",
                "a word of Python (True, False, None) at line 1, column 7",
            ),
            (
                "{\"a\": undefined}",
                "a word of JavaScript that JSON does not have at line 1, column 7",
            ),
            (
                "{\"a\": ${X}}",
                "a reference or a template that no program replaced at line 1, column 7",
            ),
            (
                "{\"a\": <x>}",
                "a placeholder or a reference without quotes at line 1, column 7",
            ),
            (
                "{\u{a0}\"a\": 1}",
                "an invisible character at line 1, column 2",
            ),
            (
                "{\"a\": \"C:\\q\"}",
                "a backslash that begins no escape of JSON, in a text, at line 1, column 11",
            ),
            (
                "{\"a\": \"b\nc\"}",
                "a line end or another control character inside of a text at line 1, column 9",
            ),
            (
                "{\"a\": [1}",
                "a bracket of the other kind at line 1, column 9",
            ),
            (
                "{\"a\": }",
                "a value that is missing, or a bracket of the other kind, at line 1, column 7",
            ),
            (
                "{\"a\": 1}}",
                "a text behind the end of the document at line 1, column 9",
            ),
            (
                "{\n<<<<<<< HEAD\n}",
                "the mark of a merge conflict at line 2, column 1",
            ),
            (
                "{\"a\": \"b",
                "it ends in the middle of a text, so a part is missing, at line 1, column 9",
            ),
            (
                "{\"a\": {\"b\": 1\n}",
                "it ends in the middle, so a part or the last bracket is missing, at line 2, column 2",
            ),
        ] {
            assert_eq!(damage(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_damage_has_a_place(text in "(?s)[\\{\\[]?[a-z:,'\"#/*\\{\\}\\[\\]\n \\\\ü“\u{a0}.]{0,40}") {
            if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&text) {
                let damage = JsonDamage::of(&text, &error);
                proptest::prop_assert!(damage.line >= 1 && damage.column >= 1);
            }
        }
    }
}
