//! `.env` files: lines of `NAME=value`.

use core::iter::Peekable;
use core::str::Chars;

use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// Returns the assignments in their order.
///
/// There is no standard for such files. These rules are common to the usual readers: `export`, `set` or `$env:` before a name, comments
/// after `#`, values as they are, in single quotes as they are, in double quotes with `\n`, `\"` and other escapes. A
/// quoted value may have several lines. Lines without an assignment are skipped.
pub(super) fn assignments(text: &str) -> Vec<(String, Secret)> {
    let mut assignments = Vec::new();
    let mut rest = text.chars().peekable();
    while rest.peek().is_some() {
        skip_blanks(&mut rest, char::is_whitespace);
        match name(&mut rest) {
            Some(name) => assignments.push((name, Secret::new(value(&mut rest).as_str()))),
            None => skip_line(&mut rest),
        }
    }
    assignments
}

fn skip_blanks(rest: &mut Peekable<Chars<'_>>, is_blank: impl Fn(char) -> bool) {
    while rest.next_if(|c| is_blank(*c)).is_some() {}
}

fn skip_line(rest: &mut Peekable<Chars<'_>>) {
    for c in rest.by_ref() {
        if c == '\n' {
            break;
        }
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() && c != '\n'
}

/// Reads a name and the `=` after it.
fn name(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    /// The names of aio's variables contain names of contexts, so they are long. A longer text is no name.
    const MAX_NAME_LENGTH: usize = 256;
    let mut name = String::new();
    loop {
        match rest.peek()? {
            '=' => break,
            '\n' | '#' => return None,
            _ if name.len() > MAX_NAME_LENGTH => return None,
            _ => name.extend(rest.next()),
        }
    }
    rest.next();
    let name = name.trim();
    // The words before an assignment in a shell, in the command prompt of Windows and in PowerShell.
    let words = ["export ", "set ", "$env:", "$Env:"];
    let bare = words.iter().find_map(|word| name.strip_prefix(word));
    let name = bare.unwrap_or(name).trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then(|| name.to_owned())
}

fn value(rest: &mut Peekable<Chars<'_>>) -> Zeroizing<String> {
    skip_blanks(rest, is_space);
    if let Some(&quote @ ('"' | '\'' | '`')) = rest.peek()
        && let Some((value, after)) = quoted(rest.clone(), quote)
    {
        *rest = after;
        skip_line(rest);
        return value;
    }
    plain(rest)
}

/// Reads a value in quotes. Returns `None` if the quote does not end, or if text follows it: then the quote is part of
/// the value.
fn quoted<'a>(
    mut rest: Peekable<Chars<'a>>,
    quote: char,
) -> Option<(Zeroizing<String>, Peekable<Chars<'a>>)> {
    rest.next();
    let mut value = Zeroizing::new(String::new());
    loop {
        match rest.next()? {
            c if c == quote => break,
            '\\' if quote == '"' => match rest.next()? {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                c @ ('"' | '\\' | '$' | '`') => value.push(c),
                c => value.extend(['\\', c]),
            },
            c => value.push(c),
        }
    }
    let mut behind = rest.clone();
    skip_blanks(&mut behind, is_space);
    matches!(behind.peek(), None | Some('\n' | '#')).then_some((value, rest))
}

/// Reads a value up to the end of the line, or up to a `#` after a blank.
fn plain(rest: &mut Peekable<Chars<'_>>) -> Zeroizing<String> {
    let mut value = Zeroizing::new(String::new());
    let mut before = ' ';
    while let Some(c) = rest.next_if(|c| *c != '\n') {
        if c == '#' && before.is_whitespace() {
            skip_line(rest);
            break;
        }
        value.push(c);
        before = c;
    }
    Zeroizing::new(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let assignments = assignments(text).into_iter();
        assignments
            .map(|(name, value)| (name, value.expose().to_owned()))
            .collect()
    }

    fn double_quoted(value: &str) -> String {
        let mut text = String::from("\"");
        for c in value.chars() {
            match c {
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '"' | '\\' => text.extend(['\\', c]),
                c => text.push(c),
            }
        }
        text + "\""
    }

    #[test]
    fn usual_forms_are_read() {
        for (text, value) in [
            ("A=b", "b"),
            ("  export A = b c \r\n", "b c"),
            ("set A=b", "b"),
            ("$env:A = \"b\"", "b"),
            ("# A=1\n\nA=b # comment", "b"),
            ("A=b#c", "b#c"),
            ("A=", ""),
            ("A= # comment", ""),
            ("A='b # c' # d", "b # c"),
            ("A=\"b\\nc\\\"\\$d\\e\"", "b\nc\"$d\\e"),
            ("A='b\\n'", "b\\n"),
            ("A=\"b\nc\"", "b\nc"),
            ("A=[\"a\", \"b\"]", "[\"a\", \"b\"]"),
            ("A=\"a\",\"b\"", "\"a\",\"b\""),
            ("A='b", "'b"),
            ("A=b=c?%&=ü", "b=c?%&=ü"),
            ("no assignment\n=x\nA=b", "b"),
        ] {
            assert_eq!(read(text), [("A".to_owned(), value.to_owned())], "{text}");
        }
        assert_eq!(read("A='1\n2'\nB=3\n").len(), 2);
    }

    proptest! {
        #[test]
        fn quoted_values_are_read_back(
            pairs in proptest::collection::vec(("[A-Za-z_][A-Za-z0-9_ü-]{0,12}", "\\PC{0,12}|[\"'#\\\\\n\r =a]{0,8}"), 0..6),
            export in any::<bool>(),
        ) {
            let mut text = String::new();
            for (name, value) in &pairs {
                let export = if export { "export " } else { "" };
                text += &format!("{export}{name}={} # {name}\n", double_quoted(value));
            }
            prop_assert_eq!(read(&text), pairs);
        }

        #[test]
        fn plain_values_are_read_back(value in "[A-Za-z0-9?%&=ü@.,:/+-]{0,24}") {
            prop_assert_eq!(read(&format!("A={value}\nB=")), [
                ("A".to_owned(), value), ("B".to_owned(), String::new()),
            ]);
        }

        #[test]
        fn any_text_is_read_or_skipped(text in "(?s).{0,64}") {
            let _ = assignments(&text);
        }
    }
}
