//! Builds requests to IMS: the part that all operations share.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request};
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::transport::{Body, Repetition};
use crate::value::{self, ValueKind};

const X_IMS_CLIENT_ID: HeaderName = HeaderName::from_static("x-ims-clientid");

/// Creates a GET request, with the client id in the query if there is one.
pub(super) fn get(endpoint: &str, client_id: Option<&str>) -> Result<Request<Body>> {
    let url = match client_id {
        Some(client_id) => with_client_id(endpoint, client_id)?,
        None => endpoint.to_owned(),
    };
    build(Method::GET, &url, None, Bytes::new())
}

/// Refuses a field whose value cannot be right. Each value of a user's that goes into a request passes here.
pub(super) fn check(name: &str, value: &str) -> Result<()> {
    let kind = ValueKind::of_field(name);
    match kind.and_then(|kind| Some((kind, value::impossible(kind, value)?))) {
        Some((kind, content)) => Err(value::refusal(&kind.to_string(), content)),
        None => Ok(()),
    }
}

/// Creates a POST request with these form fields in this order. It may be sent twice.
pub(super) fn post_form(endpoint: &str, fields: &[(&str, &str)]) -> Result<Request<Body>> {
    for (name, value) in fields {
        check(name, value)?;
    }
    // Capacity for every byte escaped: a buffer that grows would leave copies of the secrets behind.
    let capacity = fields
        .iter()
        .map(|(name, value)| name.len() + 3 * value.len() + 2)
        .sum();
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(capacity));
    form.extend_pairs(fields);
    let content = Bytes::from_owner(Zeroizing::new(form.finish().into_bytes()));
    let content_type = "application/x-www-form-urlencoded";
    let mut request = build(Method::POST, endpoint, Some(content_type), content)?;
    request.extensions_mut().insert(Repetition::Harmless);
    Ok(request)
}

/// Lets a request be sent once only, because it spends a credential or creates something.
pub(super) fn sent_once(mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(Repetition::Harmful);
    request
}

/// Creates a POST request with JSON.
pub(super) fn post_json(endpoint: &str, json: Vec<u8>) -> Result<Request<Body>> {
    let content = Bytes::from(json);
    build(Method::POST, endpoint, Some("application/json"), content)
}

/// Returns the endpoint with the client id in its query.
pub(super) fn with_client_id(endpoint: &str, client_id: &str) -> Result<String> {
    check("client_id", client_id)?;
    let start = endpoint.len() + 1;
    let mut query = form_urlencoded::Serializer::for_suffix(format!("{endpoint}?"), start);
    Ok(query.append_pair("client_id", client_id).finish())
}

/// Adds the header `X-IMS-ClientId`, unless the id has characters that a header cannot hold.
pub(super) fn with_client_header(
    mut request: Request<Body>,
    client_id: &str,
) -> Result<Request<Body>> {
    check("client_id", client_id)?;
    if let Ok(value) = HeaderValue::from_str(client_id) {
        request.headers_mut().insert(X_IMS_CLIENT_ID, value);
    }
    Ok(request)
}

fn build(
    method: Method,
    url: &str,
    content_type: Option<&str>,
    content: Bytes,
) -> Result<Request<Body>> {
    let mut request = Request::builder().method(method).uri(url);
    if let Some(content_type) = content_type {
        request = request.header(CONTENT_TYPE, content_type);
    }
    request
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("adobe-ims/", env!("CARGO_PKG_VERSION")))
        .body(Body::from_bytes(content))
        .map_err(|error| {
            let message = format!("{url} is no URL");
            Error::new(Problem::EndpointInvalid, message).with_source(error)
        })
}
