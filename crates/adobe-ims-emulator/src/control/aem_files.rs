//! `/_emu/aem/dam/PATH`: the files of AEM's repository. The body is the file.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};

use crate::aem_data::node::StoredFile;
use crate::aem_data::node_path::ROOT;
use crate::http::error_response::ErrorResponse;
use crate::http::parameters::content_type;
use crate::http::response::{Response, no_content, with_content_type};
use crate::state::State;

/// Handles `PUT`, `GET` and `DELETE /_emu/aem/dam/PATH`.
pub(crate) fn handle(
    state: &State,
    http: &Request<Bytes>,
    path: &str,
) -> Result<Response, ErrorResponse> {
    match *http.method() {
        Method::PUT => put(state, http, path),
        Method::DELETE if state.repository().delete(path) => Ok(no_content()),
        Method::DELETE => Err(not_found(path)),
        _ => get(state, path),
    }
}

fn put(state: &State, http: &Request<Bytes>, path: &str) -> Result<Response, ErrorResponse> {
    let file = StoredFile::new(content_type(http.headers()), http.body().clone());
    let is_new = state.repository().put(path, file).map_err(|error| {
        ErrorResponse::invalid_request(format!("The file {ROOT}{path} is not written: {error}."))
    })?;
    let mut response = no_content();
    if is_new {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
}

fn get(state: &State, path: &str) -> Result<Response, ErrorResponse> {
    let repository = state.repository();
    let file = repository.get(path).ok_or_else(|| not_found(path))?;
    let content_type = file.content_type.as_deref();
    let content_type = content_type.and_then(|value| HeaderValue::from_str(value).ok());
    let content_type = content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    Ok(with_content_type(
        StatusCode::OK,
        content_type,
        file.content.clone(),
    ))
}

fn not_found(path: &str) -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        "not_found",
        format!("The repository has no file {ROOT}{path}."),
    )
}
