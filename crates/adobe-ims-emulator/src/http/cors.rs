//! Cross-origin requests of single-page clients (CORS).
//!
//! The responses depend on a token or a code, and never on a cookie, so credentials are not allowed.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderValue, Method, Request};

use crate::behaviour::{Area, Behaviour};
use crate::http::methods::Methods;
use crate::http::response::{Response, no_content};

/// The headers of responses that published clients read.
const EXPOSED: HeaderValue = HeaderValue::from_static("x-debug-id, retry-after");

/// The headers of requests that are allowed if the browser does not name any.
const USUAL_HEADERS: HeaderValue = HeaderValue::from_static("authorization, content-type");

/// Returns the response to a preflight request of a browser, or `None` for every other request.
pub(crate) fn preflight(http: &Request<Bytes>, methods: Methods) -> Option<Response> {
    let headers = http.headers();
    let is_preflight = http.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if !is_preflight {
        return None;
    }
    let mut response = no_content();
    let methods = HeaderValue::try_from(methods.names());
    let requested = headers.get(ACCESS_CONTROL_REQUEST_HEADERS);
    let allowed = response.headers_mut();
    allowed.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        methods.expect("names of methods are ASCII"),
    );
    allowed.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        requested.cloned().unwrap_or(USUAL_HEADERS),
    );
    allowed.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    Some(response)
}

/// Lets the page that sent a request read its response.
pub(crate) fn allow_page(http: &Request<Bytes>, response: &mut Response) {
    let Some(origin) = http.headers().get(ORIGIN) else {
        return;
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.append(VARY, HeaderValue::from_static("Origin"));
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Requests.documented(
        "cross-origin-pages",
        "Pages of single-page clients may read the answers of `/ims/token`, `/ims/revoke`, `/ims/validate_token`, `/ims/invalidate_token`, `/ims/profile`, `/ims/userinfo`, `/ims/organizations`, `/ims/account_cluster`, `/ims/logout/v1/token`, discovery and keys.",
        "Adobe Developer Console documentation, user authentication (2026), has clients in a browser; which paths they call is from published clients",
    ),
    Area::Requests.inferred(
        "cross-origin-headers",
        "A page of any origin may, without cookies. The preflight gets 204 and allows the headers that it asks for; pages see `x-debug-id` and `Retry-After`.",
        "nobody published which origins and headers IMS allows",
    ),
];
