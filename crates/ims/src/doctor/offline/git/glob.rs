//! Patterns of file names, as git reads them.

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `*`
    Star,
    /// `?`
    One,
    Char(char),
    /// `[a-z]` or `[!a-z]`
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Returns true if a name matches a pattern. Neither has a slash.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let parts = parse(pattern);
    let name: Vec<char> = name.chars().collect();
    matches_list(&parts, &name, |part| *part == Part::Star, Part::is_char)
}

/// Matches a list against a pattern in which some elements stand for any number of others. The time grows with the
/// product of the lengths, whatever the pattern is.
pub(super) fn matches_list<P, T>(
    pattern: &[P],
    list: &[T],
    is_star: impl Fn(&P) -> bool,
    matches: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut at_pattern, mut at) = (0, 0);
    let mut last_star = None;
    while at < list.len() {
        let part = pattern.get(at_pattern);
        if part.is_some_and(&is_star) {
            last_star = Some((at_pattern, at));
            at_pattern += 1;
        } else if part.is_some_and(|part| matches(part, &list[at])) {
            at_pattern += 1;
            at += 1;
        } else if let Some((star, from)) = last_star {
            last_star = Some((star, from + 1));
            at_pattern = star + 1;
            at = from + 1;
        } else {
            return false;
        }
    }
    pattern[at_pattern..].iter().all(is_star)
}

impl Part {
    fn is_char(&self, c: &char) -> bool {
        match self {
            Self::Star => false,
            Self::One => true,
            Self::Char(expected) => expected == c,
            Self::Class { is_negated, ranges } => {
                let is_in = ranges.iter().any(|(from, to)| from <= c && c <= to);
                is_in != *is_negated
            }
        }
    }
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut chars = pattern.chars();
    let mut parts = Vec::new();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '*' => Part::Star,
            '?' => Part::One,
            '\\' => Part::Char(chars.next().unwrap_or('\\')),
            '[' => match class(chars.as_str()) {
                Some((class, rest)) => {
                    chars = rest.chars();
                    class
                }
                None => Part::Char('['),
            },
            c => Part::Char(c),
        });
    }
    parts
}

/// Reads a class after its `[`, and returns the rest of the pattern.
fn class(text: &str) -> Option<(Part, &str)> {
    let inner = text.strip_prefix(['!', '^']);
    let mut chars = inner.unwrap_or(text).chars();
    let mut ranges = Vec::new();
    loop {
        let from = match chars.next()? {
            ']' if !ranges.is_empty() => break,
            '\\' => chars.next()?,
            c => c,
        };
        let mut after = chars.clone();
        let to = match (after.next(), after.next()) {
            (Some('-'), Some(to)) if to != ']' => {
                chars = after;
                to
            }
            _ => from,
        };
        ranges.push((from, to));
    }
    let is_negated = inner.is_some();
    Some((Part::Class { is_negated, ranges }, chars.as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_match_as_in_git() {
        for (pattern, name, is_match) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("*.pem", "key.pem", true),
            ("*.pem", "key.pem.bak", false),
            ("*key*", "my-key.json", true),
            ("k?y", "key", true),
            ("k?y", "ky", false),
            ("[a-c]1", "b1", true),
            ("[!a-c]1", "b1", false),
            ("[^a]", "b", true),
            ("[]a]", "]", true),
            ("[a-]", "-", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("[\\]]", "]", true),
            ("ü*", "über", true),
        ] {
            assert_eq!(matches(pattern, name), is_match, "{pattern} {name}");
        }
    }

    #[test]
    fn many_stars_take_no_long_time() {
        assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
    }

    proptest! {
        #[test]
        fn any_pattern_is_read(pattern in "[ab*?\\[\\]!^\\\\-]{0,12}", name in "[ab]{0,12}") {
            matches(&pattern, &name);
            let around = ["*", &name, "*"].concat();
            prop_assert!(matches(&around, &name));
        }
    }
}
