//! Answers that are JSON.

use adobe_ims::internal;
use serde_json::{Map, Value};

use super::content::is_web_page;
use super::reader::AnswerReader;
use crate::error::{Error, FormsProblem, Result};

/// In bytes. A list of a thousand configurations is smaller.
pub(crate) const MAX_JSON: usize = 4 * 1024 * 1024;

/// Reads the current part as a JSON object, without secrets.
pub(crate) async fn read_object(reader: &mut AnswerReader) -> Result<Map<String, Value>> {
    let text = reader.whole_text(MAX_JSON).await?;
    object(reader, &text)
}

/// Reads a text as a JSON object, without secrets.
pub(crate) fn object(reader: &AnswerReader, text: &str) -> Result<Map<String, Value>> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(reader.error(FormsProblem::AnswerEmpty, "the content is empty"));
    }
    if is_web_page(text.as_bytes()) {
        let message = "the content is a web page";
        return Err(reader.error(FormsProblem::AnswerNotDocument, message));
    }
    let redacted = internal::redact(text, &reader.exchange.secrets());
    serde_json::from_str(&redacted).map_err(|_| not_json(reader))
}

fn not_json(reader: &AnswerReader) -> Error {
    reader.error(
        FormsProblem::AnswerMalformed,
        "the content is no JSON object",
    )
}
