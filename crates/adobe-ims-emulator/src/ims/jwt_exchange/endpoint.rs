//! The endpoint of the JWT exchange.
//!
//! | Case | Error | Description |
//! |---|---|---|
//! | the client id is unknown | `invalid_client` | observed |
//! | the client secret is wrong | `invalid_client`; 401 with the setting `documented_statuses` | observed |
//! | the client may not exchange a JWT | `invalid_client` (documented) | inferred |
//! | the client has migrated, or is one of OAuth server-to-server | 500 `internal_error` | observed, for a migrated client |
//! | the request has the id of a known client, and neither secret nor assertion | 500 `internal_error` | observed |
//! | the assertion is missing or malformed, or `exp` is not an integer | `invalid_token` | observed |
//! | the assertion has expired | `invalid_token` (documented) | inferred |
//! | `aud` is missing or has several values | `invalid_client` | observed, for a similar case |
//! | `aud` is another environment or client | `invalid_client` (documented) | inferred |
//! | `iss` or `sub` is malformed | `bad_request` (documented) | inferred |
//! | no certificate of the binding verifies the signature | `invalid_token` | observed; a setting changes both |
//! | the signature is not one of the `alg` in the header, or that is not accepted | `invalid_signature` (documented) | inferred |
//! | the assertion is valid for more than a day, with the setting `assertions_within_a_day` | `invalid_token` (documented until 2019) | inferred |
//! | a demanded `jti` is missing or was used | `invalid_jti` (documented) | inferred |
//! | the assertion has no metascope | `invalid_scope` (documented) | inferred |
//! | a metascope is not one of the binding | `invalid_scope` | observed |
//!
//! The order of the checks is inferred. It agrees with all reports.

use std::collections::BTreeSet;

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::{Response, json};
use crate::identities::client::{Binding, Client};
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identity_hosts::IdentityHosts;
use crate::ims::client_authentication::ClientAuthentication;
use crate::ims::jwt_exchange::assertion::Assertion;
use crate::ims::jwt_exchange::signature::{check_signature, no_match};
use crate::ims::new_token::NewToken;
use crate::ims_settings::ImsSettings;
use crate::state::State;

/// The time by which `exp` may lie in the past (documented by Adobe), in milliseconds.
const SKEW_MILLIS: i128 = 30_000;

/// The longest life of an assertion that Adobe documented until 2019, in milliseconds.
const DAY_MILLIS: i128 = 86_400_000;

/// The body, with its keys in the observed order.
#[derive(Serialize)]
struct Body {
    token_type: &'static str,
    access_token: String,
    /// Milliseconds. The token endpoint uses seconds.
    expires_in: u64,
}

/// Handles `POST /ims/exchange/jwt`.
pub(crate) fn exchange(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let request = ExchangeRequest {
        client: ClientAuthentication::from_request(&state.ims_settings(), headers, parameters)?,
        jwt_token: parameters.get("jwt_token")?,
    };
    let resources: Vec<&str> = parameters.get_all("resource").collect();
    let access_token = {
        let now = state.config.clock.unix_millis();
        let mut directory = state.directory();
        let client = validate(state, &mut directory, &request, i128::from(now))?;
        NewToken::for_client(client, &client.scopes, now)
            .resources(&resources)
            .issue_access_token(state, GrantType::JwtExchange)
    };
    let body = Body {
        token_type: "bearer",
        access_token,
        expires_in: state.lifetimes().reported_millis(),
    };
    Ok(json(StatusCode::OK, &body))
}

struct ExchangeRequest<'a> {
    client: ClientAuthentication,
    jwt_token: Option<&'a str>,
}

