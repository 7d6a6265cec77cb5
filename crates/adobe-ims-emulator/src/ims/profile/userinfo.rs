//! `/ims/userinfo`: the user of a token, in the terms of OpenID Connect. All versions are the
//! same.

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::behaviour::{Area, Behaviour, source};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::person::AccountType;
use crate::ims::profile::caller::{Caller, invalid_token};
use crate::ims::profile::principal::Principal;
use crate::state::State;

#[derive(Serialize)]
struct Userinfo {
    sub: String,
    #[serde(flatten)]
    profile: Option<Profile>,
    #[serde(flatten)]
    email: Option<Email>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
}

#[derive(Serialize)]
struct Profile {
    account_type: &'static str,
    name: String,
    given_name: String,
    family_name: String,
}

#[derive(Serialize)]
struct Address {
    country: String,
}

#[derive(Serialize)]
struct Email {
    email_verified: bool,
    email: String,
}

/// Handles `/ims/userinfo`.
pub(crate) fn userinfo(state: &State, headers: &HeaderMap) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    caller.require_scope("openid")?;
    let directory = state.directory();
    let principal = Principal::find(&directory, &caller.user_id).ok_or_else(invalid_token)?;
    let person = principal.to_person();
    let shows = |scope| caller.has_scope("AdobeID") || caller.has_scope(scope);
    let userinfo = Userinfo {
        sub: person.user_id,
        profile: shows("profile").then_some(Profile {
            account_type: match person.account_type {
                AccountType::Individual => "ind",
                AccountType::Enterprise | AccountType::Federated => "ent",
            },
            name: person.name,
            given_name: person.first_name,
            family_name: person.last_name,
        }),
        email: shows("email").then_some(Email {
            email_verified: true,
            email: person.email,
        }),
        address: shows("address").then_some(Address {
            country: person.country,
        }),
    };
    Ok(json(StatusCode::OK, &userinfo))
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Users.documented(
        "userinfo-fields",
        "`/ims/userinfo` has `sub`, `account_type`, `email_verified`, `address`, `name`, `given_name`, `family_name`, `email`.",
        source::CONSOLE_USER,
    ),
    Area::Users.standard(
        "userinfo-scopes",
        "It needs `openid`; `email`, `profile` and `address` give the other fields.",
        "OpenID Connect Core 1.0 §5.4",
    ),
    Area::Users.inferred(
        "userinfo-adobe-id",
        "The scope `AdobeID` gives all fields.",
        "clients that ask for `AdobeID` alone read them",
    ),
];
