//! `POST /adobe/forms/doc/v1/generate/afp`.

use bytes::Bytes;
use http::Request;

use crate::aem::forms::error::FormsError;
use crate::aem::forms::generation::{Inputs, Output};
use crate::aem::forms::options::AfpOptions;
use crate::aem::forms::parts::Parts;
use crate::aem::forms::template::{Filled, fill};
use crate::http::response::Response;
use crate::pdf::{PrintForm, PrintJob, print_stream};
use crate::state::State;

/// Handles the request.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, FormsError> {
    let parts = Parts::read(http)?;
    let options: AfpOptions = parts.options()?;
    let inputs = Inputs::read(state, &parts, options.content_root.as_deref())?;
    let Filled::Pages(pages) = fill(&inputs.template, inputs.data.as_ref())? else {
        let message = "A PDF without XFA cannot become a print stream.";
        return Err(FormsError::engine("INVALID_TEMPLATE", message));
    };
    let job = PrintJob {
        title: inputs.template.stem().to_owned(),
        resolution: options.resolution.unwrap_or(300).clamp(72, 2400),
        ..PrintJob::default()
    };
    let output = Output {
        name: job.title.clone(),
        extension: "afp",
        content_type: "application/x-afp",
        content: print_stream(PrintForm::Afp, &pages, &job).into(),
        page_count: pages.len(),
    };
    Ok(output.into_response(http.headers()))
}
