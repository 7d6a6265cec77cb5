//! The part of YAML in which tools write credentials: mappings, lists, plain and quoted texts, texts of several lines,
//! and lists and objects between brackets.
//!
//! An own reader: the smallest maintained one, saphyr-parser, adds 93 kB to a command, and all of YAML. This one refuses
//! anchors, aliases, tags and several documents. It gives every plain value as a text: an id of digits stays one.

use zeroize::Zeroizing;

use super::super::node::{MAX_DEPTH, Map, Node};
use super::Refused;
use super::yaml_text::{block_text, flow, quoted};

/// Returns true if a text begins as a mapping of YAML does.
pub(super) fn is_yaml(text: &str) -> bool {
    let is_plain_key = |key: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.$".contains(c);
        !key.is_empty() && key.len() <= 64 && key.chars().all(is_part)
    };
    let mut lines = text.lines().map(str::trim);
    match lines.find(|line| is_significant(line)) {
        Some("---") => true,
        Some(line) => key_and_rest(line).is_some_and(|(key, _)| is_plain_key(&key)),
        None => false,
    }
}

pub(super) fn read(text: &str) -> Result<Node, Refused> {
    let lines = text.lines().enumerate().map(|(index, text)| {
        let text = text.trim_end();
        let content = text.trim_start_matches(' ');
        Line {
            number: index + 1,
            text,
            indent: text.len() - content.len(),
            content,
        }
    });
    let mut reader = Reader {
        lines: lines.collect(),
        at: 0,
    };
    if reader.peek().is_some_and(|line| line.text == "---") {
        reader.at += 1;
    }
    let node = match reader.peek() {
        Some(line) => reader.block(line.indent, 0)?,
        None => Node::Null,
    };
    match reader.peek() {
        None => Ok(node),
        Some(line) => Err(line.refused("this line does not belong to the lines before it")),
    }
}

#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
    indent: usize,
    content: &'a str,
}

impl Line<'_> {
    fn refused(self, reason: &'static str) -> Refused {
        Refused {
            line: self.number,
            reason,
        }
    }
}

