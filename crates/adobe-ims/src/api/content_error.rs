//! The error of a response whose content is not the expected JSON.

use http::StatusCode;
use serde_json::error::Category;

use crate::error::Error;
use crate::error::Problem;
use crate::error::redact::Redactor;

const GZIP_MAGIC: [u8; 2] = [0x1F, 0x8B];

/// Describes content that could not be parsed.
pub(super) fn content_error(
    error: &serde_json::Error,
    status: StatusCode,
    content: &[u8],
    redactor: &Redactor,
) -> Error {
    let text = String::from_utf8_lossy(content);
    let text = text.trim();
    if text.is_empty() {
        let message = format!("the answer ({status}) is empty");
        return Error::new(Problem::AnswerEmpty, message);
    }
    if text.starts_with('{') && error.classify() == Category::Eof {
        let message = format!("the answer ({status}) stops in the middle of its JSON");
        return Error::new(Problem::AnswerTruncated, message);
    }
    let kind = if text.starts_with('<') {
        let title = title(text).and_then(|title| redactor.shown(title));
        let title = title.map(|title| format!(" titled {title:?}"));
        format!("a web page{}", title.unwrap_or_default())
    } else if content.starts_with(&GZIP_MAGIC) {
        "compressed, which was not asked for".to_owned()
    } else if error.classify() == Category::Data {
        "JSON, but not an object".to_owned()
    } else {
        "not JSON".to_owned()
    };
    let message = format!("the answer ({status}) is {kind}");
    Error::new(Problem::AnswerNotJson, message)
}

fn title(html: &str) -> Option<&str> {
    // ASCII lower case keeps every byte offset.
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    Some(html[start..end].trim()).filter(|title| !title.is_empty())
}
