//! Diagnoses any answer of an API.

#![no_main]

use std::time::SystemTime;

use adobe_ims::Secret;
use adobe_ims::api_error::{ApiRequest, ApiResponse, BodyStart, TokenFacts, check_host, diagnose};
use adobe_ims::http::header::CONTENT_TYPE;
use adobe_ims::http::{HeaderValue, Request, Response, Uri};
use libfuzzer_sys::fuzz_target;

// The status in two bytes, a URL up to a line end, a token up to a line end, the body.
fuzz_target!(|input: &[u8]| {
    let Some((status, rest)) = input.split_at_checked(2) else {
        return;
    };
    let status = 100 + u16::from_le_bytes([status[0], status[1]]) % 500;
    let mut parts = rest.splitn(3, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (Ok(url), token, content) = (Uri::try_from(part()), part(), part()) else {
        return;
    };
    let facts = TokenFacts::of_text(&Secret::new(&*String::from_utf8_lossy(token)));
    let _ = check_host(&url, &facts);
    let mut request = Request::new(());
    *request.uri_mut() = url;
    let mut response = Response::new(());
    *response.status_mut() = status.try_into().expect("100 to 599");
    if content.starts_with(b"--") {
        let kind = HeaderValue::from_static("multipart/mixed");
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    let mut body = BodyStart::default();
    body.push(content);
    let request = ApiRequest::new(&request, &facts, SystemTime::UNIX_EPOCH);
    if let Some(diagnosis) = diagnose(&request, &ApiResponse::new(&response, &body)) {
        assert!(!diagnosis.causes().is_empty());
    }
});
