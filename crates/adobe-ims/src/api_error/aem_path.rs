//! Causes of a 404 of AEM, and pages where an API was asked.

use http::Uri;

use super::aem_id::Tier;
use super::allowed_clients;
use super::diagnosis::ApiCause;
use super::error_body::Form;
use super::exchange::Exchange;
use super::page::PageKind;
use super::place::{Area, Place};
use super::problem::ApiProblem;
use super::token_causes;
use super::token_facts::CredentialKind;
use crate::error::Certainty;

/// The paths of the Communications APIs that Adobe documents. They are missing only where the service is.
const FORMS_PATHS: [&str; 6] = [
    "/adobe/forms/doc/v1/generatePDFOutput",
    "/adobe/forms/doc/v1/generatePrintedOutput",
    "/adobe/forms/doc/v1/generate/afp",
    "/adobe/forms/assembler/ddx/invoke",
    "/adobe/forms/assembler/pdfa/convert",
    "/adobe/forms/assembler/pdfa/validate",
];

/// The words of AEM for a path without any API.
const NO_API: [&str; 2] = ["no requestprocessor can handle", "meta/errors/not_found"];

/// The hosts of Adobe's sign-in (relied upon by clients of Adobe's).
const SIGN_IN_HOSTS: [&str; 3] = [
    "auth.services.adobe.com",
    "adobeid-na1.services.adobe.com",
    "id.adobe.com",
];

/// Returns true for the batch API on another tier than author, where alone it exists (documented).
pub(crate) fn is_on_wrong_tier(url: &Uri) -> bool {
    let place = Place::of(url);
    place.area == Area::FormsBatch && is_published(&place)
}

/// Returns true for the tiers of visitors.
fn is_published(place: &Place) -> bool {
    matches!(place.tier(), Some(Tier::Publish | Tier::Preview))
}

/// Returns true if the path of an API stands in a path twice.
pub(crate) fn is_doubled(path: &str) -> bool {
    let rest = path.get(1..).unwrap_or_default();
    let is_twice = rest.contains("/adobe/forms/") || rest.contains("/adobe/document/");
    path.starts_with("/adobe/") && is_twice
}

/// Returns the causes of a 404 of AEM.
pub(super) fn not_found(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    if is_doubled(exchange.request.url.path()) {
        return vec![ApiCause::certain(ApiProblem::PathDoubled)];
    }
    let on_publish = is_published(&exchange.place);
    let mut causes = token_causes::check_host(exchange.request.url, exchange.token());
    match exchange.place.area {
        Area::FormsBatch if on_publish => {
            let cause = ApiCause::certain(ApiProblem::WrongTier);
            return vec![cause.seen("the batch API exists on author only")];
        }
        Area::FormsAssembler if on_publish => {
            causes.push(ApiCause::likely(ApiProblem::DispatcherBlocks));
            causes.push(ApiCause::possible(ApiProblem::ServiceNotEnabled));
        }
        // The service answers itself: it does not know the name in the path.
        Area::FormsBatch if is_of_service(exchange) => {}
        Area::FormsDocuments | Area::FormsAssembler | Area::FormsBatch | Area::DocumentServices => {
            causes.extend(service_or_path(exchange));
        }
        Area::OpenApi => causes.extend(open_api(exchange)),
        Area::Assets if on_publish => {
            let cause = ApiCause::likely(ApiProblem::WrongTier);
            causes.push(cause.seen("the path is one of author"));
            causes.push(ApiCause::possible(ApiProblem::NotFoundOrUnreadable));
        }
        Area::Assets | Area::Classic | Area::Unknown => {
            causes.push(ApiCause::likely(ApiProblem::NotFoundOrUnreadable));
            if on_publish {
                let cause = ApiCause::possible(ApiProblem::WrongTier);
                causes.push(
                    cause.step("Content is on publish only after somebody has published it."),
                );
            }
        }
    }
    causes
}

/// Returns true for an answer in JSON that is not the one of AEM for a path without any API.
fn is_of_service(exchange: &Exchange<'_>) -> bool {
    exchange.body.form == Form::Json
        && exchange.body.message.is_some()
        && !exchange.body.says_any(&NO_API)
}

