//! JSON, also with the real line ends that a shell's `echo` makes of `\n`.

use zeroize::Zeroizing;

use super::super::json_damage::JsonDamage;
use super::super::node::Node;

/// Reads JSON. Returns what was repaired, too.
pub(super) fn read(text: &str) -> Result<(Node, Option<JsonDamage>), serde_json::Error> {
    let error = match serde_json::from_str(text) {
        Ok(node) => return Ok((node, None)),
        Err(error) => error,
    };
    let Some(repaired) = with_escaped_control_characters(text) else {
        return Err(error);
    };
    match serde_json::from_str(&repaired) {
        Ok(node) => Ok((node, Some(JsonDamage::of(text, &error)))),
        // The end of the text is its real fault.
        Err(other) if other.is_eof() => Err(other),
        Err(_) => Err(error),
    }
}

/// Escapes the control characters inside of strings; `None` if there are none.
fn with_escaped_control_characters(text: &str) -> Option<Zeroizing<String>> {
    // Room for an escape in place of each character, so that no copy is left behind.
    let mut repaired = Zeroizing::new(String::with_capacity(text.len() * 2));
    let (mut in_string, mut is_escaped, mut is_changed) = (false, false, false);
    for c in text.chars() {
        if in_string && c.is_ascii_control() {
            // A backslash before a line end has lost its letter.
            if is_escaped {
                repaired.pop();
            }
            repaired.push_str(match c {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => "",
            });
            (is_escaped, is_changed) = (false, true);
            continue;
        }
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = in_string,
            '"' => in_string = !in_string,
            _ => {}
        }
        repaired.push(c);
    }
    is_changed.then_some(repaired)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_whose_escapes_were_expanded_is_read(text in "[a-zA-Z+/= \r\n\t-]{0,60}") {
            let json = serde_json::json!({"key": text}).to_string();
            let echoed = json.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
            let (node, _) = read(&echoed).unwrap();
            let read = node.as_map().and_then(|map| map.text("key"));
            prop_assert_eq!(read, Some(text.as_str()));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(?s)[a-z:,\"\\\\\\{\\}\\[\\]\n\u{1}ü]{0,40}") {
            let _ = read(&text);
        }
    }
}