/// Returns true for a line that is neither blank nor a comment.
fn is_significant(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn is_item(content: &str) -> bool {
    content == "-" || content.starts_with("- ")
}

/// Divides a line into the key, without its quotes, and the text behind the colon.
fn key_and_rest(content: &str) -> Option<(String, &str)> {
    let (key, rest) = match content.chars().next()? {
        quote @ ('"' | '\'') => {
            let (key, after) = quoted(content, quote)?;
            (
                key.expose().to_owned(),
                after.trim_start().strip_prefix(':')?,
            )
        }
        '[' | '{' | '#' | '&' | '*' | '!' | '|' | '>' | '%' | '@' | '`' | '?' => return None,
        _ => {
            let at = content
                .match_indices(':')
                .map(|(at, _)| at)
                .find(|at| matches!(content.as_bytes().get(at + 1), None | Some(b' ' | b'\t')))?;
            (content[..at].trim_end().to_owned(), &content[at + 1..])
        }
    };
    let is_end = rest.is_empty() || rest.starts_with([' ', '\t']);
    is_end.then(|| (key, rest.trim()))
}

struct Reader<'a> {
    lines: Vec<Line<'a>>,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Returns the next significant line.
    fn peek(&mut self) -> Option<Line<'a>> {
        while let Some(line) = self.lines.get(self.at) {
            if is_significant(line.content) {
                return Some(*line);
            }
            self.at += 1;
        }
        None
    }

    /// Reads the lines with this indentation: a list, a mapping or a value.
    fn block(&mut self, indent: usize, depth: usize) -> Result<Node, Refused> {
        let Some(line) = self.peek() else {
            return Ok(Node::Null);
        };
        if depth > MAX_DEPTH {
            return Err(line.refused("it is nested too deeply"));
        }
        if is_item(line.content) {
            self.list(indent, depth)
        } else if key_and_rest(line.content).is_some() {
            self.mapping(indent, depth)
        } else {
            self.at += 1;
            self.scalar(line, line.content, indent.saturating_sub(1))
        }
    }

    fn mapping(&mut self, indent: usize, depth: usize) -> Result<Node, Refused> {
        let mut map = Map::default();
        while let Some(line) = self.peek().filter(|line| line.indent == indent) {
            let (key, rest) = key_and_rest(line.content)
                .filter(|_| !is_item(line.content))
                .ok_or_else(|| line.refused("`key: value` is expected"))?;
            if !map.takes(&key) {
                return Err(line.refused("a key stands twice, or there are too many"));
            }
            self.at += 1;
            let value = self.value(line, rest, depth)?;
            map.insert(key, value);
        }
        Ok(Node::Map(map))
    }

    fn list(&mut self, indent: usize, depth: usize) -> Result<Node, Refused> {
        let mut list = Vec::new();
        while let Some(line) = self.peek() {
            if line.indent != indent || !is_item(line.content) {
                break;
            }
            let rest = line.content[1..].trim_start();
            let is_block = key_and_rest(rest).is_some() || is_item(rest);
            if is_block && rest != "-" {
                // The first line of the item stands behind the dash: it is read again without it.
                let inner = indent + line.content.len() - rest.len();
                self.lines[self.at].indent = inner;
                self.lines[self.at].content = rest;
                list.push(self.block(inner, depth + 1)?);
            } else {
                self.at += 1;
                list.push(self.value(line, rest, depth)?);
            }
        }
        Ok(Node::List(list))
    }

    /// Reads a value behind a key or a dash, or in the lines below it.
    fn value(&mut self, line: Line<'a>, rest: &'a str, depth: usize) -> Result<Node, Refused> {
        if is_significant(rest) {
            return self.scalar(line, rest, line.indent);
        }
        match self.peek() {
            Some(next) if next.indent > line.indent => self.block(next.indent, depth + 1),
            // The items of a list may stand below the key itself.
            Some(next)
                if next.indent == line.indent
                    && is_item(next.content)
                    && !is_item(line.content) =>
            {
                self.list(next.indent, depth + 1)
            }
            _ => Ok(Node::Null),
        }
    }

    /// Reads a text, or a list or object between brackets. It goes on in the lines that are indented more.
    fn scalar(&mut self, line: Line<'a>, rest: &'a str, indent: usize) -> Result<Node, Refused> {
        let refused = |reason| line.refused(reason);
        match rest.chars().next() {
            Some('|' | '>') => {
                let body = self.lines_below(indent, true);
                Ok(Node::text(&**block_text(without_comment(rest), &body)))
            }
            Some('&' | '*' | '!' | '%' | '@' | '`') => {
                Err(refused("anchors, aliases and tags are not read"))
            }
            Some(quote @ ('"' | '\'')) => {
                let whole = self.joined(rest, indent);
                match quoted(&whole, quote) {
                    Some((text, after)) if !is_significant(after) => Ok(Node::Text(text)),
                    _ => Err(refused("a quote is not closed, or something follows it")),
                }
            }
            Some('[' | '{') => {
                let whole = self.joined(rest, indent);
                flow(&whole).ok_or_else(|| refused("a list or an object is not readable"))
            }
            _ => {
                let first = without_comment(rest);
                if matches!(first, "~" | "null" | "Null" | "NULL") {
                    return Ok(Node::Null);
                }
                let more = self.lines_below(indent, false);
                if more.iter().any(|line| key_and_rest(line.trim()).is_some()) {
                    return Err(refused("the key in the next line is indented more"));
                }
                let mut text = Zeroizing::new(String::with_capacity(
                    first.len() + more.iter().map(|line| line.len() + 1).sum::<usize>(),
                ));
                text.push_str(first);
                for line in more {
                    text.push(' ');
                    text.push_str(without_comment(line.trim()));
                }
                Ok(Node::text(text.as_str()))
            }
        }
    }

    /// Takes the lines that are indented more, with the blank lines between them.
    fn lines_below(&mut self, indent: usize, with_comments: bool) -> Vec<&'a str> {
        let mut taken = Vec::new();
        let mut end = self.at;
        for line in &self.lines[self.at..] {
            let is_blank = line.content.is_empty();
            if !is_blank && line.indent <= indent {
                break;
            }
            if with_comments || is_significant(line.content) {
                taken.push(line.text);
            }
            end += 1;
        }
        self.at = end;
        taken
    }

    /// Returns the rest of a line and the lines that belong to it.
    fn joined(&mut self, rest: &str, indent: usize) -> Zeroizing<String> {
        let more = self.lines_below(indent, true);
        let length = rest.len() + more.iter().map(|line| line.len() + 1).sum::<usize>();
        let mut whole = Zeroizing::new(String::with_capacity(length));
        whole.push_str(rest);
        for line in more {
            whole.push('\n');
            whole.push_str(line);
        }
        whole
    }
}

