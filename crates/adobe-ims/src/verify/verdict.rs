//! What came of checking a token.

use core::fmt;
use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::error::Problem;
use crate::token::TokenClaims;

/// Good, or why not.
pub type Verdict = Result<Verified, Rejection>;

/// A token whose signature fits a key of IMS and whose claims are as expected.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// All of its claims.
    pub claims: Map<String, Value>,
    /// `kid` of the key that its signature fits, if that has one.
    pub key_id: Option<String>,
    /// When it expires: `created_at` + `expires_in`, or `exp`.
    pub expires_at: SystemTime,
}

impl Verified {
    /// The claims that programs need.
    pub fn token_claims(&self) -> TokenClaims {
        TokenClaims::from_payload(&self.claims)
    }
}

/// Why a token is not good. The first reason counts, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// It is no JWT.
    Unreadable,
    /// Its header asks for another algorithm than RS256: `none` and HS256 with the public key as the secret
    /// are well-known forgeries, and IMS signs with nothing else.
    AlgorithmNotAllowed,
    /// Its header has `crit`: something that must be understood and is not.
    HeaderNotUnderstood,
    /// The key set has no key with its `kid`.
    UnknownKey,
    /// Its signature fits no key.
    SignatureWrong,
    /// Its claim `type` is another one than expected, or it is no token of IMS.
    OtherType,
    /// Its claim `as` names another environment than expected.
    OtherEnvironment,
    /// It was issued to another client than expected (`client_id`, or `aud` of an id token).
    OtherClient,
    /// Its claim `iss` is not the environment (id tokens).
    OtherIssuer,
    /// Its claim `nonce` is not the one of the sign-in (id tokens).
    OtherNonce,
    /// It does not say when it expires.
    WithoutExpiry,
    /// It has expired; everything else about it is good.
    Expired,
}

impl Rejection {
    /// The reason in kebab-case, as the command line tool prints it in JSON.
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
                "the token demands something that is not understood (crit)"
            }
            Self::UnknownKey => "the token is signed with a key that IMS does not have",
            Self::SignatureWrong => "the signature of the token is wrong",
            Self::OtherType => "the token is of another type than expected",
            Self::OtherEnvironment => "the token is of another environment than expected",
            Self::OtherClient => "the token was issued to another client than expected",
            Self::OtherIssuer => "the token was issued by another one than expected",
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
