//! The pages of AEM: errors of Sling, and the login page.
//!
//! Their texts are inferred from published versions of Sling. The live service was not asked.

use http::header::ALLOW;
use http::{HeaderValue, StatusCode};

use crate::behaviour::{Area, Behaviour};
use crate::http::html::escape;
use crate::http::response::{Response, empty, with_content_type};

pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=utf-8");

/// Returns an error page.
pub(crate) fn error_page(status: StatusCode, text: &str) -> Response {
    let text = escape(text);
    let code = status.as_u16();
    let html = format!(
        "<!DOCTYPE html>\n<html><head><title>{code} {text}</title></head>\
         <body><h1>{text}</h1><hr><address>adobe-ims-emulator</address></body></html>\n"
    );
    with_content_type(status, HTML, html)
}

/// Returns the 404 of a path that nothing answers.
pub(crate) fn not_found(path: &str) -> Response {
    let text = format!("Resource at '{path}' not found: No resource found");
    error_page(StatusCode::NOT_FOUND, &text)
}

/// Returns the 403 of a user who is not in a group.
pub(crate) fn forbidden(group: &str) -> Response {
    let text = format!("Forbidden: the user is not a member of {group}.");
    error_page(StatusCode::FORBIDDEN, &text)
}

/// Returns the 405 of a path that allows these methods only.
pub(crate) fn method_not_allowed(allow: &'static str) -> Response {
    let text = format!("Method not allowed. This path answers {allow} only.");
    let mut response = error_page(StatusCode::METHOD_NOT_ALLOWED, &text);
    let allow = HeaderValue::from_static(allow);
    response.headers_mut().insert(ALLOW, allow);
    response
}

/// Returns a response without a body.
pub(crate) fn bare(status: StatusCode) -> Response {
    let mut response = empty();
    *response.status_mut() = status;
    response
}

/// Returns the login page of author.
pub(crate) fn login(sign_in_url: &str) -> Response {
    let url = escape(sign_in_url);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>AEM Sign In</title></head><body><h1>Adobe Experience Manager</h1>\
         <p>This is the login page of adobe-ims-emulator.</p>\
         <p><a href=\"{url}\">Sign in with Adobe</a></p></body></html>\n"
    );
    with_content_type(StatusCode::OK, HTML, html)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.inferred(
        "aem-not-found",
        "A path that nothing answers gets 404 with a page, with and without a token.",
        "published versions of Sling send such a page; without a token it tells a program more than a 401",
    ),
];