/// Returns a plain text without the comment behind it.
fn without_comment(text: &str) -> &str {
    text.split(" #").next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str, path: &[&str]) -> Option<Node> {
        let mut node = read(text).ok()?;
        for key in path {
            node = node.as_map()?.get(key)?.clone();
        }
        Some(node)
    }

    fn text_at(text: &str, path: &[&str]) -> Option<String> {
        at(text, path)?.as_text().map(str::to_owned)
    }

    #[test]
    fn every_form_of_a_text_is_read() {
        for (value, expected) in [
            ("client!+ID", "client!+ID"),
            ("SECRET?%&=ü # comment", "SECRET?%&=ü"),
            ("a#b", "a#b"),
            ("'it''s' # comment", "it's"),
            ("\"a\\n\\\"b\\\"\\u00fc\\/\"", "a\n\"b\"ü/"),
            ("0123456789", "0123456789"),
            ("https://ims.example:1/x", "https://ims.example:1/x"),
            (
                "|\n    one\n      two\n\n    three\n",
                "one\n  two\n\nthree\n",
            ),
            ("|-\n    one\n    two\n", "one\ntwo"),
            (">-\n    one\n    two\n", "one two"),
            ("one\n    two\n", "one two"),
            ("\"one\n    two\\\n    \\ three\"", "one two three"),
            ("\n    one", "one"),
        ] {
            let text = format!("a:\n  b: {value}\n  c: end\n");
            assert_eq!(
                text_at(&text, &["a", "b"]).as_deref(),
                Some(expected),
                "{text}"
            );
            assert_eq!(
                text_at(&text, &["a", "c"]).as_deref(),
                Some("end"),
                "{text}"
            );
        }
    }

    #[test]
    fn every_form_of_a_list_is_read() {
        for list in [
            "\n  - one\n  - \"two\"\n",
            "\n- one\n- two\n",
            " [one, 'two'] # both\n",
            " [\n  one,\n  \"two\",\n  ]\n",
        ] {
            let text = format!("# comment\n---\nb:{list}c: end");
            let node = at(&text, &["b"]).unwrap_or_else(|| panic!("{text}"));
            let items: Vec<_> = node.as_list().iter().filter_map(Node::as_text).collect();
            assert_eq!(items, ["one", "two"], "{text}");
            assert_eq!(text_at(&text, &["c"]).as_deref(), Some("end"), "{text}");
        }
        let text = "values:\n  - key: a\n    value: 1\n  - key: b\n    value:\n      - x\n";
        let list = at(text, &["values"]).unwrap();
        let keys: Vec<_> = list
            .as_list()
            .iter()
            .filter_map(|it| it.as_map()?.text("key"))
            .collect();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(
            text_at("a: {b: {c: d, e: 'f'}}", &["a", "b", "e"]).as_deref(),
            Some("f")
        );
    }

    #[test]
    fn other_yaml_is_refused_with_its_line() {
        for text in [
            "a: &x SECRET",
            "a: *x",
            "a: !!binary SECRET",
            "a: 1\na: SECRET",
            "a: 1\n b: SECRET",
            "a: 'SECRET",
            "a: \"SECRET\" x",
            "a: [SECRET",
            "a: 1\nSECRET",
            "a: 1\n---\nb: SECRET",
        ] {
            let refused = read(text).map(|_| ()).unwrap_err();
            assert!(
                refused.line <= 2 && !refused.reason.contains("SECRET"),
                "{text}"
            );
        }
        let deep: String = (0..500)
            .map(|depth| format!("{}a:\n", " ".repeat(depth)))
            .collect();
        assert!(read(&deep).is_err());
        assert!(read(&format!("a: {}", "[".repeat(100_000))).is_err());
        assert!(read(&format!("a:\n{}", "- ".repeat(100_000))).is_err());
    }

    proptest! {
        #[test]
        fn quoted_text_is_read_back(text in "[ -~ü\n]{0,40}") {
            let double = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(text_at(&format!("a: {double}\n"), &["a"]), Some(text));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(?s)(a:)?[a-z:#'\"\\-|>\\[\\]\\{\\},\n \\\\ü]{0,40}") {
            let _ = (is_yaml(&text), read(&text));
        }
    }
}
