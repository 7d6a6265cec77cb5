//! Who issues id tokens: the base URL that the client was given.

use http::Request;
use http::header::HOST;
use http::uri::Authority;

use crate::state::State;

/// The issuer for who sent this request. Strict clients of OpenID Connect compare it with the URL
/// that they were given, so it follows the `Host` header unless it is pinned.
pub(crate) fn of<B>(state: &State, request: &Request<B>) -> String {
    let pinned = state.issuer.clone();
    pinned.unwrap_or_else(|| base_url(state, request))
}

/// The base URL that the client used, by the `Host` header.
pub(crate) fn base_url<B>(state: &State, request: &Request<B>) -> String {
    let header = || request.headers().get(HOST)?.to_str().ok();
    let authority = request
        .uri()
        .authority()
        .map(Authority::as_str)
        .or_else(header)
        .filter(|text| is_authority(text));
    let Some(authority) = authority else {
        return state.url.clone();
    };
    let scheme = state.url.split(':').next().unwrap_or("https");
    // A published client names the default port, which stands in no URL.
    let default_port = if scheme == "http" { ":80" } else { ":443" };
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    format!("{scheme}://{authority}")
}

fn is_authority(text: &str) -> bool {
    let parsed = text.parse::<Authority>();
    parsed.is_ok_and(|authority| !authority.host().is_empty() && !text.contains('@'))
}
