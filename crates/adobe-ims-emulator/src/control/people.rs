//! `/_emu/people`: people who can sign in.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{read, registration_failed};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::organization::Organization;
use crate::identities::person::Person;
use crate::state::State;

/// The fields of a [`Person`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonRequest {
    user_id: Option<String>,
    auth_id: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    country: Option<String>,
    /// The id of the only organization of the person.
    organization: Option<String>,
}

#[derive(Serialize)]
struct PersonResponse<'a> {
    user_id: &'a str,
    auth_id: &'a str,
    email: &'a str,
}

/// Handles `POST /_emu/people`.
pub(crate) fn add_person(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let request: PersonRequest = read(http)?;
    let mut directory = state.directory();
    let person = directory
        .people
        .add(request.into())
        .map_err(|error| registration_failed(&error))?;
    let body = PersonResponse {
        user_id: person.user_id(),
        auth_id: person.auth_id(),
        email: person.email(),
    };
    Ok(json(StatusCode::CREATED, &body))
}

impl From<PersonRequest> for Person {
    fn from(request: PersonRequest) -> Self {
        let person = Self {
            user_id: request.user_id,
            auth_id: request.auth_id,
            email: request.email,
            first_name: request.first_name,
            last_name: request.last_name,
            country: request.country,
            ..Self::new()
        };
        match request.organization {
            Some(id) => person.member_of(Organization::new(id), []),
            None => person,
        }
    }
}
