//! `POST /adobe/forms/doc/v1/generatePDFOutput`.

use bytes::Bytes;
use http::Request;

use crate::aem::forms::error::FormsError;
use crate::aem::forms::generation::{Inputs, Output};
use crate::aem::forms::options::PdfOptions;
use crate::aem::forms::parts::Parts;
use crate::aem::forms::properties::{apply, properties};
use crate::aem::forms::template::{Filled, fill};
use crate::http::response::Response;
use crate::pdf::{Overlay, PdfFile, Source, assemble, compose};
use crate::state::State;

/// Handles the request.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, FormsError> {
    let parts = Parts::read(http)?;
    let options: PdfOptions = parts.options()?;
    let inputs = Inputs::read(state, &parts, options.content_root.as_deref())?;
    let output = generate(state, &inputs, &options)?;
    Ok(output.into_response(http.headers()))
}

/// Returns the PDF of a template and its data.
pub(crate) fn generate(
    state: &State,
    inputs: &Inputs,
    options: &PdfOptions,
) -> Result<Output, FormsError> {
    let mut properties = properties(state, &inputs.bytes());
    properties.title = Some(inputs.template.stem().to_owned());
    apply(&mut properties, options, &inputs.xci);
    let (content, page_count) = match fill(&inputs.template, inputs.data.as_ref())? {
        Filled::Pages(pages) => (compose(&pages, &properties), pages.len().max(1)),
        Filled::Pdf { file, values: None } => (inputs.template.content.to_vec(), file.page_count()),
        Filled::Pdf {
            file,
            values: Some(values),
        } => {
            let failed = |error: String| FormsError::engine("INVALID_TEMPLATE", error);
            let values = PdfFile::open(&values).map_err(|error| failed(error.to_string()))?;
            let sources = [Source::new(&file), Source::new(&values)];
            let content = assemble(&sources, &Overlay::default(), &properties);
            let pages = file.page_count() + values.page_count();
            (content.map_err(|error| failed(error.to_string()))?, pages)
        }
    };
    Ok(Output {
        name: inputs.template.stem().to_owned(),
        extension: "pdf",
        content_type: "application/pdf",
        content: content.into(),
        page_count,
    })
}
