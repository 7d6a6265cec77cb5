//! The secrets of clients: `POST …/ID/secrets` and `DELETE …/ID/secrets/N`, below `/_emu/clients` and
//! `/_emu/accounts`.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{not_found, read_optional};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::registered_client::RegisteredClient;
use crate::identities::registration_error::RegistrationError;
use crate::state::State;

/// The client of secrets, by the path that leads to it.
pub(crate) enum SecretHolder<'a> {
    Account(Cow<'a, str>),
    Client(Cow<'a, str>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretRequest {
    /// The default is a random secret.
    client_secret: Option<String>,
}

#[derive(Serialize)]
struct SecretResponse<'a> {
    client_id: &'a str,
    number: u32,
    client_secret: &'a str,
}

/// The secrets of a client without their text.
#[derive(Serialize)]
pub(crate) struct SecretCount {
    count: usize,
    numbers: Vec<u32>,
}

impl From<&RegisteredClient> for SecretCount {
    fn from(client: &RegisteredClient) -> Self {
        let numbers = client.secret_numbers().to_vec();
        Self {
            count: numbers.len(),
            numbers,
        }
    }
}

/// Handles `POST …/ID/secrets`.
pub(crate) fn add(
    state: &State,
    http: &Request<Bytes>,
    holder: &SecretHolder<'_>,
) -> Result<Response, ErrorResponse> {
    let request: SecretRequest = read_optional(http)?;
    let mut directory = state.directory();
    let client_id = holder.client(&directory)?.id.clone();
    let added = directory.add_secret(&client_id, request.client_secret)?;
    let body = SecretResponse {
        client_id: &client_id,
        number: added.number,
        client_secret: &added.secret,
    };
    Ok(json(StatusCode::CREATED, &body))
}

/// Handles `DELETE …/ID/secrets/N`.
pub(crate) fn remove(
    state: &State,
    holder: &SecretHolder<'_>,
    number: &str,
) -> Result<Response, ErrorResponse> {
    let mut directory = state.directory();
    let client_id = holder.client(&directory)?.id.clone();
    let was_removed = match number.parse() {
        Ok(number) => directory.remove_secret(&client_id, number),
        Err(_) => Ok(false),
    };
    if was_removed? {
        return Ok(no_content());
    }
    Err(not_found(format!(
        "The client {client_id} has no secret {number}. GET of the client lists the numbers of its \
         secrets."
    )))
}

impl SecretHolder<'_> {
    fn client<'d>(&self, directory: &'d Directory) -> Result<&'d Client, ErrorResponse> {
        let found = match self {
            Self::Account(id) => directory
                .account(id)
                .ok_or_else(|| RegistrationError::UnknownAccount(id.to_string())),
            Self::Client(id) => directory
                .registered_oauth_client(id)
                .ok_or_else(|| RegistrationError::UnknownClientId(id.to_string())),
        };
        found.map_err(ErrorResponse::from)
    }
}
