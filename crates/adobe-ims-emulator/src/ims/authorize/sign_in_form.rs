//! The form of the sign-in page.

use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{Request, StatusCode};

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::Response;
use crate::ims::authorize::browser_session;
use crate::ims::authorize::pages;
use crate::ims::authorize::redirect::{authorization_response, error_redirect};
use crate::state::State;

/// Handles the form. Its ticket is valid once, and as long as an authorization code.
pub(crate) fn submit(state: &State, http: &Request<Bytes>) -> Response {
    let mut response = respond(state, http).unwrap_or_else(|error| pages::error_page(&error));
    if response.status() == StatusCode::FOUND {
        // With 302 a browser could send the form to the client (RFC 9700 §4.12).
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
    response
}

fn respond(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let parameters = Parameters::from_request(http)?;
    let ticket = parameters.get("ticket")?.unwrap_or_default();
    let now = state.config.clock.unix_millis();
    let request = state.sessions().take_sign_in(ticket, now);
    let request = request.ok_or_else(|| {
        ErrorResponse::invalid_request(
            "This form was sent before, or too late. Go back to the application.",
        )
    })?;
    if parameters.get("action")? == Some("cancel") {
        let description = "The person has cancelled the sign-in.";
        return Ok(error_redirect(
            &request.redirect,
            "access_denied",
            description,
        ));
    }
    let email = parameters.get("email")?.unwrap_or_default();
    let person = state.directory().people.by_email(email).cloned();
    let Some(person) = person else {
        return Ok(pages::sign_in_page(state, request, Some(email)));
    };
    let cookie = state.session_random.secret();
    let mut response = authorization_response(state, http, request, &person);
    let set_cookie = browser_session::sign_in(state, cookie, &person);
    response.headers_mut().insert(SET_COOKIE, set_cookie);
    Ok(response)
}
