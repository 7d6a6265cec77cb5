//! A successful response of the token endpoint.

use http::StatusCode;
use serde::Serialize;

use crate::http::response::{Response, json};
use crate::identities::person::RegisteredPerson;
use crate::ims::id_token::{Companions, IdToken};
use crate::ims::token_endpoint::request::Version;
use crate::ims::user_tokens::IssuedUserTokens;
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::lifetimes::reported;
use crate::tokens::scopes::{self, OPENID};

/// The tokens of a response, with what it says about the person.
#[derive(Default)]
pub(crate) struct TokenResponse {
    access_token: String,
    refresh_token: Option<String>,
    id_token: Option<String>,
    user_id: Option<String>,
    profile: Option<Profile>,
    /// The lifetime of the access token in milliseconds, if it is not that of all access tokens.
    lifetime: Option<u64>,
}

/// The profile of the person, as Adobe documented it in 2019.
#[derive(Serialize)]
struct Profile {
    address: Address,
    email_verified: &'static str,
    name: String,
    given_name: String,
    family_name: String,
    email: String,
}

#[derive(Serialize)]
struct Address {
    country: String,
}

/// The body, with its keys in the documented order.
#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    /// A published client reads it in v2.
    #[serde(rename = "userId", skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(flatten)]
    profile: Option<&'a Profile>,
    token_type: &'static str,
    expires_in: u64,
}

impl TokenResponse {
    /// Returns a response with an access token alone.
    pub(crate) fn access_token(access_token: String) -> Self {
        Self {
            access_token,
            ..Self::default()
        }
    }

    /// Sets the lifetime of the access token in milliseconds.
    pub(crate) fn with_lifetime(self, millis: u64) -> Self {
        Self {
            lifetime: Some(millis),
            ..self
        }
    }

    /// Returns the lifetime of the access token in milliseconds, as the response reports it.
    pub(crate) fn reported_millis(&self, state: &State) -> u64 {
        let of_all = || state.lifetimes().reported_millis();
        self.lifetime.map_or_else(of_all, reported)
    }

    /// Adds the user id, with the scope `openid` an id token, and before v2 the profile.
    pub(crate) fn add_identity(self, state: &State, identity: &Identity<'_>) -> Self {
        let Identity {
            issuer,
            authorization,
            person,
            version,
        } = *identity;
        let id_token = scopes::contains(&authorization.scopes, OPENID).then(|| {
            let id_token = IdToken {
                issuer,
                authorization,
                person,
                companions: Companions::default(),
            };
            id_token.issue(state)
        });
        Self {
            id_token,
            user_id: Some(person.user_id().to_owned()),
            profile: (version <= Version::V1).then(|| Profile::of(person)),
            ..self
        }
    }

    pub(crate) fn into_response(self, expires_in: u64) -> Response {
        let body = Body {
            access_token: &self.access_token,
            refresh_token: self.refresh_token.as_deref(),
            sub: self.user_id.as_deref(),
            id_token: self.id_token.as_deref(),
            user_id: self.user_id.as_deref(),
            profile: self.profile.as_ref(),
            token_type: "bearer",
            expires_in,
        };
        json(StatusCode::OK, &body)
    }
}

impl From<IssuedUserTokens> for TokenResponse {
    fn from(tokens: IssuedUserTokens) -> Self {
        Self {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            ..Self::default()
        }
    }
}

/// The person of a response, and the sign-in.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) authorization: &'a Authorization,
    pub(crate) person: &'a RegisteredPerson,
    pub(crate) version: Version,
}

impl Profile {
    fn of(person: &RegisteredPerson) -> Self {
        Self {
            address: Address {
                country: person.country().to_owned(),
            },
            email_verified: "true",
            name: person.name().to_owned(),
            given_name: person.first_name().to_owned(),
            family_name: person.last_name().to_owned(),
            email: person.email().to_owned(),
        }
    }
}
