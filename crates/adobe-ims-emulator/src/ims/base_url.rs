//! The base URL of IMS as the client sees it, and the issuer of id tokens.

use http::Request;
use http::header::HOST;
use http::uri::Authority;

use crate::http::through_proxy::ThroughProxy;
use crate::state::State;

/// Returns the issuer of id tokens. Strict OpenID clients compare it with the URL from their
/// configuration, so by default it follows the `Host` of the request.
pub(crate) fn issuer<B>(state: &State, request: &Request<B>) -> String {
    let configured = state.config.issuer.clone();
    configured.unwrap_or_else(|| base_url(state, request))
}

/// Returns the base URL that the client used, by the `Host` of the request.
pub(crate) fn base_url<B>(state: &State, request: &Request<B>) -> String {
    let header = || request.headers().get(HOST)?.to_str().ok();
    let authority = request
        .uri()
        .authority()
        .map(Authority::as_str)
        .or_else(header)
        .filter(|text| is_authority(text));
    let Some(authority) = authority else {
        return state.config.url.clone();
    };
    let scheme = if request.extensions().get::<ThroughProxy>().is_some() {
        "https"
    } else {
        state.config.url.split(':').next().unwrap_or("https")
    };
    // A published client sends the default port in `Host`, but its URL does not have it.
    let default_port = if scheme == "http" { ":80" } else { ":443" };
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    format!("{scheme}://{authority}")
}

fn is_authority(text: &str) -> bool {
    let parsed = text.parse::<Authority>();
    parsed.is_ok_and(|authority| !authority.host().is_empty() && !text.contains('@'))
}
