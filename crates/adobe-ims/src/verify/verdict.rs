//! The result of checking a token.

use core::fmt;
use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::error::Problem;
use crate::token::TokenClaims;

/// The result of checking a token.
pub type Verdict = Result<Verified, Rejection>;

/// A token with a valid signature of IMS and the expected claims.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// All claims of the token.
    pub claims: Map<String, Value>,
    /// `kid` of the key that signed the token, if the key has one.
    pub key_id: Option<String>,
    /// The expiry: `created_at` + `expires_in`, or `exp`.
    pub expires_at: SystemTime,
}

impl Verified {
    /// Returns the claims that programs usually need.
    pub fn token_claims(&self) -> TokenClaims {
        TokenClaims::from_payload(&self.claims)
    }
}

/// The reason why a token is rejected. The checks run in this order, and the first that fails counts.
///
/// ```
/// use adobe_ims::verify::Rejection;
/// use adobe_ims::{Error, Problem};
///
/// let error = Error::from(Rejection::Expired);
/// assert_eq!(error.problem(), Problem::TokenExpired);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// The token is no JWT.
    Unreadable,
    /// The header names another algorithm than RS256, the only one of IMS. `none`, and HS256 with the public key as
    /// the secret, are well-known forgeries.
    AlgorithmNotAllowed,
    /// The header has `crit`: an extension that this library does not support and may not ignore.
    HeaderNotUnderstood,
    /// The key set has no key with the `kid` of the token.
    UnknownKey,
    /// The signature is not valid for any key.
    SignatureWrong,
    /// The claim `type` differs from the expected one, or the token is none of IMS.
    OtherType,
    /// The claim `as` names another environment than expected.
    OtherEnvironment,
    /// The token was issued to another client than expected (`client_id`, or `aud` of an id token).
    OtherClient,
    /// The claim `iss` of an id token is not the environment.
    OtherIssuer,
    /// The claim `nonce` of an id token is not that of the authorization request.
    OtherNonce,
    /// The claims have no expiry.
    WithoutExpiry,
    /// The token has expired. All other checks passed.
    Expired,
}

impl Rejection {
    /// Returns the reason in kebab-case, as the command line tool prints it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::AlgorithmNotAllowed => "algorithm-not-allowed",
            Self::HeaderNotUnderstood => "header-not-understood",
            Self::UnknownKey => "unknown-key",
            Self::SignatureWrong => "signature-wrong",
            Self::OtherType => "other-type",
            Self::OtherEnvironment => "other-environment",
            Self::OtherClient => "other-client",
            Self::OtherIssuer => "other-issuer",
            Self::OtherNonce => "other-nonce",
            Self::WithoutExpiry => "without-expiry",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the token is no JWT",
            Self::AlgorithmNotAllowed => "the token is signed with another algorithm than RS256",
            Self::HeaderNotUnderstood => {
                "the header of the token demands an extension that is not supported (crit)"
            }
            Self::UnknownKey => "the token is signed with a key that IMS does not have",
            Self::SignatureWrong => "the signature of the token is wrong",
            Self::OtherType => "the token is of another type than expected",
            Self::OtherEnvironment => "the token is of another environment than expected",
            Self::OtherClient => "the token was issued to another client than expected",
            Self::OtherIssuer => "the token was issued by another server than expected",
            Self::OtherNonce => "the token is of another sign-in than expected",
            Self::WithoutExpiry => "the token does not say when it expires",
            Self::Expired => "the token has expired",
        })
    }
}

impl std::error::Error for Rejection {}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        let problem = match rejection {
            Rejection::Unreadable => Problem::TokenUnreadable,
            Rejection::Expired => Problem::TokenExpired,
            _ => Problem::TokenNotVerified,
        };
        Self::new(problem, rejection.to_string())
    }
}
