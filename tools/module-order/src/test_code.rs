//! Removes the items that only tests have.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Returns the tokens without the items that stand under `#[cfg(test)]`.
pub(crate) fn remove(stream: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(attribute) = inner_attribute(&tokens[at..]) {
            if is_test_condition(attribute) {
                return TokenStream::new();
            }
        } else if attribute(&tokens[at..]).is_some() {
            let (end, is_test) = attributes(&tokens, at);
            if is_test {
                at = end_of_item(&tokens, end);
            } else {
                kept.extend_from_slice(&tokens[at..end]);
                at = end;
            }
            continue;
        }
        kept.push(match &tokens[at] {
            TokenTree::Group(group) => TokenTree::Group(without_tests(group)),
            other => other.clone(),
        });
        at += 1;
    }
    kept.into_iter().collect()
}

fn without_tests(group: &Group) -> Group {
    let mut kept = Group::new(group.delimiter(), remove(group.stream()));
    kept.set_span(group.span());
    kept
}

/// Returns the position after a run of attributes, and true if one of them is a condition that only tests meet.
fn attributes(tokens: &[TokenTree], start: usize) -> (usize, bool) {
    let mut at = start;
    let mut is_test = false;
    while let Some(group) = attribute(&tokens[at..]) {
        is_test |= is_test_condition(group);
        at += 2;
    }
    (at, is_test)
}

/// Returns the brackets of `#[…]`, if the tokens begin with it.
pub(crate) fn attribute(tokens: &[TokenTree]) -> Option<&Group> {
    match tokens {
        [sign, TokenTree::Group(group), ..]
            if is_punct(sign, '#') && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group)
        }
        _ => None,
    }
}

/// Returns the brackets of `#![…]`, if the tokens begin with it.
fn inner_attribute(tokens: &[TokenTree]) -> Option<&Group> {
    match tokens {
        [sign, mark, TokenTree::Group(group), ..]
            if is_punct(sign, '#')
                && is_punct(mark, '!')
                && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group)
        }
        _ => None,
    }
}

fn is_test_condition(attribute: &Group) -> bool {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(name), TokenTree::Group(condition)] if name == "cfg" => {
            needs_test(&condition.stream().into_iter().collect::<Vec<_>>())
        }
        _ => false,
    }
}

/// Returns true if a condition of `cfg` holds in tests only.
fn needs_test(condition: &[TokenTree]) -> bool {
    let [TokenTree::Ident(name), rest @ ..] = condition else {
        return false;
    };
    match rest {
        [] => name == "test",
        [TokenTree::Group(group)] => {
            let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut parts = tokens
                .split(|token| is_punct(token, ','))
                .filter(|part| !part.is_empty());
            match name.to_string().as_str() {
                "all" => parts.any(needs_test),
                "any" => parts.all(needs_test),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Returns the position after the item, field, arm or statement that begins at `start`.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let kind = ItemEnd::of(&tokens[start..]);
    for (at, token) in tokens.iter().enumerate().skip(start) {
        let ends = match token {
            TokenTree::Punct(punct) => match punct.as_char() {
                ';' => true,
                ',' => kind == ItemEnd::Element,
                _ => false,
            },
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && kind != ItemEnd::Statement
            }
            _ => false,
        };
        if ends {
            return at + 1;
        }
    }
    tokens.len()
}

/// The tokens that end an item.
#[derive(PartialEq)]
enum ItemEnd {
    /// A semicolon ends the item, as with `use`.
    Statement,
    /// Braces or a semicolon end the item, as with `fn`.
    Block,
    /// A comma also ends a field or an arm.
    Element,
}

impl ItemEnd {
    fn of(tokens: &[TokenTree]) -> Self {
        let mut words = tokens
            .iter()
            .filter_map(|token| match token {
                TokenTree::Ident(word) => Some(word.to_string()),
                _ => None,
            })
            .skip_while(|word| word == "pub");
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        match first.as_str() {
            "use" | "static" | "type" | "let" => Self::Statement,
            "const" if !matches!(second.as_str(), "fn" | "unsafe" | "async" | "extern") => {
                Self::Statement
            }
            "fn" | "mod" | "impl" | "struct" | "enum" | "trait" | "union" | "unsafe" | "async"
            | "extern" | "const" | "macro_rules" => Self::Block,
            _ => Self::Element,
        }
    }
}

pub(crate) fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use super::remove;

    fn kept(source: &str) -> String {
        remove(source.parse().unwrap()).to_string()
    }

    #[test]
    fn items_under_cfg_test_are_removed() {
        for item in [
            "mod tests { fn f() {} }",
            "mod tests;",
            "use crate::{a, b};",
            "pub(crate) fn f<A, B>(a: A) -> [u8; 3] { b }",
            "const X: A = A { b: 1 };",
            "pub const fn f() {}",
            "struct A(u8);",
            "#[derive(Debug)] struct A { b: u8 }",
        ] {
            assert_eq!(
                kept(&format!("#[cfg(test)] {item} fn rest() {{}}")),
                "fn rest () { }"
            );
        }
    }

    #[test]
    fn fields_and_arms_under_cfg_test_are_removed() {
        assert_eq!(
            kept("struct A { #[cfg(test)] b: B<C>, d: D }"),
            "struct A { d : D }"
        );
        assert_eq!(
            kept("match a { #[cfg(test)] B => { c } D => e }"),
            "match a { D => e }"
        );
    }

    #[test]
    fn other_attributes_of_a_test_item_are_removed() {
        assert_eq!(
            kept("#[path = \"a.rs\"] #[cfg(test)] mod a; mod b;"),
            "mod b ;"
        );
    }

    #[test]
    fn items_whose_condition_holds_outside_of_tests_are_kept() {
        for condition in ["not(test)", "any(test, unix)", "unix", "feature = \"test\""] {
            assert!(kept(&format!("#[cfg({condition})] mod a;")).ends_with("mod a ;"));
        }
        assert_eq!(kept("#[cfg(all(test, unix))] mod a;"), "");
        assert_eq!(kept("#![cfg(test)] mod a;"), "");
    }
}
