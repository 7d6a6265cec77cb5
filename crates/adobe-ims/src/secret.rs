use core::fmt;

use zeroize::Zeroizing;

/// A text that must not be seen: a client secret, a private key, an assertion, a token.
///
/// It has no `Display` and no `Serialize`, its `Debug` is a fixed text, and its memory is
/// overwritten when it is dropped. Reading it is explicit: [`expose`](Self::expose).
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Search for this name to find every place where a secret leaves its cover.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same secret without white space around it.
    pub(crate) fn trimmed(self) -> Self {
        let trimmed = self.0.trim();
        if trimmed.len() == self.0.len() {
            self
        } else {
            Self::new(trimmed)
        }
    }

    /// `text` with every occurrence of this secret, raw or percent-encoded, made unreadable.
    ///
    /// A server may echo what it was sent in its error text.
    pub(crate) fn redacted_in(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        let encoded: String = form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        text.replace(self.expose(), "[redacted]")
            .replace(&*Zeroizing::new(encoded), "[redacted]")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("SECRET?%&=ü");
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        assert_eq!(
            format!("{:#?}", Some(&secret)),
            "Some(\n    Secret([redacted]),\n)"
        );
    }

    #[test]
    fn an_echo_is_redacted_in_either_spelling() {
        let secret = Secret::new("SECRET?%&=ü");
        assert_eq!(
            secret.redacted_in("no SECRET?%&=ü, no SECRET%3F%25%26%3D%C3%BC"),
            "no [redacted], no [redacted]"
        );
        assert_eq!(Secret::default().redacted_in("untouched"), "untouched");
    }
}
