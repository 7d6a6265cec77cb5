//! The request that all operations have in common: a form, by POST.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use zeroize::Zeroizing;

use crate::transport::Body;
use crate::{Error, Problem, Result};

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
