//! From a request to its response, without sockets.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, HeaderName};
use http::{HeaderValue, Request};

#[cfg(feature = "forms")]
use crate::aem::forms;
use crate::aem::{listing, problem};
use crate::clock::real_time;
use crate::control::aem_rights::{grant_rights, set_rights};
use crate::control::caller::{check_caller, is_control};
use crate::control::health::health;
use crate::control::registration::{add_client, add_person, add_service_code};
use crate::control::sign_ins::sign_in;
use crate::control::{aem_files, aem_settings, clock, lifetimes, requests};
use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::Response;
use crate::ims::authorize::endpoint::authorize;
use crate::ims::authorize::logout::logout;
use crate::ims::authorize::sign_in_form;
use crate::ims::client_registration::register;
use crate::ims::discovery::discovery;
use crate::ims::jwt_exchange::endpoint::exchange;
use crate::ims::key_set::{key_certificate, key_set};
use crate::ims::profile::admin::{admin_organizations, admin_profile};
use crate::ims::profile::organizations::organizations;
use crate::ims::profile::user_profile::profile;
use crate::ims::profile::userinfo::userinfo;
use crate::ims::token_endpoint::endpoint::token;
use crate::ims::token_status::invalidate_token::invalidate_token;
use crate::ims::token_status::revoke::revoke;
use crate::ims::token_status::validate_token::validate_token;
use crate::journal::exchange::{Times, describe};
use crate::server::endpoints::Endpoint;
use crate::state::State;

const X_DEBUG_ID: HeaderName = HeaderName::from_static("x-debug-id");

/// Returns the response to a request.
pub(crate) fn respond(state: &State, http: &Request<Bytes>) -> Response {
    let response = route(state, http).unwrap_or_else(ErrorResponse::into_response);
    record(state, http, &response);
    add_common_headers(state, response)
}

/// Returns the response to a request whose body is too large.
pub(crate) fn refuse_size(state: &State, head: &Request<Bytes>) -> Response {
    let endpoint = Endpoint::from_path(head.uri().path()).unwrap_or(Endpoint::Health);
    let limit = endpoint.body_limit(state.config.document_limit);
    refuse(state, head, too_large(&endpoint, limit))
}

/// Returns the 413 in the form of the endpoint.
fn too_large(endpoint: &Endpoint<'_>, limit: usize) -> Response {
    match endpoint {
        #[cfg(feature = "forms")]
        Endpoint::Forms(endpoint) => forms::endpoint::refuse_size(*endpoint, limit),
        _ => ErrorResponse::payload_too_large(limit).into_response(),
    }
}

/// Completes the response to a request whose body could not be read.
pub(crate) fn refuse(state: &State, head: &Request<Bytes>, response: Response) -> Response {
    record(state, head, &response);
    add_common_headers(state, response)
}

/// Returns the maximum size of the body of a request to this path.
pub(crate) fn body_limit(state: &State, path: &str) -> usize {
    let documents = state.config.document_limit;
    let endpoint = Endpoint::from_path(path).unwrap_or(Endpoint::Health);
    endpoint.body_limit(documents)
}

/// Writes a request to the emulated services into the journal.
fn record(state: &State, http: &Request<Bytes>, response: &Response) {
    if is_control(http.uri().path()) {
        return;
    }
    let times = Times {
        real: real_time(),
        by_clock: state.config.clock.now(),
    };
    let request = describe(http, response, &times);
    state.journal().record(&request);
}

/// Adds the headers that every response has.
pub(crate) fn add_common_headers(state: &State, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let debug_id = HeaderValue::try_from(format!("emulator-{}", state.debug_id_random.uuid()));
    headers.insert(X_DEBUG_ID, debug_id.expect("a UUID is ASCII"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let date = httpdate::HttpDate::from(state.config.clock.http_date());
    let date = HeaderValue::try_from(date.to_string());
    headers.insert(DATE, date.expect("a date is ASCII"));
    response
}

fn route(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let path = http.uri().path();
    if is_control(path) {
        check_caller(state, http)?;
    }
    let endpoint = Endpoint::from_path(path).ok_or_else(ErrorResponse::not_found)?;
    endpoint.check_method(http.method())?;
    let limit = endpoint.body_limit(state.config.document_limit);
    if http.body().len() > limit {
        return Ok(too_large(&endpoint, limit));
    }
    let headers = http.headers();
    let parameters = || Parameters::from_request(http);
    match endpoint {
        Endpoint::Exchange => exchange(state, headers, &parameters()?),
        Endpoint::Token(version) => token(state, http, version),
        Endpoint::Authorize => Ok(authorize(state, http)),
        Endpoint::SignInForm => Ok(sign_in_form::submit(state, http)),
        Endpoint::Logout => logout(state, http),
        Endpoint::Register => register(state, http),
        Endpoint::Revoke => revoke(state, headers, &parameters()?),
        Endpoint::Discovery => Ok(discovery(state, http)),
        Endpoint::ValidateToken => validate_token(state, headers, &parameters()?),
        Endpoint::InvalidateToken => invalidate_token(state, headers, &parameters()?),
        Endpoint::Profile => profile(state, headers),
        Endpoint::Userinfo => userinfo(state, headers),
        Endpoint::Organizations => organizations(state, headers),
        Endpoint::AdminProfile => admin_profile(state, headers, &parameters()?),
        Endpoint::AdminOrganizations => admin_organizations(state, headers, &parameters()?),
        Endpoint::KeySet => Ok(key_set(state)),
        Endpoint::KeyCertificate(file) => key_certificate(state, file),
        Endpoint::Dam => Ok(listing::dam(state, http)),
        Endpoint::Assets => Ok(listing::assets(state, http)),
        #[cfg(feature = "forms")]
        Endpoint::Forms(endpoint) => Ok(forms::endpoint::respond(state, http, endpoint)),
        Endpoint::UnknownApi => Ok(problem::unknown_api(state)),
        Endpoint::Health => Ok(health(state)),
        Endpoint::Clock => clock::handle(state, http),
        Endpoint::AdvanceClock => clock::advance(state, http),
        Endpoint::Lifetimes => lifetimes::handle(state, http),
        Endpoint::AemRights => grant_rights(state, http),
        Endpoint::AemRightsOf(account) => set_rights(state, http, &account),
        Endpoint::AemFile(path) => aem_files::handle(state, http, &path),
        Endpoint::AemSettings => aem_settings::handle(state, http),
        Endpoint::Requests => requests::handle(state, http),
        Endpoint::AddClient => add_client(state, http),
        Endpoint::AddPerson => add_person(state, http),
        Endpoint::AddServiceCode => add_service_code(state, http),
        Endpoint::SignIn => sign_in(state, http),
    }
}
