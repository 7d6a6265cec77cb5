//! The tokens that a person's sign-in gives.

use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::identities::person::RegisteredPerson;
use crate::ims::id_token::{HashedValues, IdToken};
use crate::ims::new_token::TokenType;
use crate::ims::token_endpoint::endpoint::{Address, Profile, TokenResponse, User, Version};
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::scopes::{self, OFFLINE_ACCESS, OPENID};

/// Whether a grant gives a refresh token: in v3 and v4 to who asked for `offline_access`
/// (documented by Adobe); before to everybody, as the clients of those versions need one. Never to
/// a client that could not use it (inferred).
pub(crate) fn gives_refresh_token(client: &Client, version: Version, scopes: &[String]) -> bool {
    let asked = version <= Version::V2 || scopes::contains(scopes, OFFLINE_ACCESS);
    asked && client.is_allowed(GrantType::RefreshToken)
}

/// What tokens are made from.
pub(crate) struct UserTokens<'a> {
    pub(crate) authorization: &'a Authorization,
    /// The scopes of the access token, which may be fewer than were agreed to.
    pub(crate) scopes: &'a [String],
    pub(crate) with_refresh_token: bool,
    pub(crate) grant: GrantType,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

impl UserTokens<'_> {
    /// An access token, and a refresh token if there is to be one.
    pub(crate) fn issue(&self, state: &State) -> TokenResponse {
        let authorization = self.authorization;
        let refresh = self.with_refresh_token.then(|| {
            // A new refresh token is for all that was agreed to (RFC 6749 §6).
            let scope = authorization.scopes.join(",");
            let minting = authorization.minting(scope, self.now);
            minting.issue(state, TokenType::Refresh)
        });
        let (refresh_token, reference) = refresh
            .map(|issued| (issued.token, issued.reference))
            .unzip();
        let resources: Vec<&str> = authorization.resources.iter().map(String::as_str).collect();
        let access_token = authorization
            .minting(self.scopes.join(","), self.now)
            .beside(reference)
            .resources(&resources)
            .access_token(state, self.grant);
        TokenResponse {
            access_token,
            refresh_token,
            ..TokenResponse::default()
        }
    }
}

/// The tokens of a sign-in whose code was redeemed at once: an access token, and a refresh token if
/// the client may use one.
pub(crate) fn sign_in_tokens(
    state: &State,
    client: &Client,
    authorization: &Authorization,
) -> (String, Option<String>) {
    let tokens = UserTokens {
        authorization,
        scopes: &authorization.scopes,
        with_refresh_token: client.is_allowed(GrantType::RefreshToken),
        grant: GrantType::AuthorizationCode,
        now: state.clock.unix_millis(),
    };
    let granted = tokens.issue(state);
    (granted.access_token, granted.refresh_token)
}

/// Adds to tokens what the answer to a code has besides.
pub(crate) fn add_identity(
    granted: TokenResponse,
    state: &State,
    issuer: &str,
    authorization: &Authorization,
    person: &RegisteredPerson,
    version: Version,
) -> TokenResponse {
    let id_token = scopes::contains(&authorization.scopes, OPENID).then(|| {
        let id_token = IdToken {
            issuer,
            authorization,
            person,
        };
        id_token.issue(state, HashedValues::default())
    });
    let profile = (version <= Version::V1).then(|| Profile {
        address: Address {
            country: person.country().to_owned(),
        },
        email_verified: "true",
        name: person.name().to_owned(),
        given_name: person.first_name().to_owned(),
        family_name: person.last_name().to_owned(),
        email: person.email().to_owned(),
    });
    TokenResponse {
        id_token,
        user: Some(User {
            id: person.user_id().to_owned(),
            profile,
        }),
        ..granted
    }
}
