//! The id token of OpenID Connect.
//!
//! Documented by Adobe: RS256, the key in the key set, integer seconds. It lives as long as an
//! access token (inferred).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::identities::person::RegisteredPerson;
use crate::ims::new_token::TokenType;
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::scopes;

pub(crate) struct IdToken<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) authorization: &'a Authorization,
    pub(crate) person: &'a RegisteredPerson,
}

/// What is handed out beside an id token in a redirect, so that it can vouch for it (OpenID Connect
/// Core §3.2.2.10, §3.3.2.11).
#[derive(Default)]
pub(crate) struct HashedValues<'a> {
    pub(crate) access_token: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    /// Seconds since 1970.
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<String>,
    #[serde(flatten)]
    profile: Option<Profile<'a>>,
    #[serde(flatten)]
    email: Option<Email<'a>>,
}

#[derive(Serialize)]
struct Profile<'a> {
    name: &'a str,
    given_name: &'a str,
    family_name: &'a str,
}

#[derive(Serialize)]
struct Email<'a> {
    email: &'a str,
    email_verified: bool,
}

impl IdToken<'_> {
    pub(crate) fn issue(&self, state: &State, hashes: HashedValues<'_>) -> String {
        let Self {
            issuer,
            authorization,
            person,
        } = self;
        let iat = state.clock.unix_seconds();
        let seconds = state.lifetimes.millis(TokenType::Access) / 1000;
        let has = |scope| scopes::contains(&authorization.scopes, scope);
        state.token_keys.identity.sign_id_token(&Claims {
            iss: issuer,
            sub: person.user_id(),
            aud: &authorization.client_id,
            iat,
            exp: iat.saturating_add_unsigned(seconds),
            nonce: authorization.nonce.as_deref(),
            at_hash: hashes.access_token.map(half_hash),
            c_hash: hashes.code.map(half_hash),
            profile: has("profile").then(|| Profile {
                name: person.name(),
                given_name: person.first_name(),
                family_name: person.last_name(),
            }),
            email: has("email").then(|| Email {
                email: person.email(),
                email_verified: true,
            }),
        })
    }
}

/// The left half of the SHA-256, in base64url.
fn half_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}
