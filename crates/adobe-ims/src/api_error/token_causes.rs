//! Causes in the token: what is known about it decides, where something is known.

use http::Uri;

use super::aem_host;
use super::diagnosis::ApiCause;
use super::exchange::Exchange;
use super::place::{self, Area, GatewayApi, Place, Service};
use super::problem::ApiProblem;
use super::token_facts::{CredentialKind, TokenFacts};
use crate::environment::Environment;
use crate::error::Certainty;
use crate::token::inspect::TokenKind;
use crate::token::{corrected_host, target};
use crate::util::time;

/// Returns what speaks against sending the token to this URL: a misspelt host, another AEM environment, another
/// environment of IMS. Nothing is sent.
pub fn check_host(url: &Uri, token: &TokenFacts) -> Vec<ApiCause> {
    let place = Place::of(url);
    let host = place::host(url);
    let mut causes = Vec::new();
    if let Some(corrected) = corrected_host(&host) {
        let step = format!("Use {corrected}.");
        causes.push(ApiCause::likely(ApiProblem::HostMisspelt).step(step));
    }
    if let Some(flaw) = aem_host::flaw(&host) {
        let cause = ApiCause::likely(ApiProblem::HostMalformed).seen(flaw.seen);
        causes.push(match flaw.corrected {
            Some(corrected) => cause.step(format!("Use {corrected}.")),
            None => cause,
        });
    }
    if let (Some((_, of_host)), Some(of_client)) = (place.aem(), token.aem_environment())
        && of_host != of_client
    {
        let seen = format!("the host is of {of_host}, the client id of {of_client}");
        causes.push(ApiCause::likely(ApiProblem::WrongEnvironment).seen(seen));
    }
    causes.extend(other_ims_environment(&place, &host, token));
    causes
}

fn other_ims_environment(place: &Place, host: &str, token: &TokenFacts) -> Option<ApiCause> {
    let environment = token.environment.as_ref()?;
    let is_stage = *environment == Environment::stage();
    let names_stage = target::names_another_stage(host) || host.contains("cmstg");
    let certainty = match place.service {
        Service::Gateway(_) if is_stage && target::is_production_api(host) => Certainty::Certain,
        Service::Gateway(_) if !is_stage && names_stage => Certainty::Likely,
        Service::Aem(Some(_)) if is_stage && !names_stage => Certainty::Likely,
        _ => return None,
    };
    let seen = format!("the token is of {environment}");
    Some(ApiCause::new(ApiProblem::TokenOfOtherEnvironment, certainty).seen(seen))
}

/// Returns the flaws of the token for which an API refuses it.
pub(super) fn known_flaws(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let token = exchange.token();
    let mut causes: Vec<_> = wrong_kind(token).into_iter().collect();
    causes.extend(expired(exchange));
    causes.extend(check_host(exchange.request.url, token));
    causes
}

fn wrong_kind(token: &TokenFacts) -> Option<ApiCause> {
    match &token.token_kind {
        Some(TokenKind::Assertion) => Some(ApiCause::certain(ApiProblem::TokenIsAssertion)),
        Some(TokenKind::Ims(kind)) if kind == "access_token" => None,
        Some(TokenKind::Ims(kind)) => {
            // A type is a claim, which anyone can write.
            let known = [
                "refresh_token",
                "id_token",
                "device_token",
                "authorization_code",
            ];
            let cause = match known.iter().find(|name| *name == kind) {
                Some(name) => {
                    let cause = ApiCause::certain(ApiProblem::TokenWrongType);
                    cause.seen(format!("the type of the token is {name}"))
                }
                None => ApiCause::likely(ApiProblem::TokenWrongType),
            };
            Some(cause)
        }
        Some(TokenKind::Other) => Some(ApiCause::possible(ApiProblem::TokenMalformed)),
        None => not_a_jwt(token),
    }
}

fn not_a_jwt(token: &TokenFacts) -> Option<ApiCause> {
    let text = token.secret.as_ref()?.expose().to_ascii_lowercase();
    let placeholder = ["null", "undefined", "none", "nil", "nan", "[object"];
    let cause = match placeholder.iter().find(|it| text == **it) {
        Some(name) => ApiCause::certain(ApiProblem::TokenMalformed)
            .seen(format!("the token is the word {name}")),
        None => ApiCause::likely(ApiProblem::TokenMalformed).seen("the token is no JWT"),
    };
    Some(cause)
}

