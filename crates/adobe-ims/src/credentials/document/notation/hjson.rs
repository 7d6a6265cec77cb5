//! Hjson, in which aio writes its configuration: JSON whose keys, and texts up to the end of a line, need no quotes, with
//! comments and with line ends in place of commas.
//!
//! An own reader: the maintained library, deser-hjson, has no limit of depth, so a hostile document ends the program, and
//! it takes damaged JSON for a text up to the end of the line. Then a secret could be sent as a client id. So a text
//! without quotes has no quote, brace or bracket here.

use super::super::node::{MAX_DEPTH, Map, Node};
use super::Refused;
use crate::util::secret::Secret;
use zeroize::Zeroizing;

pub(super) fn read(text: &str) -> Result<Node, Refused> {
    let mut reader = Reader { text, at: 0 };
    reader.skip_blanks();
    let node = reader.value(0)?;
    reader.skip_blanks();
    match reader.rest() {
        "" => Ok(node),
        _ => Err(reader.refused("something follows the document")),
    }
}

/// Returns true if the first key has no quotes, or a comment stands before it.
pub(super) fn is_hjson(text: &str) -> bool {
    let inner = text.strip_prefix('{').unwrap_or(text).trim_start();
    inner.starts_with(|c: char| c.is_ascii_alphabetic() || "#/_$".contains(c))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn refused(&self, reason: &'static str) -> Refused {
        let before = &self.text[..self.at];
        Refused {
            line: before.matches('\n').count() + 1,
            reason,
        }
    }

    fn take(&mut self, start: &str) -> bool {
        let found = self.rest().starts_with(start);
        if found {
            self.at += start.len();
        }
        found
    }

    /// Skips blanks and comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let rest = self.rest();
            let length = if rest.starts_with('#') || rest.starts_with("//") {
                rest.find('\n')
            } else if rest.starts_with("/*") {
                rest.find("*/").map(|end| end + 2)
            } else {
                return;
            };
            self.at += length.unwrap_or(rest.len());
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Refused> {
        if depth > MAX_DEPTH {
            return Err(self.refused("it is nested too deeply"));
        }
        if self.take("{") {
            self.object(depth)
        } else if self.take("[") {
            self.list(depth)
        } else if self.take("'''") {
            self.lines()
        } else if self.rest().starts_with(['"', '\'']) {
            self.quoted().map(Node::Text)
        } else {
            self.plain()
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node, Refused> {
        let mut map = Map::default();
        loop {
            self.skip_blanks();
            while self.take(",") {
                self.skip_blanks();
            }
            if self.take("}") {
                return Ok(Node::Map(map));
            }
            let key = self.key()?;
            self.skip_blanks();
            if !self.take(":") {
                return Err(self.refused("a key has no `:` after it"));
            }
            self.skip_blanks();
            if !map.takes(&key) {
                return Err(self.refused("a key stands twice, or there are too many"));
            }
            let value = self.value(depth + 1)?;
            map.insert(key, value);
        }
    }

    fn key(&mut self) -> Result<String, Refused> {
        if self.rest().starts_with(['"', '\'']) {
            return self.quoted().map(|key| key.expose().to_owned());
        }
        let is_end = |c: char| c.is_whitespace() || ",:[]{}\"'".contains(c);
        let rest = self.rest();
        let key = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        if key.is_empty() {
            return Err(self.refused("a key is expected"));
        }
        self.at += key.len();
        Ok(key.to_owned())
    }

    fn list(&mut self, depth: usize) -> Result<Node, Refused> {
        let mut list = Vec::new();
        loop {
            self.skip_blanks();
            while self.take(",") {
                self.skip_blanks();
            }
            if self.take("]") {
                return Ok(Node::List(list));
            }
            if self.rest().is_empty() {
                return Err(self.refused("a list does not end"));
            }
            list.push(self.value(depth + 1)?);
        }
    }

    /// Reads a text in quotes, with the escapes of JSON.
    fn quoted(&mut self) -> Result<Secret, Refused> {
        let mut chars = self.rest().char_indices();
        let quote = chars.next().map(|(_, quote)| quote);
        let mut text = Zeroizing::new(String::with_capacity(64));
        while let Some((at, c)) = chars.next() {
            match c {
                _ if Some(c) == quote => {
                    self.at += at + c.len_utf8();
                    return Ok(Secret::new(text.as_str()));
                }
                '\\' => {
                    let (_, escape) = chars
                        .next()
                        .ok_or_else(|| self.refused("a quote is not closed"))?;
                    match escape {
                        'n' => text.push('\n'),
                        'r' => text.push('\r'),
                        't' => text.push('\t'),
                        'b' => text.push('\u{8}'),
                        'f' => text.push('\u{c}'),
                        'u' => {
                            let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                            let code = u32::from_str_radix(&digits, 16).ok();
                            let c = code.and_then(char::from_u32);
                            text.push(c.ok_or_else(|| self.refused("an escape is not valid"))?);
                        }
                        same => text.push(same),
                    }
                }
                _ => text.push(c),
            }
        }
        Err(self.refused("a quote is not closed"))
    }

    /// Reads the lines of a text between `'''`, without their indentation.
    fn lines(&mut self) -> Result<Node, Refused> {
        let rest = self.rest();
        let end = rest
            .find("'''")
            .ok_or_else(|| self.refused("a text of several lines does not end"))?;
        let text = Zeroizing::new(
            rest[..end]
                .lines()
                .map(str::trim_start)
                .collect::<Vec<_>>()
                .join("\n"),
        );
        self.at += end + 3;
        Ok(Node::text(text.trim_matches('\n')))
    }

    /// Reads a text without quotes, which ends with its line, or a word of JSON.
    fn plain(&mut self) -> Result<Node, Refused> {
        let rest = self.rest();
        let line = rest.lines().next().unwrap_or_default();
        let word = &line[..line.find([',', '}', ']', '#']).unwrap_or(line.len())];
        let is_number = word.trim().parse::<f64>().is_ok();
        let node = match word.trim() {
            "null" => Node::Null,
            "true" | "false" => Node::Other("true or false"),
            // An id may consist of digits only, and then it is as long as an id.
            _ if is_number && word.trim().len() < 16 => Node::Other("a number"),
            _ => {
                // People write the comma of JSON behind a text that has no quotes.
                let text = line.trim().trim_end_matches(',');
                if text.is_empty() || text.contains(['"', '\'', '{', '}', '[', ']']) {
                    return Err(self.refused("a value is not readable"));
                }
                self.at += line.len();
                return Ok(Node::text(text));
            }
        };
        self.at += word.len();
        Ok(node)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text_at(text: &str, path: &[&str]) -> Option<String> {
        let mut node = read(text).ok()?;
        for key in path {
            node = node.as_map()?.get(key)?.clone();
        }
        node.as_text().map(str::to_owned)
    }

    #[test]
    fn every_form_of_hjson_is_read() {
        let text = "{\n  # comment\n  ims: {\n    contexts: { \"my shop\": {\n client_id: \"client!+ID\"\n \
                    // other\n plain: SECRET?%&=ü # no comment,\n scopes: [\n openid\n \"AdobeID\"\n ]\n n: 7, t: true\n \
                    key: '''\n      one\n      two\n      '''\n } }\n  } /* end */\n}";
        let path = |key| text_at(text, &["ims", "contexts", "my shop", key]);
        assert_eq!(path("client_id").as_deref(), Some("client!+ID"));
        assert_eq!(path("plain").as_deref(), Some("SECRET?%&=ü # no comment"));
        assert_eq!(path("key").as_deref(), Some("one\ntwo"));
        let node = read(text).unwrap();
        let context = node
            .as_map()
            .and_then(|it| it.map("ims")?.map("contexts")?.map("my shop"));
        assert_eq!(context.unwrap().get("scopes").unwrap().as_list().len(), 2);
    }

    #[test]
    fn damaged_json_is_not_taken_for_hjson() {
        for text in [
            "{\"a\": SECRET, \"b\": \"c\"}",
            "{\"a\": \"SECRET}",
            "{\"a\": [\"SECRET\"",
            "{\"a\" \"SECRET\"}",
            "{a: 1, a: 2}",
            "{\"a\": \"b\"} SECRET",
            "{",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"{a:".repeat(100_000)).is_err());
        assert!(read(&"[".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn any_json_is_read_as_hjson(key in "[a-z_]{1,8}", value in "\\PC{0,20}", list in proptest::collection::vec("\\PC{0,6}", 0..3)) {
            let json = serde_json::json!({ "outer": {key.as_str(): value, "list": list} });
            let text = serde_json::to_string_pretty(&json).unwrap();
            prop_assume!(key != "list");
            prop_assert_eq!(text_at(&text, &["outer", &key]), Some(value));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(?s)[\\{\\[]?[a-z:,'\"#/*\\{\\}\\[\\]\n \\\\ü]{0,40}") {
            let _ = read(&text);
        }
    }
}
