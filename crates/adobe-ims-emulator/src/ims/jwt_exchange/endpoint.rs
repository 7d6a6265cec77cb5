//! The JWT exchange: an assertion for an access token.
//!
//! What is refused, and how. *Observed* texts were quoted from the live service by people or
//! matched by published clients; *inferred* ones are the emulator's own.
//!
//! | Case | Error | Text |
//! |---|---|---|
//! | client id unknown | `invalid_client` | observed |
//! | client secret wrong | `invalid_client` | observed |
//! | client may not exchange | `invalid_client` (documented) | inferred |
//! | client of OAuth server-to-server | 500 `internal_error` | observed, for a migrated client |
//! | assertion missing or undecodable, `exp` no integer | `invalid_token` | observed |
//! | assertion expired | `invalid_token` (documented) | inferred |
//! | `aud` missing or several | `invalid_client` | observed, for a kindred case |
//! | `aud` of another environment or client | `invalid_client` (documented) | inferred |
//! | `iss` or `sub` badly formed | `bad_request` (documented) | inferred |
//! | no certificate of the binding fits the signature | `invalid_token` | observed |
//! | `jti` demanded and missing or used | `invalid_jti` (documented) | inferred |
//! | no metascope | `invalid_scope` (documented) | inferred |
//! | a metascope beyond the binding's | `invalid_scope` | observed |
//!
//! The order of the checks is inferred: it is the one that agrees with all reports.

use std::collections::BTreeSet;

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::crypto::certificate::verifies;
use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::client::{Binding, Client};
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identity_hosts::IdentityHosts;
use crate::ims::client_authentication::ClientAuthentication;
use crate::ims::jwt_exchange::assertion::Assertion;
use crate::ims::new_token::NewToken;
use crate::state::State;

/// How far an assertion's `exp` may lie behind IMS's clock (documented by Adobe), in milliseconds.
const SKEW_MILLIS: i128 = 30_000;

/// The answer, in the observed order of keys.
#[derive(Serialize)]
struct ExchangeResponse {
    token_type: &'static str,
    access_token: String,
    /// Milliseconds, unlike at the token endpoints.
    expires_in: u64,
}

/// Answers an exchange.
pub(crate) fn exchange(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let request = ExchangeRequest {
        client: ClientAuthentication::from_request(headers, parameters)?,
        jwt_token: parameters.one("jwt_token")?.unwrap_or_default(),
    };
    let resources: Vec<&str> = parameters.all("resource").collect();
    let access_token = {
        let now = state.clock.unix_millis();
        let mut directory = state.directory();
        let client = admit(state, &mut directory, &request, i128::from(now))?;
        NewToken::for_client(client, client.scopes.join(","), now)
            .resources(&resources)
            .access_token(state, GrantType::JwtExchange)
    };
    let answer = ExchangeResponse {
        token_type: "bearer",
        access_token,
        expires_in: state.reported_lifetime_millis(),
    };
    Ok(json(StatusCode::OK, &answer))
}

struct ExchangeRequest<'a> {
    client: ClientAuthentication,
    jwt_token: &'a str,
}

/// All checks, in order.
fn admit<'d>(
    state: &State,
    directory: &'d mut Directory,
    request: &ExchangeRequest<'_>,
    now: i128,
) -> Result<&'d Client, ErrorResponse> {
    let authenticate = request
        .client
        .authenticate(directory, state.client_authentication_status)?;
    let id = authenticate.id.clone();
    let client = directory
        .client_mut(&id)
        .ok_or_else(ErrorResponse::internal_error)?;
    if !client.is_allowed(GrantType::JwtExchange) {
        if client.is_allowed(GrantType::ClientCredentials) {
            return Err(ErrorResponse::internal_error());
        }
        return Err(ErrorResponse::new(
            state.client_authentication_status,
            "invalid_client",
            "The client may not exchange a JWT.",
        ));
    }
    let assertion = Assertion::parse(request.jwt_token).ok_or_else(|| {
        ErrorResponse::bad_request(
            "invalid_token",
            "JWT token is incorrectly formatted, and can not be decoded.",
        )
    })?;
    if assertion.expires_at + SKEW_MILLIS < now {
        return Err(ErrorResponse::bad_request(
            "invalid_token",
            "JWT token is expired.",
        ));
    }
    check_audience(&state.identity, &client.id, &assertion)?;
    check_binding(&client.binding, &assertion, now)?;
    let jti = check_jti(&client.binding, &assertion)?;
    check_metascopes(&state.identity, &client.binding, &assertion)?;
    if let Some(jti) = jti {
        let used = &mut client.binding.used_jti;
        used.retain(|_, expires_at| *expires_at + SKEW_MILLIS >= now);
        used.insert(jti, assertion.expires_at);
    }
    Ok(client)
}

fn check_audience(
    identity: &IdentityHosts,
    client_id: &str,
    assertion: &Assertion<'_>,
) -> Result<(), ErrorResponse> {
    let audience = assertion.audience().ok_or_else(|| {
        ErrorResponse::bad_request(
            "invalid_client",
            "The JWT token must contain a valid claims for audience",
        )
    })?;
    match identity.client_in(audience) {
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

/// The binding is found by `iss` and `sub`; then each of its certificates is tried, because
/// assertions carry no key id. An expired certificate is as good as none.
fn check_binding(
    binding: &Binding,
    assertion: &Assertion<'_>,
    now: i128,
) -> Result<(), ErrorResponse> {
    let ident = |claim| {
        let text = assertion.text(claim)?;
        let (ident, auth_source) = text.split_once('@')?;
        (!ident.is_empty() && !auth_source.is_empty()).then_some(text)
    };
    let (Some(issuer), Some(subject)) = (ident("iss"), ident("sub")) else {
        return Err(ErrorResponse::bad_request(
            "bad_request",
            "The issuer or the subject of the JWT is badly formed.",
        ));
    };
    let bound = issuer == binding.organization && subject == binding.technical_account_id;
    let signed = || {
        binding
            .certificates
            .iter()
            .filter(|certificate| i128::from(certificate.not_after) * 1000 >= now)
            .any(|certificate| {
                verifies(
                    &certificate.public_key,
                    assertion.signed,
                    &assertion.signature,
                )
            })
    };
    if bound && signed() {
        Ok(())
    } else {
        Err(ErrorResponse::bad_request(
            "invalid_token",
            "Could not match JWT signature to any of the bindings",
        ))
    }
}

/// The `jti` to remember, if the binding demands one.
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
    identity: &IdentityHosts,
    binding: &Binding,
    assertion: &Assertion<'_>,
) -> Result<(), ErrorResponse> {
    let asked: BTreeSet<&str> = assertion
        .asserted()
        .filter_map(|claim| identity.metascope_in(claim))
        .collect();
    if asked.is_empty() {
        return Err(ErrorResponse::bad_request(
            "invalid_scope",
            "The JWT contains no metascope of this IMS environment.",
        ));
    }
    if asked
        .iter()
        .all(|name| binding.metascopes.iter().any(|granted| granted == name))
    {
        Ok(())
    } else {
        Err(ErrorResponse::bad_request(
            "invalid_scope",
            "The metascopes in the JWT are not a subset of the metascopes in the binding.",
        ))
    }
}
