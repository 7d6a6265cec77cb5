//! A form: a template merged with data, on pages.

use std::fmt;

use roxmltree::Document;

use crate::pdf::Page;
use crate::xfa::budget::TooLarge;
use crate::xfa::content::child;
use crate::xfa::data::Record;
use crate::xfa::layout::place;
use crate::xfa::merge::Merge;
use crate::xfa::packets;
use crate::xfa::page_area::{PageArea, elements};
use crate::xml::decode::decode;
use crate::xml::{XmlError, parse};

/// The reason why a form cannot be made.
#[derive(Debug)]
pub(crate) enum FormError {
    Template(XmlError),
    /// The root element has this name.
    NoTemplate(String),
    NoSubform,
    Data(XmlError),
    TooLarge,
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(error) => write!(f, "The template is not well-formed XML: {error}."),
            Self::NoTemplate(root) => write!(
                f,
                "The template is no XDP: its root element is {root}, and it has no template of XFA."
            ),
            Self::NoSubform => f.write_str("The template has no root subform."),
            Self::Data(error) => write!(f, "The data is not well-formed XML: {error}."),
            Self::TooLarge => f.write_str("The form has too many objects, pages or texts."),
        }
    }
}

impl From<TooLarge> for FormError {
    fn from(_: TooLarge) -> Self {
        Self::TooLarge
    }
}

/// The data for a template.
pub(crate) enum Data<'a> {
    /// The template's own data, if there is any.
    None,
    Document(&'a [u8]),
    Record(Record),
}

/// Returns the pages of a template that is filled with data.
pub(crate) fn pages(template: &[u8], data: Data<'_>) -> Result<Vec<Page>, FormError> {
    let text = decode(template).ok_or(FormError::Template(XmlError::Encoding))?;
    let document = parse(&text).map_err(FormError::Template)?;
    let template = packets::template(&document).ok_or_else(|| {
        FormError::NoTemplate(document.root_element().tag_name().name().to_owned())
    })?;
    let root = child(template, "subform").ok_or(FormError::NoSubform)?;
    let mut merge = Merge::new(record(data, &document)?);
    let mut page_areas = Vec::new();
    let mut item = merge.root(root)?;
    for element in elements(root) {
        let mut page_area = PageArea::new(element);
        page_area.items = merge.page_area(element)?;
        page_areas.push(page_area);
    }
    if page_areas.is_empty() {
        page_areas.push(PageArea::letter());
    }
    merge.fill_texts(&mut item)?;
    for item in page_areas.iter_mut().flat_map(|area| &mut area.items) {
        merge.fill_texts(item)?;
    }
    Ok(place(&item, &page_areas, merge.budget)?)
}

/// Returns the record of the data. Without data it is that of the template's own datasets.
fn record(data: Data<'_>, template: &Document<'_>) -> Result<Option<Record>, FormError> {
    let bytes = match data {
        Data::Document(bytes) => bytes,
        Data::Record(record) => return Ok(Some(record)),
        Data::None => {
            let has_datasets = template.root_element().tag_name().name() == "xdp";
            let record = has_datasets.then(|| packets::record(template)).flatten();
            return Ok(record.map(Record::new));
        }
    };
    let text = decode(bytes).ok_or(FormError::Data(XmlError::Encoding))?;
    let document = parse(&text).map_err(FormError::Data)?;
    Ok(packets::record(&document).map(Record::new))
}
