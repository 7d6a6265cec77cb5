//! `POST /adobe/forms/assembler/ddx/invoke`.

use std::collections::HashMap;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};

use crate::aem::forms::ddx::build::Made;
use crate::aem::forms::ddx::model::{Ddx, DdxError};
use crate::aem::forms::ddx::run::{OnError, Outcome, run};
use crate::aem::forms::error::FormsError;
use crate::aem::forms::mixed::{MixedPart, mixed};
use crate::aem::forms::options::AssemblyOptions;
use crate::aem::forms::parts::Parts;
use crate::aem::forms::properties::properties;
use crate::aem_data::settings::AssemblerAnswer;
use crate::behaviour::{Area, Behaviour};
use crate::http::response::{Response, with_content_type};
use crate::state::State;

const JOB_LOG: &str = "jobLog";

/// The parts that are no sources.
const RESERVED: [&str; 2] = ["ddx", "options"];

/// Handles the request. A part is a source if its name is the `source` of the DDX.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, FormsError> {
    let parts = Parts::read(http)?;
    let options: AssemblyOptions = parts.options()?;
    let ddx_part = parts.required("ddx")?;
    let ddx = Ddx::read(&ddx_part.body).map_err(failure)?;
    if options.validate_only == Some(true) {
        // The answer is not documented.
        let log = "INFO: The DDX is valid.\n";
        return Ok(mixed(StatusCode::OK, &[MixedPart::text(JOB_LOG, log)]));
    }
    let sources = sources(&parts);
    let inputs: Vec<&[u8]> = parts.0.iter().map(|part| &part.body[..]).collect();
    let properties = properties(state, &inputs);
    // The default is that of the product before it.
    let on_error = if options.fail_on_error == Some(false) {
        OnError::Continue
    } else {
        OnError::Fail
    };
    let outcome = run(&ddx, &sources, &properties, on_error).map_err(failure)?;
    let answer = state.aem_settings().assembler_answer;
    Ok(respond(outcome, answer))
}

/// Returns the sources of a request by their names. Of two parts of one name the first counts.
fn sources(parts: &Parts) -> HashMap<&str, Bytes> {
    let mut sources = HashMap::new();
    for part in &parts.0 {
        if !RESERVED.contains(&part.name.as_str()) {
            let content = part.body.clone();
            sources.entry(part.name.as_str()).or_insert(content);
        }
    }
    sources
}

fn respond(outcome: Outcome, answer: AssemblerAnswer) -> Response {
    if let ([document], AssemblerAnswer::Pdf) = (&outcome.documents[..], answer) {
        let content_type = HeaderValue::from_static(document.content_type);
        return with_content_type(StatusCode::OK, content_type, document.content.clone());
    }
    let part = |document: Made| {
        MixedPart::file(
            &document.name,
            &document.name,
            document.content_type,
            document.content,
        )
    };
    let mut parts: Vec<MixedPart> = outcome.documents.into_iter().map(part).collect();
    if parts.is_empty() {
        parts.push(MixedPart::text(JOB_LOG, &outcome.log));
    }
    mixed(StatusCode::OK, &parts)
}

/// Returns the error of an assembly. A missing source is a mistake of the client, everything else a
/// failure of the engine (inferred).
fn failure(error: DdxError) -> FormsError {
    let message = error.to_string();
    match error {
        DdxError::MissingSource(_) => FormsError::bad_request("MISSING_SOURCE", message),
        _ => {
            let log = format!("ERROR: {message}\n");
            FormsError::engine("ASSEMBLY_FAILED", message).with_log(JOB_LOG, log)
        }
    }
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Forms.documented(
        "forms-assembler-sources",
        "The name of a part is the name of a source in the DDX.",
        "Adobe, tutorial on PDF manipulation with Forms (2024)",
    ),
    Area::Forms.documented(
        "forms-assembler-answer",
        "The answer is `multipart/mixed` with one part per result. `assembler_answer` switches to a bare PDF, for one result.",
        "Adobe, specifications of the AEM Forms Communications APIs (2025); the names of the parts are inferred",
    ),
    Area::Forms.inferred(
        "forms-assembler-missing-source",
        "A source of the DDX that is no part gets 400.",
        "Adobe's specification names 400 for invalid requests",
    ),
    Area::Forms.inferred(
        "forms-assembler-options",
        "`failOnError` is true by default and otherwise leaves out what failed; `validateOnly` answers with a job log.",
        "Adobe's specification names the options and not their effect",
    ),
];
