//! The parsers of `ims curl`: method, URL and headers. No parser repeats a value: it may be a secret.

use std::path::PathBuf;
use std::str::FromStr;

use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, Method, Uri};

/// The value of `-H`.
#[derive(Clone, Debug)]
pub(crate) enum HeaderArgument {
    Field(HeaderField),
    File(PathBuf),
}

/// A header; without a value, the header of this name is not sent.
#[derive(Clone, Debug)]
pub(crate) struct HeaderField {
    pub(crate) name: HeaderName,
    pub(crate) value: Option<HeaderValue>,
}

/// Parses `-H`.
pub(super) fn header(text: &str) -> Result<HeaderArgument, String> {
    match text.strip_prefix('@') {
        Some(path) => Ok(HeaderArgument::File(path.into())),
        None => header_field(text).map(HeaderArgument::Field),
    }
}

/// Parses `NAME: VALUE`, also for a line of a file of headers. `NAME;` is a header that is sent without a value.
pub(crate) fn header_field(text: &str) -> Result<HeaderField, String> {
    let wrong = || "give NAME: VALUE".to_owned();
    let (name, value, is_empty_sent) = match (text.split_once(':'), text.strip_suffix(';')) {
        (Some((name, value)), _) => (name, value.trim(), false),
        (None, Some(name)) => (name, "", true),
        (None, None) => return Err(wrong()),
    };
    let name = HeaderName::from_str(name).map_err(|_| wrong())?;
    // With another Host, the token would go to another server than the one whose URL was checked.
    if [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING].contains(&name) {
        return Err(format!(
            "{name} follows from the URL, the content and the way it is sent"
        ));
    }
    let value = HeaderValue::from_str(value).map_err(|_| wrong())?;
    let value = (is_empty_sent || !value.is_empty()).then_some(value);
    Ok(HeaderField { name, value })
}

/// Parses the value of a header, for the flags that name one header.
pub(super) fn header_value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text.trim()).map_err(|_| "it cannot be the value of a header".to_owned())
}

/// Parses `-r`, and returns the value of `Range`.
pub(super) fn range(text: &str) -> Result<HeaderValue, String> {
    let is_range = |text: &str| {
        let bytes = text.split_once('-');
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        bytes.is_some_and(|(from, to)| is_number(from) && is_number(to) && text.len() > 1)
    };
    let wrong = || "give FROM-TO, FROM- or -LAST, in bytes".to_owned();
    if !text.split(',').all(is_range) {
        return Err(wrong());
    }
    HeaderValue::from_str(&format!("bytes={text}")).map_err(|_| wrong())
}

/// Parses `-X`.
pub(super) fn method(text: &str) -> Result<Method, String> {
    let method = Method::from_str(text).ok();
    // The answer to TRACE repeats the token; CONNECT asks for a tunnel.
    method
        .filter(|method| ![Method::CONNECT, Method::TRACE].contains(method))
        .ok_or_else(|| "give a method such as GET, POST, PUT or DELETE".to_owned())
}

/// Parses the URL. The list of allowed hosts is checked later.
pub(super) fn uri(text: &str) -> Result<Uri, String> {
    let uri = Uri::from_str(text).ok();
    uri.filter(|uri| uri.scheme().is_some() && uri.authority().is_some())
        .ok_or_else(|| "give https://HOST/PATH; write a space as %20".to_owned())
}
