//! `POST /adobe/forms/assembler/pdfa/convert` and `…/validate`.

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};
use serde_json::json;

use crate::aem::forms::error::FormsError;
use crate::aem::forms::options::PdfaOptions;
use crate::aem::forms::parts::Parts;
use crate::aem::forms::properties::properties;
use crate::aem::forms::reference::{Document, document};
use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::{Response, json, with_content_type};
use crate::pdf::{check_pdfa, mark_pdfa};
use crate::state::State;

/// Handles the request to convert a document.
pub(crate) fn convert(state: &State, http: &Request<Bytes>) -> Result<Response, FormsError> {
    let (document, options) = read(state, http)?;
    let level = options.compliance.unwrap_or_default().0;
    let properties = properties(state, &[&document.content]);
    let converted = mark_pdfa(&document.content, level, &properties).map_err(|reasons| {
        let message = "The document cannot be converted to PDF/A.";
        let log: String = reasons
            .iter()
            .map(|reason| format!("ERROR: {reason}\n"))
            .collect();
        failure("CONVERSION_FAILED", message, ("conversionLog", log))
    })?;
    let content_type = HeaderValue::from_static("application/pdf");
    Ok(with_content_type(StatusCode::OK, content_type, converted))
}

/// Handles the question whether a document is PDF/A.
pub(crate) fn validate(state: &State, http: &Request<Bytes>) -> Result<Response, FormsError> {
    let (document, options) = read(state, http)?;
    let level = options.compliance.unwrap_or_default().0;
    let reasons = check_pdfa(&document.content, level).map_err(|error| {
        let message = format!("The document cannot be validated: {error}.");
        let log = format!("ERROR: {error}\n");
        failure("VALIDATION_FAILED", &message, ("validationLog", log))
    })?;
    Ok(json(StatusCode::OK, &json!({"isPDFA": reasons.is_empty()})))
}

fn read(state: &State, http: &Request<Bytes>) -> Result<(Document, PdfaOptions), FormsError> {
    let parts = Parts::read(http)?;
    let options = parts.options()?;
    let part = parts.required("inDoc")?;
    let document = document(&state.repository(), part, None)?;
    Ok((document, options))
}

fn failure(code: &'static str, message: &str, log: (&'static str, String)) -> FormsError {
    FormsError::engine(code, message)
        .with_log("jobLog", format!("ERROR: {message}\n"))
        .with_log(log.0, log.1)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Forms.documented(
        "forms-pdfa-validate",
        "A validation answers 200 with `isPDFA`, also for false.",
        source::FORMS_API,
    ),
    Area::Forms.inferred(
        "forms-pdfa-marked",
        "A converted document is marked as PDF/A, and few rules are checked.",
        "the emulator has no validator of the standard",
    ),
];
