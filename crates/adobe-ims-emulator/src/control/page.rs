//! The page at `/_emu/`, for people.
//!
//! It uses the remote control as every program does, and no resource from elsewhere.

use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};

use crate::http::response::{Response, with_content_type};

const HTML: &str = "text/html;charset=UTF-8";
const CSS: &str = "text/css;charset=UTF-8";
const SCRIPT: &str = "text/javascript;charset=UTF-8";

const INDEX: &str = include_str!("page/index.html");

/// The files of the page below `/_emu/page/`, by their name.
const FILES: [(&str, &str, &str); 8] = [
    ("page.css", CSS, include_str!("page/page.css")),
    ("main.js", SCRIPT, include_str!("page/main.js")),
    ("api.js", SCRIPT, include_str!("page/api.js")),
    ("dom.js", SCRIPT, include_str!("page/dom.js")),
    ("clock.js", SCRIPT, include_str!("page/clock.js")),
    ("faults.js", SCRIPT, include_str!("page/faults.js")),
    ("journal.js", SCRIPT, include_str!("page/journal.js")),
    ("registry.js", SCRIPT, include_str!("page/registry.js")),
];

/// The page may load and call only what the emulator itself serves, and nothing may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page.
#[derive(Clone, Copy)]
pub(crate) struct PageFile {
    content_type: &'static str,
    content: &'static str,
}

impl PageFile {
    /// The page itself.
    pub(crate) const INDEX: Self = Self {
        content_type: HTML,
        content: INDEX,
    };

    /// Returns the file at a path below `/_emu/page/`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let mut files = FILES.into_iter();
        let (_, content_type, content) = files.find(|(own, ..)| *own == name)?;
        Some(Self {
            content_type,
            content,
        })
    }

    pub(crate) fn response(self) -> Response {
        let content = self.content.as_bytes();
        let content_type = HeaderValue::from_static(self.content_type);
        let mut response = with_content_type(StatusCode::OK, content_type, content);
        let headers = response.headers_mut();
        for (name, value) in [
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