/// The server's clock decides. Without it, that of this machine may be wrong.
fn expired(exchange: &Exchange<'_>) -> Option<ApiCause> {
    let end = exchange.token().expires_at?;
    let by_this_machine = exchange.request.now >= end;
    let Some(date) = exchange.date() else {
        let cause = ApiCause::likely(ApiProblem::TokenExpired)
            .seen("it has expired by the clock of this machine; the server did not say its time");
        return by_this_machine.then_some(cause);
    };
    let past = date.duration_since(end).ok()?;
    let cause = ApiCause::certain(ApiProblem::TokenExpired);
    if by_this_machine {
        return Some(cause.seen(format!("it expired {} ago", time::human(past))));
    }
    let seen = "it has expired by the clock of the server, not by the clock of this machine";
    Some(cause.seen(seen).step("Set the clock of this machine."))
}

/// Returns the causes of a token that the API does not accept (401).
pub(super) fn refused(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    if exchange
        .body
        .says_any(&["token is missing", "missing token"])
    {
        return vec![ApiCause::certain(ApiProblem::TokenMissing)];
    }
    let flaws = known_flaws(exchange);
    if flaws
        .iter()
        .any(|cause| cause.certainty() != Certainty::Possible)
    {
        return flaws;
    }
    let mut causes = flaws;
    if exchange.token().expires_at.is_none() {
        causes.push(
            ApiCause::likely(ApiProblem::TokenExpired).seen("the token does not state its expiry"),
        );
    }
    match exchange.place.service {
        Service::Aem(_) => causes.extend(refused_by_aem(exchange)),
        Service::Gateway(api) => causes.extend(refused_by_gateway(exchange, api)),
        Service::Unknown => causes.push(ApiCause::possible(ApiProblem::TokenRevoked)),
    }
    causes
}

fn refused_by_aem(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let revoked = ApiCause::possible(ApiProblem::TokenRevoked);
    let area = exchange.place.area;
    let mut causes = match exchange.token().credential_kind {
        Some(CredentialKind::AemTechnicalAccount) if area.is_oauth_only() => {
            vec![ApiCause::likely(ApiProblem::NeedsOauth)]
        }
        Some(CredentialKind::AemTechnicalAccount) if exchange.place.aem().is_none() => {
            vec![ApiCause::possible(ApiProblem::WrongEnvironment)]
        }
        Some(CredentialKind::AemTechnicalAccount) => Vec::new(),
        Some(CredentialKind::OauthServerToServer) => refused_oauth_client(exchange),
        Some(CredentialKind::Person) | None => {
            vec![
                ApiCause::possible(ApiProblem::WrongEnvironment)
                    .step("Compare the host with the environment whose console issued the token."),
            ]
        }
    };
    causes.push(revoked);
    causes
}

fn refused_oauth_client(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let token = exchange.token();
    let step = super::allowed_clients::step(token.shown_client_id(), exchange.place.tier());
    let mut causes = vec![ApiCause::possible(ApiProblem::ClientNotAllowed).step(step)];
    if !exchange.place.area.is_oauth_only() && exchange.place.area != Area::Unknown {
        causes.push(ApiCause::possible(ApiProblem::NeedsTechnicalAccount));
    }
    causes
}

fn refused_by_gateway(exchange: &Exchange<'_>, api: GatewayApi) -> Vec<ApiCause> {
    let mut causes = Vec::new();
    if exchange.token().expires_at.is_some() {
        causes.push(ApiCause::likely(ApiProblem::TokenRevoked));
    } else {
        causes.push(ApiCause::possible(ApiProblem::TokenRevoked));
    }
    if exchange.token().environment.is_none() {
        causes.push(ApiCause::possible(ApiProblem::TokenOfOtherEnvironment));
    }
    if api == GatewayApi::UserManagement {
        causes.push(ApiCause::possible(ApiProblem::UmapiIntegrationOld));
    }
    causes.push(ApiCause::possible(ApiProblem::ValidatorFault));
    causes
}
