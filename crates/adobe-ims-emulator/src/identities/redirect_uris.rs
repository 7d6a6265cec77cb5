//! Where the answer of a sign-in may go.

use http::Uri;

/// The longest default URI (documented by Adobe), in characters.
const URI_LIMIT: usize = 256;

/// The longest list of patterns (documented by Adobe), in characters, commas included.
const PATTERNS_LIMIT: usize = 512;

/// A client's redirect URIs: one that is the default, and patterns that others have to match.
///
/// Documented by Adobe: the URI of a request that is missing or matches no pattern is replaced by
/// the default. How patterns are read is inferred from Adobe's examples: a dot is any character,
/// `*` repeats what stands before it, a backslash takes its meaning from the next character, and
/// the whole URI has to match.
#[derive(Clone, Debug, Default)]
pub(crate) struct RedirectUris {
    default: Option<String>,
    patterns: Vec<String>,
}

impl RedirectUris {
    /// `None` if the default is not allowed or the patterns are too long.
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

    /// Where to go for a request that names `asked`; `None` if that leaves nowhere.
    pub(crate) fn resolve<'a>(&'a self, asked: Option<&'a str>) -> Option<&'a str> {
        asked
            .filter(|uri| self.knows(uri))
            .or(self.default.as_deref())
    }

    fn knows(&self, uri: &str) -> bool {
        let own = self.default.as_deref() == Some(uri);
        let text: Vec<char> = uri.chars().collect();
        let mut patterns = self.patterns.iter();
        own || is_allowed(uri) && patterns.any(|pattern| matches(&atoms(pattern), &text))
    }
}

/// Whether a browser may be sent there at all: https (documented by Adobe), or http on loopback,
/// which a published client uses; no user information, no fragment.
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

#[derive(Clone, Copy)]
struct Atom {
    /// Any character if there is none.
    character: Option<char>,
    repeated: bool,
}

fn atoms(pattern: &str) -> Vec<Atom> {
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

/// Goes through the text once with the set of all places in the pattern that can be reached: a
/// pattern cannot make this slow.
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
    fn a_uri_that_matches_no_pattern_becomes_the_default() {
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
    fn even_a_pattern_for_everything_allows_no_scheme_but_https_and_loopback() {
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
    fn limits_are_those_of_the_console() {
        let uri = |length: usize| Some(format!("https://a.example/{}", "x".repeat(length - 18)));
        assert!(RedirectUris::new(uri(256), Vec::new()).is_some());
        assert!(RedirectUris::new(uri(257), Vec::new()).is_none());
        let pattern = |length: usize| vec!["x".repeat(length)];
        assert!(RedirectUris::new(None, pattern(512)).is_some());
        assert!(RedirectUris::new(None, pattern(513)).is_none());
        assert!(RedirectUris::new(Some("http://a.example".to_owned()), Vec::new()).is_none());
    }

    #[test]
    fn a_hostile_pattern_is_as_quick_as_any() {
        let pattern = "a*".repeat(200);
        let text: Vec<char> = "a".repeat(2000).chars().chain(['b']).collect();
        assert!(!matches(&atoms(&pattern), &text));
    }
}
