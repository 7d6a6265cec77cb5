//! The storage to which clients send the parts of a direct binary upload.
//!
//! At Adobe it is another service, of a cloud provider. Its addresses are signed, and it refuses a
//! request that also has a header `Authorization` (inferred, by the rules of such services).

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request, StatusCode};

use crate::aem::page::{bare, method_not_allowed};
use crate::aem_data::uploads::{PartError, Upload};
use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::{Response, with_content_type};
use crate::state::State;

const PREFIX: &str = "/aem-upload/";

/// Returns the upload and the part that a path names.
pub(crate) fn part(path: &str) -> Option<(&str, usize)> {
    let (id, number) = path.strip_prefix(PREFIX)?.split_once('/')?;
    Some((id, number.parse().ok()?))
}

/// Returns the address of a part.
pub(crate) fn address(base: &str, upload: &Upload, part: usize) -> String {
    let Upload { id, signature, .. } = upload;
    format!("{base}{PREFIX}{id}/{part}?sig={signature}")
}

/// Handles `PUT`, and `POST`, which older clients send.
pub(crate) fn respond(state: &State, http: &Request<Bytes>, part: (&str, usize)) -> Response {
    if !matches!(*http.method(), Method::PUT | Method::POST) {
        return method_not_allowed("PUT, POST");
    }
    if http.headers().contains_key(AUTHORIZATION) {
        let text = "The address is signed. Send no header Authorization to the storage: the token \
                    of AEM is not for it.";
        return error(StatusCode::BAD_REQUEST, "InvalidAuthenticationInfo", text);
    }
    let query = http.uri().query().unwrap_or_default();
    let mut query = form_urlencoded::parse(query.as_bytes());
    let signature = query.find(|(name, _)| name == "sig");
    let signature = signature.map_or_else(Default::default, |(_, value)| value);
    let (id, number) = part;
    let content = http.body().clone();
    let written = state
        .aem_store()
        .uploads
        .write((id, &signature), number, content);
    match written {
        Ok(()) => bare(StatusCode::CREATED),
        Err(PartError::Unknown) => error(
            StatusCode::FORBIDDEN,
            "AuthenticationFailed",
            "No part of an upload under way has this address and signature.",
        ),
        Err(PartError::TooLarge) => error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestBodyTooLarge",
            "The part is larger than maxPartSize.",
        ),
        Err(PartError::Full) => error(
            StatusCode::INSUFFICIENT_STORAGE,
            "OutOfCapacity",
            "The uploads under way are all that the emulator has room for.",
        ),
    }
}

fn error(status: StatusCode, code: &str, text: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code>\
         <Message>{text}</Message></Error>"
    );
    let xml = HeaderValue::from_static("application/xml");
    with_content_type(status, xml, body)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.matched(
        "aem-upload-storage",
        "The storage takes each part by `PUT` to its signed address, and gets no token of AEM.",
        source::AEM_UPLOAD,
    ),
    Area::Aem.inferred(
        "aem-upload-storage-refuses",
        "With a header `Authorization` it answers 400, with a wrong signature 403, in XML. At Adobe it is another host.",
        "the rules of cloud storages",
    ),
];
