//! Templates: XDP, and PDF with or without XFA.

use crate::aem::forms::error::FormsError;
use crate::aem::forms::reference::Document;
use crate::pdf::{Page, PdfError, PdfFile, Properties, Text, compose};
use crate::xfa::data::Record;
use crate::xfa::form::{self, Data};
use crate::xml::decode::decode;
use crate::xml::parse;

/// The number of values on a page that lists them.
const VALUES_PER_PAGE: usize = 50;

/// A template that was filled with data.
pub(crate) enum Filled {
    /// The pages of an XFA template.
    Pages(Vec<Page>),
    /// A PDF without XFA. If it has fields of AcroForm and there is data, pages that list the data
    /// follow.
    ///
    /// Adobe names AcroForms as templates in prose only, and the emulator fills no field of one. So
    /// the pages are inferred: they make the values part of the text all the same.
    Pdf {
        file: Box<PdfFile>,
        values: Option<Vec<u8>>,
    },
}

/// Fills a template.
pub(crate) fn fill(template: &Document, data: Option<&Document>) -> Result<Filled, FormsError> {
    let data = data.map(|data| &data.content[..]);
    if !is_pdf(&template.content) {
        return pages(&template.content, data).map(Filled::Pages);
    }
    let file = PdfFile::open(&template.content).map_err(|error| unusable(&error))?;
    if let Some(packet) = file.xfa_packet("template") {
        let datasets = file.xfa_packet("datasets");
        return pages(&packet, data.or(datasets.as_deref())).map(Filled::Pages);
    }
    let values = data.filter(|_| file.has_acroform());
    let values = values.map(values_pages).transpose()?;
    let file = Box::new(file);
    Ok(Filled::Pdf { file, values })
}

/// Fills a template with a record of a batch.
pub(crate) fn fill_record(template: &Document, record: Record) -> Result<Vec<Page>, FormsError> {
    let data = Data::Record(record);
    if !is_pdf(&template.content) {
        return form::pages(&template.content, data).map_err(|error| failure(&error));
    }
    let file = PdfFile::open(&template.content).map_err(|error| unusable(&error))?;
    let packet = file.xfa_packet("template").ok_or_else(|| {
        FormsError::engine("INVALID_TEMPLATE", "The template is a PDF without XFA.")
    })?;
    form::pages(&packet, data).map_err(|error| failure(&error))
}

fn is_pdf(content: &[u8]) -> bool {
    let start = &content[..content.len().min(1024)];
    memchr::memmem::find(start, b"%PDF").is_some()
}

fn pages(template: &[u8], data: Option<&[u8]>) -> Result<Vec<Page>, FormsError> {
    let data = data.map_or(Data::None, Data::Document);
    form::pages(template, data).map_err(|error| failure(&error))
}

fn unusable(error: &PdfError) -> FormsError {
    let message = format!("The template cannot be used: {error}.");
    FormsError::engine("INVALID_TEMPLATE", message)
}

fn failure(error: &form::FormError) -> FormsError {
    let code = match error {
        form::FormError::Data(_) => "INVALID_DATA",
        _ => "INVALID_TEMPLATE",
    };
    FormsError::engine(code, error.to_string())
}

/// Returns a PDF that lists the values of the data.
fn values_pages(data: &[u8]) -> Result<Vec<u8>, FormsError> {
    let malformed = |error: String| {
        let message = format!("The data is not well-formed XML: {error}.");
        FormsError::engine("INVALID_DATA", message)
    };
    let text = decode(data).ok_or_else(|| malformed("the encoding is unknown".to_owned()))?;
    let document = parse(&text).map_err(|error| malformed(error.to_string()))?;
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    let lines: Vec<String> = elements
        .filter(|node| node.first_element_child().is_none())
        .map(|leaf| {
            let value = leaf.text().unwrap_or_default().trim();
            format!("{}: {value}", leaf.tag_name().name())
        })
        .collect();
    let pages = lines.chunks(VALUES_PER_PAGE).map(|lines| {
        let mut page = Page::default();
        let text = Text::new(36.0, 36.0, 10.0, lines.join("\n"));
        page.texts.push(text);
        page
    });
    Ok(compose(&pages.collect::<Vec<_>>(), &Properties::default()))
}
