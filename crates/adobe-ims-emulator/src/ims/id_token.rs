//! The id token of OpenID Connect.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::behaviour::{Area, Behaviour, source};
use crate::identities::person::RegisteredPerson;
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::scopes;
use crate::tokens::token_type::TokenType;

/// An id token that is to be issued.
pub(crate) struct IdToken<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) authorization: &'a Authorization,
    pub(crate) person: &'a RegisteredPerson,
    pub(crate) companions: Companions<'a>,
}

/// The access token and the code in the same redirect. The id token holds their hashes (OpenID
/// Connect Core §3.2.2.10, §3.3.2.11).
#[derive(Default)]
pub(crate) struct Companions<'a> {
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
    pub(crate) fn issue(&self, state: &State) -> String {
        let Self {
            issuer,
            authorization,
            person,
            companions,
        } = self;
        let iat = state.config.clock.unix_seconds();
        let seconds = state.lifetimes().millis(TokenType::Access) / 1000;
        let has = |scope| scopes::contains(&authorization.scopes, scope);
        state.token_keys.identity.sign_id_token(&Claims {
            iss: issuer,
            sub: person.user_id(),
            aud: &authorization.client_id,
            iat,
            exp: iat.saturating_add_unsigned(seconds),
            nonce: authorization.nonce.as_deref(),
            at_hash: companions.access_token.map(left_half_of_hash),
            c_hash: companions.code.map(left_half_of_hash),
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

/// Returns the left half of the SHA-256 in base64url.
fn left_half_of_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Tokens.documented(
        "id-token",
        "An id token is signed with RS256 by a key of the key set, and has times in whole seconds.",
        source::CONSOLE_USER,
    ),
    Area::Tokens.inferred(
        "id-token-lifetime",
        "It lives as long as an access token.",
        "Adobe publishes no number",
    ),
];
