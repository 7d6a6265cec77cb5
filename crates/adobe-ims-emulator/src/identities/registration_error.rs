//! The errors of registrations, of changes, and of sign-ins without a browser.

use std::fmt;

/// The reason why the emulator refuses a registration, a change of one, or a sign-in without a
/// browser.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationError {
    /// The account has a certificate for each built-in key. One of them has to be retired first, or
    /// the account needs a private key or a certificate of its own.
    NoKeyLeft,
    /// The private key is not an RSA key of at least 2048 bits in PEM.
    UnreadablePrivateKey,
    /// A certificate is not in PEM, or its key is not an RSA key.
    UnreadableCertificate,
    /// The account has the certificate of this fingerprint already.
    CertificateTaken(String),
    /// Another client has this client id.
    ClientIdTaken(String),
    /// Another client has this technical account id or e-mail address.
    TechnicalAccountIdTaken(String),
    /// The client of this id has another technical account, e-mail address or organization. A
    /// service account and an OAuth client with the same client id share these.
    OtherTechnicalAccount(String),
    /// The client of this id is public. It has neither secrets nor a service account.
    PublicClient(String),
    /// The client has more than two secrets.
    TooManySecrets,
    /// No client has this client id.
    UnknownClientId(String),
    /// No service account has this client id or technical account id.
    UnknownAccount(String),
    /// No client signs people in.
    NoUserClient,
    /// Another person has this user id or e-mail address.
    PersonTaken(String),
    /// No person has this user id or e-mail address.
    UnknownPerson(String),
    /// The person of this user id is in several organizations or in none, so groups without an
    /// organization belong nowhere.
    NoSingleOrganization(String),
    /// The default redirect URI of this client is neither https nor http on loopback, or has more
    /// than 256 characters, or the patterns have more than 512.
    RedirectUri(String),
    /// This text is not a scope.
    Scope(String),
    /// This text is not a metascope.
    Metascope(String),
    /// The field of this name is empty.
    Empty(&'static str),
    /// This text is not a PKCE code challenge of the method `S256`.
    CodeChallenge(String),
    /// The client of this id belongs to the organization, or is no client of OAuth
    /// server-to-server, so that the organization cannot consent to it.
    NoConsentNeeded(String),
    /// This text is not the id of an organization, `<ident>@AdobeOrg`.
    Organization(String),
    /// The client of this id is not registered for the grant or for a scope.
    NotAllowed(String),
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeyLeft => f.write_str(
                "the account has a certificate for each of the built-in keys; retire one, or give \
                 the account a key or certificate of its own",
            ),
            Self::UnreadablePrivateKey => {
                f.write_str("the private key is not an RSA key of at least 2048 bits in PEM")
            }
            Self::UnreadableCertificate => {
                f.write_str("the certificate is not in PEM, or its key is not an RSA key")
            }
            Self::CertificateTaken(fingerprint) => {
                write!(f, "the account has the certificate {fingerprint} already")
            }
            Self::ClientIdTaken(id) => write!(f, "another client has the client id {id}"),
            Self::TechnicalAccountIdTaken(id) => write!(
                f,
                "another client has the technical account id or e-mail address {id}"
            ),
            Self::OtherTechnicalAccount(id) => write!(
                f,
                "the client {id} has another technical account, e-mail address or organization, \
                 and its service account and its OAuth client share them"
            ),
            Self::PublicClient(id) => write!(
                f,
                "the client {id} is public, so it has neither secrets nor a service account"
            ),
            Self::TooManySecrets => f.write_str("a client has at most two secrets"),
            Self::UnknownClientId(id) => write!(f, "no client has the client id {id}"),
            Self::UnknownAccount(id) => write!(
                f,
                "no service account has the client id or technical account id {id}"
            ),
            Self::NoUserClient => f.write_str("no client is registered for sign-ins"),
            Self::PersonTaken(id) => {
                write!(f, "another person has the user id or e-mail address {id}")
            }
            Self::UnknownPerson(id) => {
                write!(f, "no person has the user id or e-mail address {id}")
            }
            Self::NoSingleOrganization(id) => write!(
                f,
                "the person {id} is not in exactly one organization; give the groups of each \
                 organization"
            ),
            Self::RedirectUri(id) => write!(
                f,
                "the redirect URI of {id} is neither https nor http on loopback, or it or its \
                 patterns are too long"
            ),
            Self::Scope(name) => write!(f, "{name:?} is not a scope"),
            Self::Metascope(name) => write!(f, "{name:?} is not a metascope"),
            Self::Empty(field) => write!(f, "{field} is empty"),
            Self::CodeChallenge(text) => {
                write!(f, "{text} is not a code challenge of the method S256")
            }
            Self::NoConsentNeeded(id) => write!(
                f,
                "the client {id} belongs to this organization, or is not registered for \
                 client_credentials"
            ),
            Self::Organization(text) => {
                write!(
                    f,
                    "{text} is not an organization such as 0123456789ABCDEF01234567@AdobeOrg"
                )
            }
            Self::NotAllowed(id) => write!(
                f,
                "the client {id} is not registered for this grant or these scopes"
            ),
        }
    }
}

impl std::error::Error for RegistrationError {}