fn service_or_path(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let path = exchange.request.url.path();
    let is_documented =
        FORMS_PATHS.contains(&path) || path.starts_with("/adobe/forms/batch/output/");
    let (service, unknown) = if is_documented {
        (Certainty::Likely, Certainty::Possible)
    } else {
        (Certainty::Possible, Certainty::Likely)
    };
    vec![
        ApiCause::new(ApiProblem::ServiceNotEnabled, service),
        ApiCause::new(ApiProblem::PathUnknown, unknown),
    ]
}

fn open_api(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    if exchange.body.says_any(&NO_API) {
        return vec![
            ApiCause::likely(ApiProblem::PathUnknown),
            ApiCause::possible(ApiProblem::ServiceNotEnabled),
        ];
    }
    let mut causes = vec![
        ApiCause::likely(ApiProblem::NotFoundOrUnreadable),
        ApiCause::possible(ApiProblem::PathUnknown),
    ];
    if exchange.token().is_of(CredentialKind::OauthServerToServer) {
        // An older page of Adobe's lists this under 404.
        let step = allowed_clients::step(exchange.token().shown_client_id(), exchange.place.tier());
        causes.push(ApiCause::possible(ApiProblem::ClientNotAllowed).step(step));
    }
    causes
}

/// Returns the cause of a redirect to a login page; other redirects are no errors.
pub(super) fn redirected(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let Some(location) = exchange.response.location() else {
        return Vec::new();
    };
    let host = location.host().unwrap_or_default().to_ascii_lowercase();
    let path = location.path().to_ascii_lowercase();
    let is_within = |domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|it| it.ends_with('.'))
    };
    let certainty = if is_within("adobelogin.com")
        || SIGN_IN_HOSTS.contains(&host.as_str())
        || path.contains("/granite/core/content/login")
    {
        Certainty::Certain
    } else if is_within("services.adobe.com") || path.contains("/login") {
        Certainty::Likely
    } else {
        return Vec::new();
    };
    vec![login_page(exchange, certainty)]
}

/// Returns the causes of a web page with a status of success, where an API was asked.
pub(super) fn page_with_success(exchange: &Exchange<'_>) -> Vec<ApiCause> {
    let asks_an_api = exchange.request.wants_json() || exchange.request.changes_something();
    match exchange.body.form {
        Form::Page(PageKind::SlingStored) if exchange.request.url.path().starts_with("/adobe/") => {
            vec![ApiCause::certain(ApiProblem::PostStoredBySling)]
        }
        Form::Page(PageKind::AdobeLogin) if asks_an_api => {
            vec![login_page(exchange, Certainty::Certain)]
        }
        Form::Page(PageKind::AdobeLogin) => vec![login_page(exchange, Certainty::Likely)],
        Form::Page(PageKind::SomeLogin) if asks_an_api => {
            vec![
                login_page(exchange, Certainty::Likely),
                ApiCause::possible(ApiProblem::PageFromElsewhere),
            ]
        }
        Form::Page(PageKind::Intermediary) => vec![ApiCause::likely(ApiProblem::PageFromElsewhere)],
        Form::Page(PageKind::Other | PageKind::Edge) if exchange.place.is_gateway() => {
            vec![ApiCause::likely(ApiProblem::PageFromElsewhere)]
        }
        Form::Page(PageKind::Other | PageKind::Edge) if exchange.request.wants_json() => {
            vec![
                ApiCause::possible(ApiProblem::LoginPage),
                ApiCause::possible(ApiProblem::PageFromElsewhere),
            ]
        }
        _ => Vec::new(),
    }
}

/// Returns the cause, with the flaws of the token that lead to a login page.
pub(super) fn login_page(exchange: &Exchange<'_>, certainty: Certainty) -> ApiCause {
    let page = ApiCause::new(ApiProblem::LoginPage, certainty);
    let flaws = token_causes::known_flaws(exchange);
    let evidence = flaws.iter().flat_map(|flaw| {
        let meaning = [flaw.problem().meaning().trim_end_matches('.').to_owned()];
        meaning.into_iter().chain(flaw.evidence().iter().cloned())
    });
    evidence.fold(page, ApiCause::seen)
}
