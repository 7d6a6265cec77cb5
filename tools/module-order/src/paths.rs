//! Reads paths and the trees of `use` declarations from tokens.

use proc_macro2::{Delimiter, TokenTree};

use crate::test_code::is_punct;

/// A path as the source has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SourcePath {
    /// The names between the colons. `*` counts as a name.
    pub(crate) segments: Vec<String>,
    /// The name after `as`.
    pub(crate) alias: Option<String>,
    pub(crate) line: usize,
}

impl SourcePath {
    /// Returns the name that `use` gives to the item.
    pub(crate) fn name(&self) -> Option<&str> {
        let own = self.segments.iter().rev().find(|name| *name != "self");
        self.alias.as_deref().or(own.map(String::as_str))
    }
}

/// Returns all paths in the tokens that begin with `crate`, `super` or `self`.
pub(crate) fn local_paths(tokens: &[TokenTree]) -> Vec<SourcePath> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

fn collect(tokens: &[TokenTree], found: &mut Vec<SourcePath>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                collect(&group.stream().into_iter().collect::<Vec<_>>(), found);
            }
            TokenTree::Ident(word)
                if (word == "crate" || word == "super" || word == "self")
                    && are_colons(&tokens[at + 1..]) =>
            {
                at = use_tree(tokens, at, &[], found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Reads the tokens after the word `use`. A path that starts with `::` keeps the colons as its first name.
pub(crate) fn imports(tokens: &[TokenTree]) -> Vec<SourcePath> {
    let mut found = Vec::new();
    if are_colons(tokens) {
        use_tree(tokens, 2, &["::".to_owned()], &mut found);
    } else {
        use_tree(tokens, 0, &[], &mut found);
    }
    found
}

/// Reads one path with the groups in it. Returns the position after it.
fn use_tree(
    tokens: &[TokenTree],
    start: usize,
    prefix: &[String],
    found: &mut Vec<SourcePath>,
) -> usize {
    let mut segments = prefix.to_vec();
    let mut at = start;
    let mut line = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(word) => {
                line = word.span().start().line;
                let name = word.to_string();
                segments.push(name.strip_prefix("r#").unwrap_or(&name).to_owned());
            }
            TokenTree::Punct(punct) if punct.as_char() == '*' => {
                line = punct.span().start().line;
                segments.push("*".to_owned());
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in inner.split(|token| is_punct(token, ',')) {
                    if !part.is_empty() {
                        use_tree(part, 0, &segments, found);
                    }
                }
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        if !are_colons(&tokens[at..]) {
            break;
        }
        at += 2;
    }
    let alias = alias(&tokens[at.min(tokens.len())..]);
    found.push(SourcePath {
        segments,
        alias,
        line,
    });
    at
}

fn alias(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "as" => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn are_colons(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [one, two, ..] if is_punct(one, ':') && is_punct(two, ':'))
}

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};

    use super::{SourcePath, imports, local_paths};

    fn tokens(source: &str) -> Vec<TokenTree> {
        let stream: TokenStream = source.parse().unwrap();
        stream.into_iter().collect()
    }

    fn joined(paths: Vec<SourcePath>) -> Vec<String> {
        let line = |path: SourcePath| format!("{}:{}", path.line, path.segments.join("::"));
        paths.into_iter().map(line).collect()
    }

    #[test]
    fn groups_are_expanded_to_paths() {
        let found = local_paths(&tokens("use crate::{a::{self, B},\n c::*, r#d};"));
        let expected = [
            "1:crate::a::self",
            "1:crate::a::B",
            "2:crate::c::*",
            "2:crate::d",
        ];
        assert_eq!(joined(found), expected);
    }

    #[test]
    fn paths_in_types_expressions_and_macros_are_found() {
        let source =
            "fn f(a: crate::a::A<super::B>) { m!(x, $crate::c::C); self::d::<E>(); self.f() }";
        let expected = ["1:crate::a::A", "1:super::B", "1:crate::c::C", "1:self::d"];
        assert_eq!(joined(local_paths(&tokens(source))), expected);
    }

    #[test]
    fn paths_in_comments_and_strings_are_ignored() {
        let source = "/// [`crate::a`]\n// crate::b\nfn f() { \"crate::c\" /* crate::d */ }";
        assert!(local_paths(&tokens(source)).is_empty());
    }

    #[test]
    fn braces_after_a_path_are_not_its_group() {
        let found = local_paths(&tokens("crate::a::A { b: crate::c::C }"));
        assert_eq!(joined(found), ["1:crate::a::A", "1:crate::c::C"]);
    }

    #[test]
    fn import_has_the_name_that_it_introduces() {
        let names = |source| {
            let found = imports(&tokens(source));
            let names = found.iter().filter_map(SourcePath::name);
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(names("a::{self, B as C, D as _};"), ["a", "C", "_"]);
        assert_eq!(names("::a::B;"), ["B"]);
    }
}
