//! The redirect URIs of a client.

use http::Uri;
use serde::{Deserialize, Serialize};

/// The maximum length of the default URI in characters (documented by Adobe).
const URI_LIMIT: usize = 256;

/// The maximum length of all patterns in characters, commas included (documented by Adobe).
const PATTERNS_LIMIT: usize = 512;

/// The redirect URIs of a client: a default, and patterns for others.
///
/// IMS uses the default if a request has no redirect URI or one that matches no pattern (documented
/// by Adobe). The syntax of the patterns is inferred from Adobe's examples: a dot is any character,
/// `*` repeats the character before it, a backslash makes the next character literal, and a pattern
/// has to match the whole URI.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct RedirectUris {
    default: Option<String>,
    patterns: Vec<String>,
}

impl RedirectUris {
    /// Returns `None` if the default is not allowed or a text is too long.
    pub(crate) fn new(default: Option<String>, patterns: Vec<String>) -> Option<Self> {
        let good = default
            .as_deref()
            .is_none_or(|uri| uri.chars().count() <= URI_LIMIT && is_allowed(uri));
        let characters: usize = patterns
            .iter()
            .map(|pattern| pattern.chars().count() + 1)
            .sum();
        (good && characters <= PATTERNS_LIMIT + 1).then_some(Self { default, patterns })
    }

    pub(crate) fn default_uri(&self) -> Option<&str> {
        self.default.as_deref()
    }

    pub(crate) fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Returns the redirect URI for a request that names `requested`. `None` means that the client
    /// has no redirect URI for it.
    pub(crate) fn resolve<'a>(&'a self, requested: Option<&'a str>) -> Option<&'a str> {
        requested
            .filter(|uri| self.is_registered(uri))
            .or(self.default.as_deref())
    }

    fn is_registered(&self, uri: &str) -> bool {
        if self.default.as_deref() == Some(uri) {
            return true;
        }
        let text: Vec<char> = uri.chars().collect();
        let mut patterns = self.patterns.iter();
        is_allowed(uri) && patterns.any(|pattern| matches(&parse_pattern(pattern), &text))
    }
}

/// Returns whether a URI may be a redirect URI at all. Allowed are https (documented by Adobe) and
/// http on loopback, which a published client uses. User information and fragments are not allowed.
fn is_allowed(uri: &str) -> bool {
    if uri.contains(['#', '\\', '"', '<', '>']) || !uri.is_ascii() {
        return false;
    }
    let Ok(parsed) = uri.parse::<Uri>() else {
        return false;
    };
    let Some(authority) = parsed.authority() else {
        return false;
    };
    let loopback = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
    let scheme = match parsed.scheme_str() {
        Some("https") => true,
        Some("http") => loopback,
        _ => false,
    };
    scheme && !authority.as_str().contains('@') && !authority.host().is_empty()
}

/// One element of a pattern.
#[derive(Clone, Copy)]
struct Atom {
    /// `None` stands for any character.
    character: Option<char>,
    repeated: bool,
}

fn parse_pattern(pattern: &str) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut characters = pattern.trim().chars();
    while let Some(character) = characters.next() {
        let character = match character {
            '.' => None,
            '\\' => Some(characters.next().unwrap_or('\\')),
            '*' if !atoms.is_empty() => {
                let last = atoms.len() - 1;
                atoms[last].repeated = true;
                continue;
            }
            other => Some(other),
        };
        atoms.push(Atom {
            character,
            repeated: false,
        });
    }
    atoms
}

/// Matches in linear time: it reads the text once and keeps the set of all positions in the pattern
/// that the text so far can reach.
fn matches(pattern: &[Atom], text: &[char]) -> bool {
    let mut reached = vec![false; pattern.len() + 1];
    reach(pattern, &mut reached, 0);
    for character in text {
        let mut next = vec![false; pattern.len() + 1];
        for (at, atom) in pattern.iter().enumerate().filter(|(at, _)| reached[*at]) {
            if atom.character.is_none_or(|own| own == *character) {
                let to = if atom.repeated { at } else { at + 1 };
                reach(pattern, &mut next, to);
            }
        }
        reached = next;
    }
    reached[pattern.len()]
}

/// Adds a position and, past repeated elements, those that follow it without input.
fn reach(pattern: &[Atom], reached: &mut [bool], mut at: usize) {
    reached[at] = true;
    while pattern.get(at).is_some_and(|atom| atom.repeated) {
        at += 1;
        reached[at] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = "https://my.example/default";

    fn redirect_uris(patterns: &[&str]) -> RedirectUris {
        let patterns = patterns.iter().map(|&pattern| pattern.to_owned());
        RedirectUris::new(Some(DEFAULT.to_owned()), patterns.collect()).unwrap()
    }

    #[test]
    fn uri_without_matching_pattern_becomes_default() {
        let redirect_uris = redirect_uris(&[r"https://my\.example/a.*", r"http://localhost:.*"]);
        for good in [
            "https://my.example/a",
            "https://my.example/a/b?c=d",
            "http://localhost:8888/callback",
            DEFAULT,
        ] {
            assert_eq!(redirect_uris.resolve(Some(good)), Some(good), "{good}");
        }
        for bad in [
            "https://myxexample/a",
            "https://my.example/b",
            "xhttps://my.example/a",
            "http://my.example/a",
            "https://my.example/a#fragment",
            "http://localhost:1@evil.example/",
            "http://localhost:8888\\@evil.example/",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(redirect_uris.resolve(Some(bad)), Some(DEFAULT), "{bad}");
        }
        assert_eq!(redirect_uris.resolve(None), Some(DEFAULT));
    }

    #[test]
    fn pattern_for_any_uri_allows_https_and_loopback_only() {
        let redirect_uris = redirect_uris(&[".*"]);
        for bad in [
            "http://evil.example/",
            "ftp://a.example",
            "//a.example",
            "data:x",
        ] {
            assert_eq!(redirect_uris.resolve(Some(bad)), Some(DEFAULT), "{bad}");
        }
        let good = "https://anything.example/";
        assert_eq!(redirect_uris.resolve(Some(good)), Some(good));
        assert_eq!(RedirectUris::default().resolve(Some(good)), None);
    }

    #[test]
    fn too_long_uri_or_patterns_are_refused() {
        let uri = |length: usize| Some(format!("https://a.example/{}", "x".repeat(length - 18)));
        assert!(RedirectUris::new(uri(256), Vec::new()).is_some());
        assert!(RedirectUris::new(uri(257), Vec::new()).is_none());
        let pattern = |length: usize| vec!["x".repeat(length)];
        assert!(RedirectUris::new(None, pattern(512)).is_some());
        assert!(RedirectUris::new(None, pattern(513)).is_none());
        assert!(RedirectUris::new(Some("http://a.example".to_owned()), Vec::new()).is_none());
    }

    #[test]
    fn hostile_pattern_is_matched_in_linear_time() {
        let pattern = "a*".repeat(200);
        let text: Vec<char> = "a".repeat(2000).chars().chain(['b']).collect();
        assert!(!matches(&parse_pattern(&pattern), &text));
    }
}
