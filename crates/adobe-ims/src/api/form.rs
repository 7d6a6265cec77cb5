//! The request that all operations have in common: a form, by POST.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request};
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::transport::Body;

const X_IMS_CLIENT_ID: HeaderName = HeaderName::from_static("x-ims-clientid");

/// Names the client in a header as well, if one can carry its id.
pub(super) fn of_client(mut request: Request<Body>, client_id: &str) -> Request<Body> {
    if let Ok(value) = HeaderValue::from_str(client_id) {
        request.headers_mut().insert(X_IMS_CLIENT_ID, value);
    }
    request
}

/// The endpoint with the client id in its query.
pub(super) fn with_client_id(endpoint: &str, client_id: &str) -> String {
    let start = endpoint.len() + 1;
    let mut query = form_urlencoded::Serializer::for_suffix(format!("{endpoint}?"), start);
    query.append_pair("client_id", client_id).finish()
}

/// Posts these fields, in this order.
pub(super) fn post(endpoint: &str, fields: &[(&str, &str)]) -> Result<Request<Body>> {
    // Room for all of it, even if every byte has to be escaped: a buffer that grows leaves copies
    // behind that nobody overwrites.
    let room = fields
        .iter()
        .map(|(name, value)| name.len() + 3 * value.len() + 2)
        .sum();
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(room));
    form.extend_pairs(fields);
    let body = Zeroizing::new(form.finish().into_bytes());
    Request::builder()
        .method(Method::POST)
        .uri(endpoint)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("adobe-ims/", env!("CARGO_PKG_VERSION")))
        .body(Body::from_bytes(Bytes::from_owner(body)))
        .map_err(|error| {
            Error::new(Problem::EndpointInvalid, format!("{endpoint} is no URL")).with_source(error)
        })
}
