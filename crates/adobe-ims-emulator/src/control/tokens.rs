//! `POST /_emu/tokens`: access tokens that a test makes up.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::json_body::{read, wrong_value};
use crate::custom_token::{CustomToken, TokenEnvironment, TokenSigner};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::rfc3339::rfc3339;
use crate::state::State;

/// The fields of a [`CustomToken`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    account: Option<String>,
    client: Option<String>,
    person: Option<String>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    claims: Map<String, Value>,
    #[serde(default)]
    expired: bool,
    signed_by: Option<Signer>,
    environment: Option<Environment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Signer {
    Ims,
    Other,
    None,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Environment {
    Production,
    Stage,
}

#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_id: Option<String>,
    expires_at: Option<String>,
}

/// Handles `POST /_emu/tokens`.
pub(crate) fn make(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let request: TokenRequest = read(http)?;
    let token = request.into_token()?;
    let made = token.make(state)?;
    let body = TokenResponse {
        access_token: made.access_token,
        token_id: made.token_id,
        expires_at: made.expires_at.map(rfc3339),
    };
    Ok(json(StatusCode::CREATED, &body))
}

impl TokenRequest {
    fn into_token(self) -> Result<CustomToken, ErrorResponse> {
        let mut token = match (self.account, self.client, self.person) {
            (Some(account), None, None) => CustomToken::for_account(account),
            (None, Some(client), None) => CustomToken::for_client(client),
            (None, None, Some(person)) => CustomToken::for_person(person),
            (None, Some(client), Some(person)) => CustomToken::for_person_with(person, client),
            (None, None, None) => {
                return Err(wrong(".", "it has none of account, client and person"));
            }
            (Some(_), ..) => return Err(wrong("account", "it stands beside client or person")),
        };
        if let Some(scopes) = self.scopes {
            token = token.scopes(scopes);
        }
        for (name, value) in self.claims {
            token = token.claim(name, value);
        }
        if self.expired {
            token = token.expired();
        }
        if let Some(environment) = self.environment {
            token = token.environment(environment.into());
        }
        let signer = self.signed_by.unwrap_or(Signer::Ims);
        Ok(token.signed_by(signer.into()))
    }
}

fn wrong(place: &str, reason: &str) -> ErrorResponse {
    ErrorResponse::invalid_request(wrong_value(place, reason))
}

impl From<Signer> for TokenSigner {
    fn from(signer: Signer) -> Self {
        match signer {
            Signer::Ims => Self::Ims,
            Signer::Other => Self::Other,
            Signer::None => Self::None,
        }
    }
}

impl From<Environment> for TokenEnvironment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Production => Self::Production,
            Environment::Stage => Self::Stage,
        }
    }
}
