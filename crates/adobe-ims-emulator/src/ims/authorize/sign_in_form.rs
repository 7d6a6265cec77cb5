//! Signing in: the form's way back, and who a browser is signed in as.

use bytes::Bytes;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, StatusCode};

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response};
use crate::identities::person::RegisteredPerson;
use crate::ims::authorize::pages;
use crate::state::State;

/// Answers the form of the sign-in page. Its ticket is good once, for as long as a code.
pub(crate) fn sign_in(state: &State, request: &Request<Bytes>) -> Response {
    let mut answer = answer(state, request).unwrap_or_else(|refusal| pages::refused(&refusal));
    if answer.status() == StatusCode::FOUND {
        // The form is not to be sent on to the client (RFC 9700 §4.12).
        *answer.status_mut() = StatusCode::SEE_OTHER;
    }
    answer
}

fn answer(state: &State, request: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    let parameters = Parameters::from_request(request)?;
    let ticket = parameters.one("ticket")?.unwrap_or_default();
    let now = state.clock.unix_millis();
    let wanted = state.sessions().take_sign_in(ticket, now).ok_or_else(|| {
        ErrorResponse::invalid_request(
            "This form was sent before, or too late. Go back to the application.",
        )
    })?;
    if parameters.one("action")? == Some("cancel") {
        return Ok(wanted.cancelled());
    }
    let email = parameters.one("email")?.unwrap_or_default();
    let person = state.directory().people.by_email(email).cloned();
    let Some(person) = person else {
        return Ok(pages::form(state, wanted, Some(email)));
    };
    let browser = state.session_ids.secret();
    let mut answer = wanted.agreed(state, request, &person);
    let cookie = set_cookie(state, &browser);
    answer.headers_mut().insert(SET_COOKIE, cookie);
    state.sessions().sign_in(browser, person.user_id());
    Ok(answer)
}

/// Who the browser that sent this is signed in as.
pub(crate) fn signed_in<B>(state: &State, request: &Request<B>) -> Option<RegisteredPerson> {
    let browser = cookie(state, request.headers())?;
    let user_id = state.sessions().signed_in(browser)?.to_owned();
    state.directory().people.by_user_id(&user_id).cloned()
}

/// Signs the browser that sent this out.
pub(crate) fn sign_out(state: &State, headers: &HeaderMap) {
    if let Some(browser) = cookie(state, headers) {
        state.sessions().sign_out(browser);
    }
}

/// Cookies are the same for all ports of a host, so the name says which emulator it is.
fn cookie_name(state: &State) -> String {
    let port = state.url.rsplit(':').next().unwrap_or_default();
    format!("emulator-session-{port}")
}

fn cookie<'h>(state: &State, headers: &'h HeaderMap) -> Option<&'h str> {
    let name = cookie_name(state);
    let values = headers.get_all(COOKIE).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

fn set_cookie(state: &State, browser: &str) -> HeaderValue {
    let secure = if state.url.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let name = cookie_name(state);
    let text = format!("{name}={browser}; Path=/ims; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).expect("name and value are ASCII")
}
