//! Who a token stands for, in the words of OpenID Connect: `/ims/userinfo`, in both versions alike.
//!
//! The fields are documented by Adobe. That they need `openid`, and which of them `email` and `profile`, is
//! OpenID Connect's; Adobe's own scope `AdobeID` gives all (inferred).

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::person::AccountType;
use crate::ims::profile::caller::{Caller, Principal, invalid_token};
use crate::state::State;

#[derive(Serialize)]
struct Userinfo {
    sub: String,
    #[serde(flatten)]
    profile: Option<Profile>,
    #[serde(flatten)]
    email: Option<Email>,
}

#[derive(Serialize)]
struct Profile {
    account_type: &'static str,
    address: Address,
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

/// Answers who the token of a request stands for.
pub(crate) fn userinfo(state: &State, headers: &HeaderMap) -> Result<Response, ErrorResponse> {
    let caller = Caller::of(state, headers)?;
    caller.needs("openid")?;
    let directory = state.directory();
    let known = Principal::of(&directory, &caller.user_id).ok_or_else(invalid_token)?;
    let person = known.person();
    let tells = |scope| caller.has("AdobeID") || caller.has(scope);
    let userinfo = Userinfo {
        sub: person.user_id,
        profile: tells("profile").then_some(Profile {
            account_type: match person.account_type {
                AccountType::Individual => "ind",
                AccountType::Enterprise | AccountType::Federated => "ent",
            },
            address: Address {
                country: person.country,
            },
            name: person.name,
            given_name: person.first_name,
            family_name: person.last_name,
        }),
        email: tells("email").then_some(Email {
            email_verified: true,
            email: person.email,
        }),
    };
    Ok(json(StatusCode::OK, &userinfo))
}