/// Makes all checks in order, and returns the client of the assertion.
fn validate<'d>(
    state: &State,
    directory: &'d mut Directory,
    request: &ExchangeRequest<'_>,
    now: i128,
) -> Result<&'d Client, ErrorResponse> {
    let settings = state.ims_settings();
    let status = if settings.documented_statuses {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::BAD_REQUEST
    };
    let is_bare = request.jwt_token.is_none() && !request.client.has_secret();
    if is_bare && request.client.is_known(directory) {
        return Err(ErrorResponse::internal_error());
    }
    let id = request.client.authenticate(directory, status)?.id.clone();
    let client = directory
        .client_mut(&id)
        .ok_or_else(ErrorResponse::internal_error)?;
    check_grant(client, status)?;
    let assertion = Assertion::parse(request.jwt_token.unwrap_or_default()).ok_or_else(|| {
        ErrorResponse::bad_request(
            "invalid_token",
            "JWT token is incorrectly formatted, and can not be decoded.",
        )
    })?;
    // A client signs with its own clock, which is the real one. It may expire by that of the emulator.
    let real = state.config.clock.real_unix_millis().map(i128::from);
    let is_expired = |now: i128| assertion.expires_at + SKEW_MILLIS < now;
    if is_expired(now) && real.is_none_or(is_expired) {
        return Err(ErrorResponse::bad_request(
            "invalid_token",
            "JWT token is expired.",
        ));
    }
    if settings.assertions_within_a_day && assertion.expires_at > now + DAY_MILLIS {
        return Err(ErrorResponse::bad_request(
            "invalid_token",
            "JWT token is valid for more than 24 hours.",
        ));
    }
    check_audience(&state.config.identity_hosts, &client.id, &assertion)?;
    check_binding(&client.binding, &assertion, &settings, now)?;
    let jti = check_jti(&client.binding, &assertion)?;
    check_metascopes(&state.config.identity_hosts, &client.binding, &assertion)?;
    if let Some(jti) = jti {
        let used = &mut client.binding.used_jti;
        let earliest = real.map_or(now, |real| real.min(now));
        used.retain(|_, expires_at| *expires_at + SKEW_MILLIS >= earliest);
        used.insert(jti, assertion.expires_at);
    }
    Ok(client)
}

fn check_grant(client: &Client, status: StatusCode) -> Result<(), ErrorResponse> {
    if client.is_migrated {
        Err(ErrorResponse::internal_error())
    } else if client.is_allowed(GrantType::JwtExchange) {
        Ok(())
    } else if client.is_allowed(GrantType::ClientCredentials) {
        Err(ErrorResponse::internal_error())
    } else {
        Err(ErrorResponse::new(
            status,
            "invalid_client",
            "The client may not exchange a JWT.",
        ))
    }
}

fn check_audience(
    identity_hosts: &IdentityHosts,
    client_id: &str,
    assertion: &Assertion<'_>,
) -> Result<(), ErrorResponse> {
    let audience = assertion.audience().ok_or_else(|| {
        ErrorResponse::bad_request(
            "invalid_client",
            "The JWT token must contain a valid claims for audience",
        )
    })?;
    match identity_hosts.client_in_audience(audience) {
        None => Err(ErrorResponse::bad_request(
            "invalid_client",
            "The audience of the JWT names another IMS environment.",
        )),
        Some(client) if client != client_id => Err(ErrorResponse::bad_request(
            "invalid_client",
            "The client_id parameter is not the client in the audience of the JWT.",
        )),
        Some(_) => Ok(()),
    }
}

/// Checks that `iss` and `sub` are those of the binding, and the signature.
fn check_binding(
    binding: &Binding,
    assertion: &Assertion<'_>,
    settings: &ImsSettings,
    now: i128,
) -> Result<(), ErrorResponse> {
    let id_claim = |claim| {
        let text = assertion.text_claim(claim)?;
        let (ident, auth_source) = text.split_once('@')?;
        (!ident.is_empty() && !auth_source.is_empty()).then_some(text)
    };
    let (Some(issuer), Some(subject)) = (id_claim("iss"), id_claim("sub")) else {
        return Err(ErrorResponse::bad_request(
            "bad_request",
            "The issuer or the subject of the JWT is malformed.",
        ));
    };
    if issuer != binding.organization || subject != binding.technical_account_id {
        return Err(no_match(settings));
    }
    check_signature(binding, assertion, settings, now)
}

/// Returns the `jti` to remember if the binding demands one.
fn check_jti(
    binding: &Binding,
    assertion: &Assertion<'_>,
) -> Result<Option<String>, ErrorResponse> {
    if !binding.demands_jti {
        return Ok(None);
    }
    match assertion.jti() {
        Some(jti) if !binding.used_jti.contains_key(&jti) => Ok(Some(jti)),
        _ => Err(ErrorResponse::bad_request(
            "invalid_jti",
            "The binding demands a jti that was not used before.",
        )),
    }
}

fn check_metascopes(
    identity_hosts: &IdentityHosts,
    binding: &Binding,
    assertion: &Assertion<'_>,
) -> Result<(), ErrorResponse> {
    let requested: BTreeSet<&str> = assertion
        .true_claims()
        .filter_map(|claim| identity_hosts.metascope_in_claim(claim))
        .collect();
    if requested.is_empty() {
        return Err(ErrorResponse::bad_request(
            "invalid_scope",
            "The JWT contains no metascope of this IMS environment.",
        ));
    }
    let is_bound = |name: &&str| binding.metascopes.iter().any(|own| own == name);
    if requested.iter().all(is_bound) {
        Ok(())
    } else {
        Err(ErrorResponse::bad_request(
            "invalid_scope",
            "The metascopes in the JWT are not a subset of the metascopes in the binding.",
        ))
    }
}
