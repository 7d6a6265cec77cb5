use core::fmt;

/// The kind of a text that cannot be the value. It never quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// A reference that nobody replaced, in this form.
    Reference(&'static str),
    /// A placeholder of a template, such as `YOUR_CLIENT_SECRET`.
    Placeholder,
    /// A word for no value: `null`, `undefined` and so on.
    Nothing(&'static str),
    /// A mask, which a log or a console shows in place of a secret.
    Mask,
    /// A private key.
    PrivateKey,
    /// A certificate or another PEM or DER.
    Certificate,
    /// JSON.
    Json,
    /// A web page or another markup.
    Markup,
    /// A token (JWT).
    Token,
    /// An assertion, which is exchanged for a token.
    Assertion,
    /// A client secret.
    ClientSecret,
    /// A line `NAME=VALUE`.
    Assignment,
    /// A URL.
    Url,
    /// The path of a file.
    Path,
    /// A list in brackets.
    List,
    /// Several lines.
    Lines,
    /// Blanks.
    Blanks,
    /// Control characters.
    Control,
    /// Invisible characters.
    Invisible,
    /// A text that is longer than any such value.
    TooLong,
}

impl Content {
    /// Returns what to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Reference(_) => {
                "the program that was to replace the reference did not do it, or does not know its name: write the value itself, or correct the reference"
            }
            Self::Placeholder => "put the value of your own credential in the place of the example",
            Self::Nothing(_) => {
                "a program or a template wrote this because it had no value: check where it takes the value from"
            }
            Self::Mask => "a log or a web page hides the value: copy it where it is shown in full",
            Self::PrivateKey => "the private key has a field of its own, and is never sent",
            Self::Certificate => "a certificate is part of the document; no field takes it",
            Self::Json => "pass a credential document as a document; here pass the one value alone",
            Self::Assertion => {
                "an assertion is exchanged for a token: pass the credentials that sign it, and the program does it"
            }
            Self::ClientSecret => "client id and client secret are probably swapped",
            Self::Url | Self::Path => "pass the value itself, not the place where it is kept",
            _ => "pass the value alone, as the console shows it",
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reference(form) => {
                return write!(f, "a reference that nobody replaced ({form})");
            }
            Self::Nothing(word) => return write!(f, "{word:?}, which means no value"),
            Self::Placeholder => "the placeholder of an example",
            Self::Mask => "a mask in the place of the value",
            Self::PrivateKey => "a private key",
            Self::Certificate => "a certificate or a key",
            Self::Json => "JSON",
            Self::Markup => "a web page",
            Self::Token => "a token (JWT)",
            Self::Assertion => "an assertion (JWT)",
            Self::ClientSecret => "a client secret",
            Self::Assignment => "a line NAME=VALUE",
            Self::Url => "a URL",
            Self::Path => "the path of a file",
            Self::List => "a list in brackets",
            Self::Lines => "several lines",
            Self::Blanks => "blanks",
            Self::Control => "control characters",
            Self::Invisible => "invisible characters",
            Self::TooLong => "more text than any such value has",
        })
    }
}
