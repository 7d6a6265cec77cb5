//! The decision: from a request and its response to the causes.

use super::aem_path;
use super::aem_rights;
use super::diagnosis::{ApiAnswer, ApiCause, Diagnosis};
use super::error_body::Form;
use super::exchange::{ApiRequest, ApiResponse, Exchange};
use super::forms_causes;
use super::gateway_causes;
use super::page::PageKind;
use super::place::Area;
use super::problem::ApiProblem;
use super::token_causes;
use crate::error::Certainty;

/// Returns the possible causes of an error that an API answered with, most likely first. `None` if the answer is no
/// error, or one whose cause is not known.
///
/// A web page with a status of success counts as an error where an API was asked for data.
pub fn diagnose(request: &ApiRequest<'_>, response: &ApiResponse<'_>) -> Option<Diagnosis> {
    let exchange = Exchange::new(request, response);
    Diagnosis::from_causes(exchange.answer(), causes(&exchange))
}

/// Returns what an API answered, without secrets.
pub(crate) fn answer(request: &ApiRequest<'_>, response: &ApiResponse<'_>) -> ApiAnswer {
    Exchange::new(request, response).answer()
}

fn causes(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    // An AEM may have a host and a path that do not tell so.
    let may_be_aem = !exchange.place.is_gateway();
    if may_be_aem && exchange.body.page().is_some() && exchange.body.says("hibernat") {
        return vec![ApiCause::likely(ApiProblem::Hibernated)];
    }
    match exchange.status() {
        200..=299 => return aem_path::page_with_success(exchange),
        300..=399 => return aem_path::redirected(exchange),
        407 => return vec![ApiCause::certain(ApiProblem::ProxyLogin)],
        0..=199 => return Vec::new(),
        _ => {}
    }
    let by_gateway = gateway_causes::causes(exchange);
    if !by_gateway.is_empty() {
        return by_gateway;
    }
    let named = aem_rights::named(exchange)
        .filter(|cause| exchange.place.is_aem() || may_be_aem && aem_rights::is_of_aem_only(cause));
    match exchange.status() {
        400 if exchange.place.area.is_forms() => forms_causes::invalid(exchange),
        // Adobe's pages do not agree on the status of these.
        401 | 403 | 404 if named.is_some() => named.into_iter().collect(),
        401 => unauthorized(exchange),
        403 if exchange.place.is_aem() => aem_rights::forbidden(exchange),
        403 => forbidden(exchange),
        404 if exchange.place.is_aem() => aem_path::not_found(exchange),
        408 if exchange.place.area.is_forms() => forms_causes::timed_out(exchange),
        415 => vec![ApiCause::certain(ApiProblem::ContentTypeMissing)],
        429 => vec![ApiCause::certain(ApiProblem::RateLimited)],
        500.. => failed(exchange),
        _ => from_elsewhere(exchange).into_iter().collect(),
    }
}

fn unauthorized(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let mut causes = match exchange.body.page() {
        Some(PageKind::AdobeLogin) => vec![aem_path::login_page(exchange, Certainty::Likely)],
        Some(PageKind::Intermediary) => vec![ApiCause::likely(ApiProblem::PageFromElsewhere)],
        _ => Vec::new(),
    };
    causes.extend(token_causes::refused(exchange));
    causes
}

/// Returns the causes of a 403 of an API other than AEM, whose body names none.
fn forbidden(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let mut causes: Vec<_> = from_elsewhere(exchange).into_iter().collect();
    let flaws = token_causes::known_flaws(exchange).into_iter();
    causes.extend(flaws.map(ApiCause::doubted));
    if exchange.body.page() == Some(PageKind::Edge) && !exchange.place.is_gateway() {
        let seen = "the page is like those of the network in front of AEM";
        causes.push(ApiCause::possible(ApiProblem::IpNotAllowed).seen(seen));
    }
    if exchange.place.is_gateway() {
        causes.push(ApiCause::possible(ApiProblem::ProfileMissing));
        causes.push(ApiCause::possible(ApiProblem::ApiNotInProject));
    }
    causes
}

/// Returns the causes of a server error.
fn failed(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    if let Some(cause) = from_elsewhere(exchange) {
        return vec![cause];
    }
    let body = &exchange.body;
    let is_data = matches!(body.form, Form::Json | Form::Multipart);
    match exchange.status() {
        _ if body.says_any(&[
            "first byte timeout",
            "first_byte_timeout",
            "first-byte timeout",
        ]) =>
        {
            vec![ApiCause::certain(ApiProblem::EdgeTimeout)]
        }
        500 if exchange.place.area.is_forms() || exchange.place.area == Area::DocumentServices => {
            forms_causes::failed(exchange)
        }
        502..=504 if exchange.place.is_aem() && !is_data => {
            let (timeout, unavailable) = if exchange.request.changes_something() {
                (Certainty::Likely, Certainty::Possible)
            } else {
                (Certainty::Possible, Certainty::Likely)
            };
            vec![
                ApiCause::new(ApiProblem::EdgeTimeout, timeout),
                ApiCause::new(ApiProblem::Unavailable, unavailable),
            ]
        }
        502..=504 => vec![ApiCause::certain(ApiProblem::Unavailable)],
        _ => vec![ApiCause::certain(ApiProblem::ServerError)],
    }
}

/// Returns the cause of a page of something between this machine and the API.
fn from_elsewhere(exchange: &Exchange<'_>) -> Option<ApiCause> {
    match exchange.body.page()? {
        PageKind::Intermediary => Some(ApiCause::likely(ApiProblem::PageFromElsewhere)),
        PageKind::Other | PageKind::SomeLogin if exchange.place.is_gateway() => {
            Some(ApiCause::possible(ApiProblem::PageFromElsewhere))
        }
        _ => None,
    }
}
