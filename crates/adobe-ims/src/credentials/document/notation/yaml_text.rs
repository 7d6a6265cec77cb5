//! The texts of YAML: in quotes, in several lines, and between brackets.

use zeroize::Zeroizing;

use super::super::node::{MAX_DEPTH, Map, Node};
use crate::util::secret::Secret;

/// Reads a text in quotes, and returns what follows it. A line end in it is a blank, and an empty line a line end.
pub(super) fn quoted(text: &str, quote: char) -> Option<(Secret, &str)> {
    let mut chars = text.char_indices().peekable();
    chars.next().filter(|(_, first)| *first == quote)?;
    let mut value = Zeroizing::new(String::with_capacity(text.len()));
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if quote == '\'' && chars.next_if(|(_, next)| *next == '\'').is_some() => {
                value.push('\'');
            }
            _ if c == quote => return Some((Secret::new(value.as_str()), &text[at + 1..])),
            '\\' if quote == '"' => escape(&mut chars, &mut value)?,
            '\n' => {
                while value.ends_with(' ') {
                    value.pop();
                }
                let mut ends = 0;
                while let Some((_, next)) = chars.next_if(|(_, c)| matches!(c, ' ' | '\t' | '\n')) {
                    ends += usize::from(next == '\n');
                }
                match ends {
                    0 => value.push(' '),
                    _ => value.extend(std::iter::repeat_n('\n', ends)),
                }
            }
            _ => value.push(c),
        }
    }
    None
}

type Chars<'a> = core::iter::Peekable<core::str::CharIndices<'a>>;

/// Reads what follows a backslash.
fn escape(chars: &mut Chars<'_>, value: &mut String) -> Option<()> {
    let (_, escaped) = chars.next()?;
    let digits = match escaped {
        // The line goes on in the next one.
        '\n' => {
            while chars.next_if(|(_, c)| matches!(c, ' ' | '\t')).is_some() {}
            return Some(());
        }
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => {
            value.push(short_escape(escaped)?);
            return Some(());
        }
    };
    let digits: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
    let code = u32::from_str_radix(&digits, 16).ok()?;
    value.push(char::from_u32(code)?);
    Some(())
}

fn short_escape(letter: char) -> Option<char> {
    Some(match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        '0' => '\0',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        '"' | '\\' | '/' | ' ' | '\t' => letter,
        _ => return None,
    })
}

/// Joins the lines of a block: `|` keeps their ends, `>` makes blanks of them. A `-` in the header drops the last end.
pub(super) fn block_text(header: &str, lines: &[&str]) -> Zeroizing<String> {
    let indent_of = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let first = lines.iter().find(|line| !line.trim().is_empty());
    let indent = first.map(indent_of).unwrap_or_default();
    let length: usize = lines.iter().map(|line| line.len() + 1).sum();
    let mut text = Zeroizing::new(String::with_capacity(length + 1));
    let keeps_ends = header.starts_with('|');
    for line in lines {
        let line = line.get(indent..).unwrap_or_default();
        if !keeps_ends && !text.is_empty() && !text.ends_with('\n') && !line.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
        if keeps_ends || line.is_empty() {
            text.push('\n');
        }
    }
    let content = text.trim_end_matches('\n').len();
    text.truncate(content);
    if !header.contains('-') && content > 0 {
        text.push('\n');
    }
    text
}

/// Reads a list or an object between brackets.
pub(super) fn flow(text: &str) -> Option<Node> {
    let mut reader = Flow { rest: text };
    let node = reader.node(0)?;
    let rest = reader.rest.trim_start();
    (rest.is_empty() || rest.starts_with('#')).then_some(node)
}

struct Flow<'a> {
    rest: &'a str,
}

impl<'a> Flow<'a> {
    fn take(&mut self, sign: char) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.take('[') {
            let mut list = Vec::new();
            while !self.take(']') {
                list.push(self.node(depth + 1)?);
                if !self.take(',') && !self.rest.trim_start().starts_with(']') {
                    return None;
                }
            }
            return Some(Node::List(list));
        }
        if self.take('{') {
            let mut map = Map::default();
            while !self.take('}') {
                let key = self.text(&[':', ',', '}'])?;
                if !self.take(':') || !map.takes(key.expose()) {
                    return None;
                }
                let value = self.node(depth + 1)?;
                map.insert(key.expose(), value);
                if !self.take(',') && !self.rest.trim_start().starts_with('}') {
                    return None;
                }
            }
            return Some(Node::Map(map));
        }
        let text = self.text(&[',', ']', '}'])?;
        Some(match text.expose() {
            "null" | "~" => Node::Null,
            _ => Node::Text(text),
        })
    }

    /// Reads a text, which ends at one of these signs if it has no quotes.
    fn text(&mut self, ends: &[char]) -> Option<Secret> {
        self.rest = self.rest.trim_start();
        let rest: &'a str = self.rest;
        if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
            let (text, after) = quoted(rest, quote)?;
            self.rest = after;
            return Some(text);
        }
        let end = rest.find(ends)?;
        let text = rest[..end].trim();
        self.rest = &rest[end..];
        let is_plain = !text.is_empty() && !text.starts_with(['&', '*', '!', '[', '{', '#']);
        is_plain.then(|| Secret::new(text))
    }
}
