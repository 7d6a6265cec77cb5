//! From a request to its response, without sockets.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, HeaderName};
use http::{HeaderValue, Request, StatusCode};

use crate::clock::real_time;
use crate::control::caller::{check_caller, is_control};
use crate::faults::effect::{Delivery, Reply, carry_out};
use crate::faults::store::{ActingStep, RequestFacts};
use crate::http::cors;
use crate::http::error_response::ErrorResponse;
use crate::http::response::Response;
use crate::journal::exchange::{Outcome, RequestSummary, Times};
use crate::server::endpoint::Endpoint;
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
    if is_control(http.uri().path()) {
        return Reply::usual(add_common_headers(state, usual()));
    }
    let pages = Endpoint::from_path(http.uri().path()).methods_for_pages();
    let complete = |response| {
        let mut response = add_common_headers(state, response);
        if pages.is_some() {
            cors::allow_page(http, &mut response);
        }
        response
    };
    // A browser sends a preflight by itself. It is no call of the client, so it spends no fault, and
    // the journal does not count it.
    if let Some(response) = pages.and_then(|methods| cors::preflight(http, methods)) {
        return Reply::usual(complete(response));
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
    let endpoint = Endpoint::from_path(head.uri().path());
    let limit = endpoint.body_limit(state.config.document_limit);
    refuse(state, head, endpoint.refuse_size(limit))
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
    Endpoint::from_path(path).body_limit(state.config.document_limit)
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
    let endpoint = Endpoint::from_path(path);
    endpoint.check_method(http.method())?;
    let limit = endpoint.body_limit(state.config.document_limit);
    if http.body().len() > limit {
        return Ok(endpoint.refuse_size(limit));
    }
    endpoint.respond(state, http)
}
