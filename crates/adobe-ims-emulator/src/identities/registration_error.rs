//! The errors of registrations and of sign-ins without a browser.

use std::fmt;

/// The reason why the emulator refuses a registration, or a sign-in without a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationError {
    /// All built-in keys are in use. The account needs a private key or a certificate of its own.
    NoKeyLeft,
    /// The private key is not an RSA key of at least 2048 bits in PEM.
    UnreadablePrivateKey,
    /// A certificate is not in PEM, or its key is not an RSA key.
    UnreadableCertificate,
    /// Another client has this client id.
    ClientIdTaken(String),
    /// Another client has this technical account id.
    TechnicalAccountIdTaken(String),
    /// The client has more than two secrets.
    TooManySecrets,
    /// No client has this client id.
    UnknownClientId(String),
    /// Another person has this user id or e-mail address.
    PersonTaken(String),
    /// No person has this user id or e-mail address.
    UnknownPerson(String),
    /// The default redirect URI of this client is neither https nor http on loopback, or has more
    /// than 256 characters, or the patterns have more than 512.
    RedirectUri(String),
    /// This text is not a PKCE code challenge of the method `S256`.
    CodeChallenge(String),
    /// The client of this id is not registered for the grant or for a scope.
    NotAllowed(String),
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeyLeft => {
                f.write_str("all built-in keys are in use; give the account a key of its own")
            }
            Self::UnreadablePrivateKey => {
                f.write_str("the private key is not an RSA key of at least 2048 bits in PEM")
            }
            Self::UnreadableCertificate => {
                f.write_str("the certificate is not in PEM, or its key is not an RSA key")
            }
            Self::ClientIdTaken(id) => write!(f, "another client has the client id {id}"),
            Self::TechnicalAccountIdTaken(id) => {
                write!(f, "another client has the technical account id {id}")
            }
            Self::TooManySecrets => f.write_str("a client has at most two secrets"),
            Self::UnknownClientId(id) => write!(f, "no client has the client id {id}"),
            Self::PersonTaken(id) => {
                write!(f, "another person has the user id or e-mail address {id}")
            }
            Self::UnknownPerson(id) => {
                write!(f, "no person has the user id or e-mail address {id}")
            }
            Self::RedirectUri(id) => write!(
                f,
                "the redirect URI of {id} is neither https nor http on loopback, or it or its \
                 patterns are too long"
            ),
            Self::CodeChallenge(text) => {
                write!(f, "{text} is not a code challenge of the method S256")
            }
            Self::NotAllowed(id) => {
                write!(
                    f,
                    "the client {id} is not registered for this grant or these scopes"
                )
            }
        }
    }
}

impl std::error::Error for RegistrationError {}
