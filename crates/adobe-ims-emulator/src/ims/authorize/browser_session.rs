//! The session of a browser, kept in a cookie.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::identities::person::RegisteredPerson;
use crate::state::State;

/// Returns the person who is signed in with the browser.
pub(crate) fn signed_in_person(state: &State, headers: &HeaderMap) -> Option<RegisteredPerson> {
    let cookie = cookie(state, headers)?;
    let user_id = state.sessions().browser_user(cookie)?.to_owned();
    state.directory().people.by_user_id(&user_id).cloned()
}

/// Signs a person in, and returns the header `Set-Cookie` for the browser.
pub(crate) fn sign_in(state: &State, cookie: String, person: &RegisteredPerson) -> HeaderValue {
    let secure = if state.config.url.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let name = cookie_name(state);
    let header = format!("{name}={cookie}; Path=/ims; HttpOnly; SameSite=Lax{secure}");
    state.sessions().add_browser(cookie, person.user_id());
    HeaderValue::try_from(header).expect("name and value are ASCII")
}

/// Signs out the person who is signed in with the browser.
pub(crate) fn sign_out(state: &State, headers: &HeaderMap) {
    if let Some(cookie) = cookie(state, headers) {
        state.sessions().remove_browser(cookie);
    }
}

/// Returns the name of the cookie. Browsers share cookies between all ports of a host, so the name
/// holds the port.
fn cookie_name(state: &State) -> String {
    let port = state.config.url.rsplit(':').next().unwrap_or_default();
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
