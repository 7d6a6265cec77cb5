//! Causes that Adobe's gateway (adobe.io) names with a code of six digits or with its text.

use super::diagnosis::ApiCause;
use super::exchange::{Exchange, header};
use super::problem::ApiProblem;
use super::token_causes;
use crate::token::{API_KEY, ORGANIZATION_ID};

/// Returns the causes of an answer of the gateway; none for another answer.
pub(super) fn causes(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let body = &exchange.body;
    let says = |part: &str| body.says(part);
    match body.gateway_code() {
        Some(403_010) if !says("missing") => vec![ApiCause::likely(ApiProblem::TokenMissing)],
        Some(403_010) => vec![ApiCause::certain(ApiProblem::TokenMissing)],
        Some(401_000..=401_999) => token_causes::refused(exchange),
        Some(403_003) => invalid_key(exchange),
        Some(403_023 | 403_025) => profile(exchange),
        Some(400_003) => organization(exchange),
        Some(429_000..=429_999) => vec![ApiCause::certain(ApiProblem::RateLimited)],
        Some(403_000) if exchange.request.headers.get(&API_KEY).is_none() => key_required(exchange),
        code => by_text(exchange).unwrap_or_else(|| match code {
            Some(400_000..=499_999) => vec![ApiCause::possible(ApiProblem::GatewayCodeUnknown)],
            _ => Vec::new(),
        }),
    }
}

/// Newer answers may carry the text without the code.
fn by_text(exchange: &Exchange<'_>) -> Option<Vec<ApiCause>> {
    let says_any = |parts: &[&str]| exchange.body.says_any(parts);
    if says_any(&["oauth token is missing"]) {
        return Some(vec![ApiCause::certain(ApiProblem::TokenMissing)]);
    }
    let tokens = [
        "oauth token is not valid",
        "oauth-token-invalid",
        "ims facade",
        "error.unauthorized",
        "failed to authenticate provided token",
    ];
    if says_any(&tokens) {
        return Some(token_causes::refused(exchange));
    }
    if says_any(&["api key is required"]) {
        return Some(key_required(exchange));
    }
    if says_any(&["api key is invalid"]) {
        return Some(invalid_key(exchange));
    }
    if says_any(&["profile is not valid"]) {
        return Some(profile(exchange));
    }
    let content_type = [
        "valid content-type must be specified",
        "unsupported media type",
    ];
    if exchange.place.is_gateway() && says_any(&content_type) {
        return Some(vec![ApiCause::certain(ApiProblem::ContentTypeMissing)]);
    }
    None
}

fn key_required(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let cause = match exchange.request.headers.get(&API_KEY) {
        None => {
            ApiCause::certain(ApiProblem::ApiKeyMissing).seen("the request had no header x-api-key")
        }
        Some(_) => ApiCause::certain(ApiProblem::ApiKeyMissing)
            .seen("the request had the header x-api-key, so something on the way removed it"),
    };
    vec![match exchange.token().shown_client_id() {
        Some(id) => cause.step(format!("The client id of the token is {id}.")),
        None => cause,
    }]
}

/// `Api Key is invalid`: the key is of another client, or the API is not in the client's project (observed).
fn invalid_key(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let sent = header(exchange.request.headers, &API_KEY);
    let of_token = exchange.token().shown_client_id();
    match (sent, of_token) {
        (Some(sent), Some(of_token)) if sent != of_token => {
            let seen =
                format!("the token was issued to {of_token}, and x-api-key has another value");
            vec![
                ApiCause::likely(ApiProblem::ApiKeyOfOtherClient).seen(seen),
                ApiCause::possible(ApiProblem::ApiNotInProject),
            ]
        }
        (Some(_), Some(_)) => {
            let cause = ApiCause::likely(ApiProblem::ApiNotInProject);
            vec![cause.seen("x-api-key is the client id of the token")]
        }
        (None, _) => vec![
            ApiCause::likely(ApiProblem::ApiKeyMissing).seen("the request had no header x-api-key"),
            ApiCause::possible(ApiProblem::ApiNotInProject),
        ],
        (Some(_), None) => vec![
            ApiCause::likely(ApiProblem::ApiNotInProject),
            ApiCause::possible(ApiProblem::ApiKeyOfOtherClient),
        ],
    }
}

/// `Profile is not valid`: the account may not use the API in the organisation of the header (documented).
fn profile(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let sent = header(exchange.request.headers, &ORGANIZATION_ID);
    let known = exchange.token().organization_id.as_deref();
    let missing = ApiCause::likely(ApiProblem::ProfileMissing);
    let pending = ApiCause::possible(ApiProblem::GatewayProfilePending);
    match (sent, known) {
        (Some(sent), Some(known)) if sent != known => {
            let wrong = ApiCause::likely(ApiProblem::OrganizationWrong)
                .seen("x-gw-ims-org-id is not the organisation of the credentials");
            vec![
                wrong,
                ApiCause::possible(ApiProblem::ProfileMissing),
                pending,
            ]
        }
        (Some(_), Some(_)) => vec![missing, pending],
        (Some(_), None) => vec![
            missing,
            ApiCause::possible(ApiProblem::OrganizationWrong),
            pending,
        ],
        (None, _) => vec![
            missing,
            ApiCause::possible(ApiProblem::OrganizationMissing),
            pending,
        ],
    }
}

/// `Missing header`: the documentation of Experience Platform says that it is the organisation.
fn organization(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let is_sent = exchange.request.headers.contains_key(&ORGANIZATION_ID);
    vec![if is_sent {
        ApiCause::possible(ApiProblem::OrganizationMissing)
            .seen("the request had the header x-gw-ims-org-id, so another header may be meant")
    } else {
        ApiCause::certain(ApiProblem::OrganizationMissing)
            .seen("the request had no header x-gw-ims-org-id")
    }]
}
