//! The endpoint of the JWT exchange.

use std::collections::BTreeSet;

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::behaviour::{Area, Behaviour, source};
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

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::JwtExchange.documented(
        "exchange-paths",
        "`/ims/exchange/jwt` and `/ims/exchange/v1/jwt` are the same.",
        "Adobe Developer Console documentation, JWT page (until June 2025); adobe/ims-go calls v1",
    ),
    Area::JwtExchange.observed(
        "exchange-unknown-client",
        "An unknown client id gets 400 `invalid_client`, `invalid client_id parameter`.",
        "adobe/aio-lib-java, tests against the live service (2023 to 2024), for the status; a published client matches the text",
    ),
    Area::JwtExchange.observed(
        "exchange-wrong-secret",
        "A wrong client secret gets 400 `invalid_client`, `invalid client_secret parameter`. Adobe documents 401, which the setting `documented_statuses` switches on.",
        "adobe/aio-lib-java, tests against the live service (2023 to 2024), for the status; adobe/asset-compute-client compares the text",
    ),
    Area::JwtExchange.documented(
        "exchange-not-allowed",
        "A client without the right to exchange gets 400 `invalid_client`, with the setting `documented_statuses` 401.",
        "Adobe Developer Console documentation, JWT page (until June 2025) names 401; 400 follows the observed status of a wrong secret",
    ),
    Area::JwtExchange.observed(
        "exchange-migrated-client",
        "A client that has moved to OAuth server-to-server gets 500 `internal_error`, `Please try again later`. For a client that never had a certificate this is inferred.",
        "AdobeDocs/adobe-dev-console#124 (2024)",
    ),
    Area::JwtExchange.documented(
        "exchange-during-migration",
        "While a client moves, the exchange and `client_credentials` both work, with the same technical account, secrets and scopes.",
        source::CONSOLE_MIGRATION,
    ),
    Area::JwtExchange.observed(
        "exchange-client-id-alone",
        "A request with the id of a known client, and neither secret nor assertion, gets 500 `internal_error`.",
        "AdobeDocs/adobe-dev-console#124 (2024), where the body was lost",
    ),
    Area::JwtExchange.observed(
        "exchange-malformed-assertion",
        "A malformed assertion, or a missing one beside a secret, gets 400 `invalid_token`, `JWT token is incorrectly formatted, and can not be decoded.`",
        "ServiceNow KB1001921; for a missing one inferred",
    ),
    Area::JwtExchange.observed(
        "exchange-exp-not-integer",
        "An `exp` that is no integer gets the error of a malformed assertion.",
        "acs-aem-commons#2860 (2022)",
    ),
    Area::JwtExchange.documented(
        "exchange-expired-assertion",
        "An expired assertion gets 400 `invalid_token`.",
        "Adobe Developer Console documentation, JWT page (until June 2025); AdobeDocs/photoshop-api-docs#36 saw the refusal",
    ),
    Area::JwtExchange.documented(
        "exchange-skew",
        "`exp` may lie 30 seconds in the past.",
        "adobe/aio-lib-java, documentation of its JWT builder",
    ),
    Area::JwtExchange.matched(
        "exchange-exp-in-milliseconds",
        "`exp` may lie any time ahead, and may be in milliseconds. The setting `assertions_within_a_day` refuses an assertion that lives for more than 24 hours with 400 `invalid_token`.",
        "the Java sample of Adobe's AEM documentation, ACS AEM Commons and the PDF Services SDK send milliseconds; Adobe documented the limit until June 2019 (AdobeDocs/adobeio-auth#38)",
    ),
    Area::JwtExchange.observed(
        "exchange-no-audience",
        "An assertion without `aud`, or with several, gets 400 `invalid_client`, `The JWT token must contain a valid claims for audience`.",
        "adobe/ims-go#5 (2020), for a similar case",
    ),
    Area::JwtExchange.documented(
        "exchange-audience-other-environment",
        "`aud` of another environment of IMS gets 400 `invalid_client`.",
        "adobe-apiplatform/umapi-documentation (2017)",
    ),
    Area::JwtExchange.documented(
        "exchange-audience-other-client",
        "`aud` of another client than `client_id` gets 400 `invalid_client`.",
        source::CONSOLE_JWT,
    ),
    Area::JwtExchange.documented(
        "exchange-malformed-identity",
        "A malformed `iss` or `sub` gets 400 `bad_request`.",
        source::CONSOLE_JWT,
    ),
    Area::JwtExchange.observed(
        "exchange-signature-not-bound",
        "A signature that no certificate of the account verifies gets 400 `invalid_token`, `Could not match JWT signature to any of the bindings`. The setting `signature_error` chooses the newer text without `JWT`, or `invalid_signature`, which Adobe documents. `iss` or `sub` of another account gets the same, which is inferred.",
        "AdobeDocs/adobeio-auth#67 (2020), ServiceNow KB1446558; the newer text is in the PDF Services SDK for Python",
    ),
    Area::JwtExchange.observed(
        "exchange-expired-certificate",
        "An expired certificate verifies nothing.",
        "adobe/pdfservices-python-sdk explains the error so",
    ),
    Area::JwtExchange.documented(
        "exchange-every-certificate",
        "The key of any certificate of the account may sign.",
        source::CONSOLE_JWT,
    ),
    Area::JwtExchange.documented(
        "exchange-jti",
        "Where the account demands it, a missing or used `jti` gets 400 `invalid_jti`.",
        "AdobeDocs/adobeio-auth (2019)",
    ),
    Area::JwtExchange.documented(
        "exchange-no-metascope",
        "An assertion without a metascope gets 400 `invalid_scope`.",
        source::CONSOLE_JWT,
    ),
    Area::JwtExchange.observed(
        "exchange-metascope-not-bound",
        "A metascope that the account does not have gets 400 `invalid_scope`, `The metascopes in the JWT are not a subset of the metascopes in the binding.`",
        "adobe/jwt-auth#6, AdobeDocs/adobe-dev-console#54",
    ),
    Area::JwtExchange.documented(
        "exchange-algorithms",
        "An assertion is signed with RS256, with the setting `rs384_rs512` also with RS384 or RS512. Another `alg`, or a signature that is not one of the `alg`, gets 400 `invalid_signature`. `alg` `none` is a malformed assertion, which is inferred.",
        "Adobe Developer Console documentation, JWT page (until June 2025); pages before 2020 also name RS384 and RS512",
    ),
    Area::JwtExchange.inferred(
        "exchange-check-order",
        "The order is: client, secret, right, format, `exp`, `aud`, `iss` and `sub`, signature, `jti`, metascopes.",
        "it agrees with all reports",
    ),
    Area::JwtExchange.documented(
        "exchange-response",
        "The response has `token_type` (`bearer`), `access_token` and `expires_in`, and nothing else.",
        "README of adobe/aemcs-api-client-lib",
    ),
    Area::JwtExchange.documented(
        "exchange-expires-in-milliseconds",
        "`expires_in` of an exchange is in milliseconds, a few less than the lifetime.",
        "README of adobe/aemcs-api-client-lib shows 86399999; adobe/ims-go and umapi-client.py divide",
    ),
    Area::JwtExchange.matched(
        "exchange-resource",
        "`resource` may be repeated and becomes `aud` of the token.",
        "adobe/ims-go (2026) sends it; the form of the claim is inferred",
    ),
];
