//! `PUT` and `DELETE /_emu/clients/ID/consents/ORG`: the consent of another organization.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::state::State;

/// The client and the organization of a path.
pub(crate) struct ConsentPath {
    pub(crate) client_id: String,
    pub(crate) organization: String,
}

/// The body, which may also be missing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFields {}

#[derive(Serialize)]
struct ConsentResponse<'a> {
    client_id: &'a str,
    organization: &'a str,
    technical_account_id: &'a str,
}

/// Handles both methods. `PUT` answers with the technical account of the organization.
pub(crate) fn handle(
    state: &State,
    http: &Request<Bytes>,
    path: &ConsentPath,
) -> Result<Response, ErrorResponse> {
    let ConsentPath {
        client_id,
        organization,
    } = path;
    let mut directory = state.directory();
    if directory.client(client_id).is_none() {
        return Err(not_found("No client has this client id."));
    }
    if http.method() == Method::DELETE {
        return if directory.withdraw_consent(client_id, organization) {
            Ok(no_content())
        } else {
            Err(not_found(
                "The organization has not consented to the client.",
            ))
        };
    }
    if !http.body().trim_ascii().is_empty() {
        let NoFields {} = read(http)?;
    }
    let consent = directory.give_consent(client_id, organization)?;
    let body = ConsentResponse {
        client_id,
        organization,
        technical_account_id: &consent.technical_account_id,
    };
    Ok(json(StatusCode::OK, &body))
}

fn not_found(description: &'static str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", description)
}
