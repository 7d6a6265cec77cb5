//! Lists in brackets: of JSON, of JavaScript and Python, of YAML.

use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// Returns the elements of a list; `None` if the text is none. JSON, quotes of any kind and bare words are read.
///
/// Bare words may hold what no quoting needs; a secret in brackets of its own with other characters stays as it is.
pub(crate) fn split(text: &str) -> Option<Vec<Secret>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(list) = serde_json::from_str::<Vec<Zeroizing<String>>>(text.trim()) {
        return Some(list.iter().map(|it| Secret::new(it.as_str())).collect());
    }
    let mut elements = Vec::new();
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let (element, after) = match rest.chars().next()? {
            quote @ ('\'' | '"' | '`') => quoted(&rest[1..], quote)?,
            _ => bare(rest)?,
        };
        elements.push(Secret::new(element));
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(elements)
}

/// Returns the text before the quote and the rest after it.
fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let (element, rest) = text.split_once(quote)?;
    // An escape would need the rules of its language.
    (!element.contains('\\')).then_some((element, rest))
}

fn bare(text: &str) -> Option<(&str, &str)> {
    let is_usual = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    let end = text.find(|c: char| !is_usual(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_several_languages_are_split() {
        for (text, elements) in [
            ("['a']", &["a"][..]),
            ("['a', 'b',]", &["a", "b"]),
            ("[\"a\",\"b\"]", &["a", "b"]),
            ("[ `a` ]", &["a"]),
            ("[p8e-a, b]", &["p8e-a", "b"]),
            ("[]", &[]),
            ("[\"\\u0061\"]", &["a"]),
            ("['SECRET?%&=ü']", &["SECRET?%&=ü"]),
        ] {
            let list = split(text).unwrap();
            let list: Vec<_> = list.iter().map(Secret::expose).collect();
            assert_eq!(list, elements, "{text}");
        }
        for text in [
            "",
            "a",
            "[a",
            "a]",
            "['a' 'b']",
            "['a",
            "[a?b]",
            "['a\\'b']",
            "[[a]]",
        ] {
            assert!(split(text).is_none(), "{text}");
        }
    }
}
