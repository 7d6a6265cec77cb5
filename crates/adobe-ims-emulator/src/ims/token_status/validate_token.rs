//! `/ims/validate_token`: whether a token is valid.

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::http::parameters::{Parameters, bearer_token};
use crate::http::response::{Response, json};
use crate::ims::required_parameter::{missing, required};
use crate::ims::service_token::ServiceUser;
use crate::ims::token::{InvalidToken, Token};
use crate::ims::token_status::requested_type::RequestedType;
use crate::state::State;
use crate::tokens::token_type::TokenType;

const BAD_CLIENT_ID: &str = "bad_client_id";

type Claims = Map<String, Value>;

#[derive(Serialize)]
struct Body {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Claims>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// Handles `/ims/validate_token`.
pub(crate) fn validate_token(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let type_name = required(parameters, "type")?;
    let client_id = required(parameters, "client_id")?;
    let token = parameters
        .get("token")?
        .or_else(|| bearer_token(headers))
        .filter(|token| !token.is_empty())
        .ok_or_else(|| missing("token"))?;
    let result = match RequestedType::from_name(type_name) {
        Some(RequestedType::ServiceToken) => validate_service_token(state, client_id, token),
        Some(RequestedType::Signed(token_type)) => {
            validate_signed_token(state, token_type, client_id, token)
        }
        None => {
            return Err(ErrorResponse::bad_request(
                "bad_request",
                "The type is not known.",
            ));
        }
    };
    let body = match result {
        Ok(mut claims) => {
            claims.remove("scope");
            Body {
                valid: true,
                token: Some(claims),
                reason: None,
            }
        }
        Err(reason) => Body {
            valid: false,
            token: None,
            reason: Some(reason),
        },
    };
    Ok(json(StatusCode::OK, &body))
}

/// Returns the claims of a valid token, or the reason why it is not valid.
fn validate_signed_token(
    state: &State,
    token_type: TokenType,
    client_id: &str,
    token: &str,
) -> Result<Claims, &'static str> {
    let token = Token::verify(state, token, token_type).map_err(InvalidToken::reason)?;
    if client_id != token.client_id && !may_validate_others(state, token_type, client_id) {
        return Err(BAD_CLIENT_ID);
    }
    Ok(token.claims)
}

/// Returns whether a client may validate the tokens of others. Two back ends of Adobe validate the
/// access tokens of their pages with client ids of their own, so IMS is likely to accept it.
fn may_validate_others(state: &State, token_type: TokenType, client_id: &str) -> bool {
    token_type == TokenType::Access
        && state.ims_settings().validation_of_other_clients
        && state.directory().client(client_id).is_some()
}

/// Returns the claims of a permanent code of the client, or the reason why it is not valid.
fn validate_service_token(
    state: &State,
    client_id: &str,
    code: &str,
) -> Result<Claims, &'static str> {
    service_token_claims(state, client_id, code)
        .ok_or_else(|| invalid_service_token(state, client_id, code))
}

fn service_token_claims(state: &State, client_id: &str, code: &str) -> Option<Claims> {
    let directory = state.directory();
    let client = directory.client(client_id)?;
    if !client.has_service_code(code) {
        return None;
    }
    let signed = Token::verify_signature(state, code).map(|token| token.claims);
    let mut claims = signed.unwrap_or_else(|| {
        let service = ServiceUser::of(client, &state.ims_settings(), Vec::new());
        Map::from_iter([
            ("client_id".to_owned(), client_id.into()),
            ("user_id".to_owned(), service.user_id.into()),
        ])
    });
    claims.insert("type".to_owned(), RequestedType::SERVICE_TOKEN.into());
    Some(claims)
}

/// Returns the reason why a text is not a permanent code of the client.
fn invalid_service_token(state: &State, client_id: &str, code: &str) -> &'static str {
    let Some(token) = Token::verify_signature(state, code) else {
        return InvalidToken::Signature.reason();
    };
    let is_code = token.has_type(TokenType::AuthorizationCode);
    if !is_code || state.sessions().code(&token.id).is_some() {
        InvalidToken::Type.reason()
    } else if token.client_id != client_id {
        BAD_CLIENT_ID
    } else {
        InvalidToken::Revoked.reason()
    }
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::TokenStatus.matched(
        "validate-forms",
        "A request is a POST with `type`, `client_id` and `token`, a POST with a bearer token instead of `token`, or a GET.",
        "adobe/ims-go, adobe/aio-lib-ims and older versions of adobe/ims-go",
    ),
    Area::TokenStatus.observed(
        "validate-valid",
        "A valid token gets 200, `valid` true and its claims without `scope` in `token`.",
        "ai-ecoverse/slicc#2939 and aiscalestudio/frameio-mcp (2026)",
    ),
    Area::TokenStatus.observed(
        "validate-bad-signature",
        "A token with a wrong signature, or a text that is no token, gets 200, `valid` false and the reason `bad_signature`. For a token without a signature, or of another environment of IMS, this is inferred.",
        "ai-ecoverse/slicc#2939 (2026)",
    ),
    Area::TokenStatus.inferred(
        "validate-reasons",
        "The other reasons are `bad_type`, `expired`, `revoked` and `bad_client_id`. `revoked` also stands for a token that was for one use and was used.",
        "nobody published other reasons than `bad_signature`",
    ),
    Area::TokenStatus.inferred(
        "validate-other-client",
        "A registered client may validate access tokens of every client. `bad_client_id` is the reason for a client that is not registered, for other types of tokens, and, with the setting `validation_of_other_clients` off, for all.",
        "two back ends of Adobe validate the tokens of their pages with client ids of their own",
    ),
    Area::TokenStatus.observed(
        "validate-bad-request",
        "An unknown `type` or a missing parameter gets 400 `bad_request`.",
        "ai-ecoverse/slicc#2939 (2026)",
    ),
    Area::TokenStatus.inferred(
        "validate-service-token",
        "A service token is a permanent authorization code.",
        "adobe/imscli calls the result of `authorize service` so",
    ),
];
