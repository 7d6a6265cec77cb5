use core::fmt;

use adobe_ims::api_error::Diagnosis;
use adobe_ims::error::ServerText;

/// The answer of an API in place of a document, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorAnswer {
    /// The HTTP status. It may be one of success, if the content is no document.
    pub status: u16,
    /// The code of the body.
    pub code: Option<ServerText>,
    /// The text of the body: `message`, `detail`, or the title of a web page.
    pub message: Option<ServerText>,
    /// The id by which Adobe finds the request.
    pub request_id: Option<ServerText>,
    /// The URL that was asked, without a query.
    pub url: String,
    /// The logs of the answer, such as `jobLog` and `conversionLog`.
    pub logs: Vec<Log>,
    /// The possible causes, most likely first.
    pub diagnosis: Option<Diagnosis>,
}

impl ErrorAnswer {
    /// Creates an answer of which only the status is known.
    pub(crate) fn new(status: u16, url: String) -> Self {
        Self {
            status,
            url,
            code: None,
            message: None,
            request_id: None,
            logs: Vec::new(),
            diagnosis: None,
        }
    }
}

/// A log in an answer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Log {
    /// The name of its part, such as `jobLog`.
    pub name: String,
    /// Its text, without secrets. A long log is cut off.
    pub text: String,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Log({:?}, {} bytes)", self.name, self.text.len())
    }
}
