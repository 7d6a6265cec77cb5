//! Dynamic client registration (RFC 7591).
//!
//! A published client sends `client_name`, `redirect_uris` and `scope`, and takes any 2xx; what the
//! service answers is not known, so the answer is that of the standard. The client works at once.
//! Its first redirect URI is the default, and all have to be met to the letter. The scopes are
//! separated by spaces; without any it has those of every client that does not say.
//!
//! | Case | Error (RFC 7591) |
//! |---|---|
//! | no JSON object, or a field of another type | 400 `invalid_client_metadata` |
//! | a grant type but `authorization_code` and `refresh_token` | 400 `invalid_client_metadata` |
//! | no redirect URI, or one that is neither https nor http on loopback | 400 `invalid_redirect_uri` |

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::grant_type::GrantType;
use crate::identities::oauth_client::OauthClient;
use crate::state::State;
use crate::tokens::scopes;

const GRANTS: [GrantType; 2] = [GrantType::AuthorizationCode, GrantType::RefreshToken];

/// The authentication method of a public client.
const NONE: &str = "none";

#[derive(Deserialize)]
struct Metadata {
    client_name: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    scope: Option<String>,
    grant_types: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
}

#[derive(Serialize)]
struct Registered {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    client_id_issued_at: i64,
    /// Never, as RFC 7591 writes it.
    client_secret_expires_at: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_name: Option<String>,
    redirect_uris: Vec<String>,
    scope: String,
    grant_types: Vec<&'static str>,
    response_types: [&'static str; 1],
    token_endpoint_auth_method: String,
}

/// Registers a client.
pub(crate) fn register(state: &State, request: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let metadata: Metadata = serde_json::from_slice(request.body())
        .map_err(|_| not_taken("The body is no JSON object with the metadata of a client."))?;
    let grants = grants(metadata.grant_types.as_deref())?;
    let method = metadata
        .token_endpoint_auth_method
        .unwrap_or_else(|| "client_secret_basic".to_owned());
    if !["client_secret_basic", "client_secret_post", NONE].contains(&&*method) {
        return Err(not_taken("The token_endpoint_auth_method is not known."));
    }
    let Some(first) = metadata.redirect_uris.first() else {
        return Err(bad_redirect_uri());
    };
    let mut client = OauthClient::new()
        .grants(grants.clone())
        .redirect_uri(first);
    for uri in &metadata.redirect_uris {
        client = client.redirect_pattern(to_the_letter(uri));
    }
    if method == NONE {
        client = client.public();
    }
    let asked: Vec<&str> = scopes::names(metadata.scope.as_deref().unwrap_or_default()).collect();
    if !asked.is_empty() {
        client = client.scopes(asked);
    }
    let mut directory = state.directory();
    let client = directory
        .register_oauth_client(client)
        .map_err(|_| bad_redirect_uri())?;
    let mut uris = metadata.redirect_uris.iter();
    if !uris.all(|uri| client.redirect_uris.resolve(Some(uri)) == Some(uri)) {
        let id = client.id.clone();
        directory.remove(&id);
        return Err(bad_redirect_uri());
    }
    let registered = Registered {
        client_id: client.id.clone(),
        client_secret: client.secrets.last().cloned(),
        client_id_issued_at: state.clock.unix_seconds(),
        client_secret_expires_at: 0,
        client_name: metadata.client_name,
        scope: client.scopes.join(" "),
        redirect_uris: metadata.redirect_uris,
        grant_types: grants.into_iter().map(GrantType::name).collect(),
        response_types: ["code"],
        token_endpoint_auth_method: method,
    };
    Ok(json(StatusCode::CREATED, &registered))
}

fn grants(asked: Option<&[String]>) -> Result<Vec<GrantType>, ErrorResponse> {
    let Some(asked) = asked else {
        return Ok(GRANTS.to_vec());
    };
    let known = |name: &String| GRANTS.into_iter().find(|grant| grant.name() == name);
    let grants: Option<Vec<GrantType>> = asked.iter().map(known).collect();
    grants
        .filter(|grants| grants.contains(&GrantType::AuthorizationCode))
        .ok_or_else(|| not_taken("These grant_types are not given to registered clients."))
}

/// A pattern that one URI matches.
fn to_the_letter(uri: &str) -> String {
    uri.chars()
        .flat_map(|character| {
            let escaped = matches!(character, '.' | '*' | '\\').then_some('\\');
            escaped.into_iter().chain([character])
        })
        .collect()
}

fn not_taken(text: &'static str) -> ErrorResponse {
    ErrorResponse::bad_request("invalid_client_metadata", text)
}

fn bad_redirect_uri() -> ErrorResponse {
    ErrorResponse::bad_request(
        "invalid_redirect_uri",
        "A redirect URI has to be https, or http on loopback, and all together not too long.",
    )
}
