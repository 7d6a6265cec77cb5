//! From a request to its response, without sockets.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, HeaderName};
use http::{HeaderValue, Request, StatusCode};

#[cfg(feature = "forms")]
use crate::aem::forms;
use crate::aem::{listing, problem};
use crate::clock::real_time;
use crate::control::aem_rights::{grant_rights, set_rights};
use crate::control::caller::{check_caller, is_control};
use crate::control::health::health;
use crate::control::overview::{overview, redirect, unknown_path};
use crate::control::registration::{add_client, add_person, add_service_code};
use crate::control::sign_ins::sign_in;
use crate::control::verify::verify;
use crate::control::{aem_files, aem_settings, clock, faults, lifetimes, requests, snapshots};
use crate::faults::effect::{Delivery, Reply, carry_out};
use crate::faults::store::{ActingStep, RequestFacts};
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
use crate::journal::exchange::{Outcome, RequestSummary, Times};
use crate::server::endpoints::Endpoint;
use crate::state::State;

const X_DEBUG_ID: HeaderName = HeaderName::from_static("x-debug-id");

/// Returns the response to a request, without delays. A fault that sends no response gives a 502.
pub(crate) fn respond(state: &State, http: &Request<Bytes>) -> Response {
    match reply(state, http).delivery {
        Delivery::Response { response, .. } => response,
        Delivery::Bare {
            response,
            body_length,
            ..
        } => response.map(|body| body.slice(..body_length)),
        Delivery::Reset | Delivery::Silence => {
            let description = "A fault sends no response to this request.";
            let error = ErrorResponse::new(StatusCode::BAD_GATEWAY, "no_response", description);
            add_common_headers(state, error.into_response())
        }
    }
}

/// Decides what happens to a request: it gets its response, or a fault acts on it. Requests to the
/// remote control get no fault.
pub(crate) fn reply(state: &State, http: &Request<Bytes>) -> Reply {
    let usual = || route(state, http).unwrap_or_else(ErrorResponse::into_response);
    let complete = |response| add_common_headers(state, response);
    if is_control(http.uri().path()) {
        return Reply::usual(complete(usual()));
    }
    let summary = RequestSummary::of(http);
    let facts = RequestFacts {
        path: http.uri().path(),
        method: http.method().as_str(),
        client_id: summary.client_id.as_deref(),
        grant: summary.grant.as_deref(),
    };
    let acting = state.faults().choose(&facts);
    let (fault, reply) = match acting {
        Some(ActingStep { fault, step }) => {
            let changes = !step.is_pass();
            let reply = carry_out(step, usual, complete);
            (changes.then_some(fault), reply)
        }
        None => (None, Reply::usual(complete(usual()))),
    };
    record(state, http, summary, (reply.response(), fault));
    reply
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
    if !is_control(head.uri().path()) {
        record(
            state,
            head,
            RequestSummary::of(head),
            (Some(&response), None),
        );
    }
    add_common_headers(state, response)
}

/// Returns the maximum size of the body of a request to this path.
pub(crate) fn body_limit(state: &State, path: &str) -> usize {
    let documents = state.config.document_limit;
    let endpoint = Endpoint::from_path(path).unwrap_or(Endpoint::Health);
    endpoint.body_limit(documents)
}

/// Writes a request to the emulated services into the journal.
fn record(
    state: &State,
    http: &Request<Bytes>,
    summary: RequestSummary,
    (response, fault): (Option<&Response>, Option<String>),
) {
    let outcome = Outcome {
        response,
        fault,
        times: Times {
            real: real_time(),
            by_clock: state.config.clock.now(),
        },
    };
    let entry = summary.into_entry(http, outcome);
    state.journal().record(&entry);
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
    let endpoint = Endpoint::from_path(path).ok_or_else(|| {
        if is_control(path) {
            unknown_path(path)
        } else {
            ErrorResponse::not_found()
        }
    })?;
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
        Endpoint::Root => Ok(redirect()),
        Endpoint::Overview => Ok(overview(state, http)),
        Endpoint::Health => Ok(health(state)),
        Endpoint::Clock => clock::handle(state, http),
        Endpoint::AdvanceClock => clock::advance(state, http),
        Endpoint::Reset => Ok(snapshots::reset(state)),
        Endpoint::Snapshots => Ok(snapshots::add(state)),
        Endpoint::RestoreSnapshot(id) => snapshots::restore(state, &id),
        Endpoint::Lifetimes => lifetimes::handle(state, http),
        Endpoint::AemRights => grant_rights(state, http),
        Endpoint::AemRightsOf(account) => set_rights(state, http, &account),
        Endpoint::AemFile(path) => aem_files::handle(state, http, &path),
        Endpoint::AemSettings => aem_settings::handle(state, http),
        Endpoint::Faults => faults::handle(state, http),
        Endpoint::Fault(id) => faults::handle_one(state, http, &id),
        Endpoint::Requests => requests::handle(state, http),
        Endpoint::Verify => verify(state, http),
        Endpoint::AddClient => add_client(state, http),
        Endpoint::AddPerson => add_person(state, http),
        Endpoint::AddServiceCode => add_service_code(state, http),
        Endpoint::SignIn => sign_in(state, http),
    }
}
