//! `/ims/userinfo`: the user of a token, in the terms of OpenID Connect. All versions
//! are the same.
//!
//! Adobe documents the fields. OpenID Connect says that the endpoint needs `openid`, and which
//! fields need `email`, `profile` and `address`. Adobe's scope `AdobeID` gives all fields (inferred).

use http::{HeaderMap, StatusCode};
use serde::Serialize;

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
