//! Paths of requests to the repository, and the changes that requests bring.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::Value;

use crate::aem::page;
use crate::aem_data::node::Properties;
use crate::aem_data::repository::RepositoryError;
use crate::http::content_disposition::percent_decode;
use crate::http::parameters::Parameters;
use crate::http::response::Response;

/// The node below which the metadata of an asset are.
pub(crate) const CONTENT: &str = "jcr:content";

/// Returns the decoded path of a request, or the 400 of one that is no UTF-8.
pub(crate) fn decoded_path<B>(http: &Request<B>) -> Result<String, Response> {
    match percent_decode(http.uri().path()) {
        Cow::Borrowed(_) => Ok(http.uri().path().to_owned()),
        Cow::Owned(bytes) => String::from_utf8(bytes)
            .map_err(|_| bad_request("The path has escapes that are no UTF-8.")),
    }
}

/// Reads a form, or returns its 400 or 415.
pub(crate) fn read_form(http: &Request<Bytes>) -> Result<Parameters, Response> {
    Parameters::from_request(http)
        .map_err(|error| page::error_page(error.status, &error.description))
}

/// Returns a 400.
pub(crate) fn bad_request(text: &str) -> Response {
    page::error_page(StatusCode::BAD_REQUEST, text)
}

/// Checks the values of properties: texts, numbers, booleans and lists of these. Returns the name of
/// the first property with another value.
pub(crate) fn wrong_property(properties: &Properties) -> Option<&str> {
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    let is_right = |value: &Value| match value {
        Value::Array(values) => values.iter().all(is_plain),
        value => is_plain(value),
    };
    let mut wrong = properties.iter().filter(|(_, value)| !is_right(value));
    wrong.next().map(|(name, _)| name.as_str())
}

/// Returns the status of a change that the repository refused.
pub(crate) fn status_of(error: RepositoryError) -> StatusCode {
    match error {
        RepositoryError::NoName => StatusCode::BAD_REQUEST,
        RepositoryError::Missing => StatusCode::NOT_FOUND,
        RepositoryError::NoFolder => StatusCode::PRECONDITION_FAILED,
        RepositoryError::Exists | RepositoryError::IntoItself => StatusCode::CONFLICT,
        RepositoryError::Full => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// Returns the media type of a file by its name.
pub(crate) fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match &*extension.to_ascii_lowercase() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "tif" | "tiff" => "image/tiff",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "pdf" => "application/pdf",
        "json" => "application/json",
        "xml" | "xdp" => "application/xml",
        "zip" => "application/zip",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "html" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        _ => "application/octet-stream",
    }
}
