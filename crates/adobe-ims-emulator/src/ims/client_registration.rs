//! `/ims/register`: dynamic client registration (RFC 7591).

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::identities::registration_error::RegistrationError;
use crate::state::State;
use crate::tokens::scopes;

/// The grants that a registered client may have.
const GRANTS: [GrantType; 2] = [GrantType::AuthorizationCode, GrantType::RefreshToken];

#[derive(Deserialize)]
struct Metadata {
    client_name: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    scope: Option<String>,
    grant_types: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
}

/// The way in which the client authenticates at the token endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum AuthMethod {
    ClientSecretBasic,
    ClientSecretPost,
    /// A public client.
    None,
}

#[derive(Serialize)]
struct Body {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    client_id_issued_at: i64,
    /// 0 means never (RFC 7591).
    client_secret_expires_at: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_name: Option<String>,
    redirect_uris: Vec<String>,
    scope: String,
    grant_types: Vec<&'static str>,
    response_types: [&'static str; 1],
    token_endpoint_auth_method: AuthMethod,
}

/// Handles `POST /ims/register`.
pub(crate) fn register(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let metadata: Metadata = serde_json::from_slice(http.body())
        .map_err(|_| invalid_metadata("The body is not a JSON object with client metadata."))?;
    let grants = grants(metadata.grant_types.as_deref())?;
    let method = AuthMethod::read(metadata.token_endpoint_auth_method.as_deref())?;
    let client = new_client(&metadata, &grants, method)?;
    let mut directory = state.directory();
    let client = directory
        .register_oauth_client(client)
        .map_err(|error| match error {
            RegistrationError::Scope(_) => invalid_metadata("The scope has an invalid character."),
            _ => invalid_redirect_uri(),
        })?;
    let mut uris = metadata.redirect_uris.iter();
    if !uris.all(|uri| client.redirect_uris.resolve(Some(uri)) == Some(uri)) {
        let id = client.id.clone();
        directory.remove_client(&id);
        return Err(invalid_redirect_uri());
    }
    let body = Body {
        client_id: client.id.clone(),
        client_secret: client.secrets.newest().map(str::to_owned),
        client_id_issued_at: state.config.clock.unix_seconds(),
        client_secret_expires_at: 0,
        client_name: metadata.client_name,
        scope: client.scopes.join(" "),
        redirect_uris: metadata.redirect_uris,
        grant_types: grants.into_iter().map(GrantType::name).collect(),
        response_types: ["code"],
        token_endpoint_auth_method: method,
    };
    Ok(json(StatusCode::CREATED, &body))
}

fn new_client(
    metadata: &Metadata,
    grants: &[GrantType],
    method: AuthMethod,
) -> Result<OauthClient, ErrorResponse> {
    let default_uri = metadata.redirect_uris.first();
    let default_uri = default_uri.ok_or_else(invalid_redirect_uri)?;
    let mut client = OauthClient::new()
        .grants(grants.iter().copied())
        .redirect_uri(default_uri);
    for uri in &metadata.redirect_uris {
        client = client.redirect_pattern(literal_pattern(uri));
    }
    if method == AuthMethod::None {
        client = client.public();
    }
    let scope = metadata.scope.as_deref().unwrap_or_default();
    let scopes: Vec<&str> = scopes::names(scope).collect();
    if !scopes.is_empty() {
        client = client.scopes(scopes);
    }
    Ok(client)
}

impl AuthMethod {
    fn read(name: Option<&str>) -> Result<Self, ErrorResponse> {
        match name {
            None | Some("client_secret_basic") => Ok(Self::ClientSecretBasic),
            Some("client_secret_post") => Ok(Self::ClientSecretPost),
            Some("none") => Ok(Self::None),
            Some(_) => Err(invalid_metadata(
                "The token_endpoint_auth_method is not known.",
            )),
        }
    }
}

fn grants(names: Option<&[String]>) -> Result<Vec<GrantType>, ErrorResponse> {
    let Some(names) = names else {
        return Ok(GRANTS.to_vec());
    };
    let by_name = |name: &String| GRANTS.into_iter().find(|grant| grant.name() == name);
    let grants: Option<Vec<GrantType>> = names.iter().map(by_name).collect();
    grants
        .filter(|grants| grants.contains(&GrantType::AuthorizationCode))
        .ok_or_else(|| {
            invalid_metadata(
                "A registered client may use authorization_code and refresh_token only.",
            )
        })
}

/// Returns a pattern that matches one URI only.
fn literal_pattern(uri: &str) -> String {
    uri.chars()
        .flat_map(|character| {
            let escape = matches!(character, '.' | '*' | '\\').then_some('\\');
            escape.into_iter().chain([character])
        })
        .collect()
}

fn invalid_metadata(description: &'static str) -> ErrorResponse {
    ErrorResponse::bad_request("invalid_client_metadata", description)
}

fn invalid_redirect_uri() -> ErrorResponse {
    ErrorResponse::bad_request(
        "invalid_redirect_uri",
        "Each redirect URI has to be https, or http on loopback, and together they must not be too long.",
    )
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Registration.matched(
        "register",
        "`/ims/register` takes JSON with `client_name`, `redirect_uris` and `scope`, separated by spaces, and answers 201.",
        "adobe/ims-go (2026) sends it and accepts any 2xx; the response follows RFC 7591",
    ),
    Area::Registration.standard(
        "register-errors",
        "A wrong type or grant, or a scope with a character that RFC 6749 forbids, gets 400 `invalid_client_metadata`, a bad redirect URI 400 `invalid_redirect_uri`.",
        "RFC 7591",
    ),
    Area::Registration.inferred(
        "register-at-once",
        "The client can be used at once. A sign-in has to name one of its URIs exactly.",
        "the response of IMS is not known",
    ),
];
