//! `POST /adobe/forms/doc/v1/generatePrintedOutput`.

use bytes::Bytes;
use http::Request;

use crate::aem::forms::error::FormsError;
use crate::aem::forms::generation::{Inputs, Output};
use crate::aem::forms::options::{Pagination, PrintOptions, RenderType};
use crate::aem::forms::parts::Parts;
use crate::aem::forms::template::{Filled, fill};
use crate::http::response::Response;
use crate::pdf::{Page, PrintForm, PrintJob, Sides, print_stream};
use crate::state::State;

/// Handles the request.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, FormsError> {
    let parts = Parts::read(http)?;
    parts.required("options")?;
    let options: PrintOptions = parts.options()?;
    let form = options.render_type()?;
    let inputs = Inputs::read(state, &parts, options.content_root.as_deref())?;
    let output = generate(&inputs, &options, form)?;
    Ok(output.into_response(http.headers()))
}

impl PrintOptions {
    /// Returns the language of the printer, which a request must name.
    pub(crate) fn render_type(&self) -> Result<RenderType, FormsError> {
        let invalid = |message: &str| FormsError::bad_request("INVALID_OPTIONS", message);
        if self.copies == Some(0) {
            return Err(invalid("The option copies is 0."));
        }
        let config = self.print_config.as_ref();
        let config = config.ok_or_else(|| invalid("The option printConfig is missing."))?;
        if config.xdc_uri.is_empty() {
            return Err(invalid("The option printConfig.xdcUri is empty."));
        }
        Ok(config.render_type)
    }
}

/// Returns the print stream of a template and its data.
pub(crate) fn generate(
    inputs: &Inputs,
    options: &PrintOptions,
    render_type: RenderType,
) -> Result<Output, FormsError> {
    let Filled::Pages(pages) = fill(&inputs.template, inputs.data.as_ref())? else {
        let message = "A PDF without XFA cannot become a print stream.";
        return Err(FormsError::engine("INVALID_TEMPLATE", message));
    };
    Ok(print(inputs.template.stem(), &pages, options, render_type))
}

/// Returns the print stream of pages.
pub(crate) fn print(
    name: &str,
    pages: &[Page],
    options: &PrintOptions,
    render_type: RenderType,
) -> Output {
    let job = PrintJob {
        title: name.to_owned(),
        copies: options.copies.unwrap_or(1),
        sides: match options.pagination_override {
            None | Some(Pagination::Simplex) => Sides::Simplex,
            Some(Pagination::DuplexLongEdge) => Sides::DuplexLongEdge,
            Some(Pagination::DuplexShortEdge) => Sides::DuplexShortEdge,
        },
        ..PrintJob::default()
    };
    Output {
        name: job.title.clone(),
        extension: render_type.extension(),
        content_type: render_type.content_type(),
        content: print_stream(render_type.form(), pages, &job).into(),
        page_count: pages.len(),
    }
}

impl RenderType {
    fn form(self) -> PrintForm {
        match self {
            Self::PostScript => PrintForm::PostScript,
            Self::Pcl => PrintForm::Pcl,
            Self::Zpl => PrintForm::Zpl,
            Self::Dpl => PrintForm::Dpl,
            Self::Ipl => PrintForm::Ipl,
            Self::Tpcl => PrintForm::Tpcl,
        }
    }

    /// Returns the type of the answer (documented by Adobe).
    fn content_type(self) -> &'static str {
        match self {
            Self::PostScript => "application/postscript",
            Self::Pcl => "application/vnd.hp-pcl",
            Self::Zpl | Self::Dpl | Self::Ipl | Self::Tpcl => "application/octet-stream",
        }
    }

    /// Returns the extension of files, which is also the name of a folder of a batch.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::PostScript => "ps",
            Self::Pcl => "pcl",
            Self::Zpl => "zpl",
            Self::Dpl => "dpl",
            Self::Ipl => "ipl",
            Self::Tpcl => "tpcl",
        }
    }

    /// Returns the name in options.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PostScript => "PostScript",
            Self::Pcl => "PCL",
            Self::Zpl => "ZPL",
            Self::Dpl => "DPL",
            Self::Ipl => "IPL",
            Self::Tpcl => "TPCL",
        }
    }
}
