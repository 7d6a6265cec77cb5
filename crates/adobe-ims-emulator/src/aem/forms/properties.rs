//! The properties of the documents that the emulator writes.

use ring::digest::{Context, SHA256};

use crate::aem::forms::options::PdfOptions;
use crate::pdf::{FileLayout, FontUse, PdfVersion, Properties, Structure};
use crate::state::State;
use crate::xfa::content::child;
use crate::xml::decode::decode;
use crate::xml::{is_named, parse};

/// Returns the properties of a document that comes from these inputs. Equal inputs give the same
/// document id.
pub(crate) fn properties(state: &State, inputs: &[&[u8]]) -> Properties {
    let mut context = Context::new(&SHA256);
    for input in inputs {
        context.update(&input.len().to_be_bytes());
        context.update(input);
    }
    let mut document_id = [0; 16];
    document_id.copy_from_slice(&context.finish().as_ref()[..16]);
    Properties {
        producer: Some(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned()),
        created: Some(state.config.clock.now()),
        document_id,
        ..Properties::default()
    }
}

/// The settings of an XCI that the emulator applies, below `config/present/pdf`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Xci {
    creator: Option<String>,
    producer: Option<String>,
    tagged: bool,
    linearized: bool,
    version: Option<PdfVersion>,
    /// `config/present/common/data/record`: the elements that are records.
    pub(crate) record_level: RecordLevel,
}

/// The elements of a data document that are records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordLevel {
    /// Those of this level. The root has the level 1.
    Number(usize),
    Name(String),
}

impl Default for RecordLevel {
    /// Returns the children of the root (documented by Adobe).
    fn default() -> Self {
        Self::Number(2)
    }
}

impl RecordLevel {
    fn read(text: &str) -> Self {
        match text.parse() {
            Ok(number) => Self::Number(number),
            Err(_) => Self::Name(text.to_owned()),
        }
    }
}

impl Xci {
    /// Reads an XCI: `config`, or an XDP around it.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = decode(bytes).ok_or("the encoding is unknown")?;
        let document = parse(&text).map_err(|error| error.to_string())?;
        let config = document
            .descendants()
            .find(|node| is_named(*node, "config"))
            .ok_or("it has no element config")?;
        let pdf = config.descendants().find(|node| is_named(*node, "pdf"));
        let text = |name| Some(child(pdf?, name)?.text()?.trim().to_owned());
        let is_on = |name| text(name).is_some_and(|value| value == "1");
        let record = config.descendants().find(|node| is_named(*node, "record"));
        let record = record.and_then(|record| record.text()).map(str::trim);
        Ok(Self {
            creator: text("creator"),
            producer: text("producer"),
            tagged: is_on("tagged"),
            linearized: is_on("linearized"),
            version: text("version").as_deref().and_then(pdf_version),
            record_level: record.map(RecordLevel::read).unwrap_or_default(),
        })
    }
}

/// Returns the version that an XCI names.
fn pdf_version(name: &str) -> Option<PdfVersion> {
    match name {
        "1.4" => Some(PdfVersion::V1_4),
        "1.5" => Some(PdfVersion::V1_5),
        "1.6" => Some(PdfVersion::V1_6),
        "1.7" => Some(PdfVersion::V1_7),
        _ => None,
    }
}

/// Applies options, which count more than the XCI (documented by Adobe).
pub(crate) fn apply(properties: &mut Properties, options: &PdfOptions, xci: &Xci) {
    if let Some(producer) = &xci.producer {
        properties.producer = Some(producer.clone());
    }
    properties.creator.clone_from(&xci.creator);
    properties.locale = Some(options.locale.clone().unwrap_or_else(|| "en".to_owned()));
    if options.is_tagged.unwrap_or(xci.tagged) {
        properties.structure = Structure::Tagged;
    }
    if options.linearized_pdf.unwrap_or(xci.linearized) {
        properties.layout = FileLayout::Linearized;
    }
    if options.embed_fonts == Some(true) {
        properties.fonts = FontUse::Embedded;
    }
    let of_options = options.acrobat_version.map(|version| version.0);
    if let Some(version) = of_options.or(xci.version) {
        properties.version = version;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_from_an_xci() {
        let xci = "<xdp><config xmlns='http://www.xfa.org/schema/xci/3.0/'><present><pdf><creator>me</creator><tagged>1</tagged><version>1.6</version></pdf></present><record> 1 </record></config></xdp>";
        let expected = Xci {
            creator: Some("me".to_owned()),
            tagged: true,
            version: Some(PdfVersion::V1_6),
            record_level: RecordLevel::Number(1),
            ..Xci::default()
        };
        assert_eq!(Xci::read(xci.as_bytes()), Ok(expected));
        assert!(Xci::read(b"<xdp/>").is_err());
        assert!(Xci::read(b"<").is_err());
    }
}
