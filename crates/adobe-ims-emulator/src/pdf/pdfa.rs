//! Marks files as PDF/A and checks the marks.
//!
//! The result is marked, not certified. Of ISO 19005 the emulator knows the metadata, the output
//! intent, encryption, fonts, JavaScript, XFA and signatures.

use lopdf::{Object, Stream, dictionary};

use super::date::in_pdf;
use super::error::PdfError;
use super::icc::srgb;
use super::information;
use super::properties::{PdfaLevel, Properties};
use super::read::PdfFile;
use super::substitute::embed_standard_fonts;

/// Marks a file as PDF/A: writes the metadata and an output intent for sRGB, and embeds standard
/// fonts. Of the properties it uses the date and the identifier.
///
/// # Errors
///
/// Returns the reasons why the file cannot become PDF/A.
pub(crate) fn mark_pdfa(
    bytes: &[u8],
    level: PdfaLevel,
    properties: &Properties,
) -> Result<Vec<u8>, Vec<String>> {
    let file = PdfFile::open(bytes).map_err(|error| vec![error.to_string()])?;
    let mut document = file.document.clone();
    let mut reasons = forbidden(&file);
    if file.is_signed() {
        reasons.push(
            "the document is signed, and the conversion would break its signature".to_owned(),
        );
    }
    let missing = embed_standard_fonts(&file, &mut document);
    reasons.extend(missing.iter().map(|font| {
        format!("the font {font} is not embedded, and the emulator does not have it; embed the fonts of the document")
    }));
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let entries = entries(&file, properties);
    let metadata = information::write(&mut document, &entries, Some(level), properties.document_id);
    let profile = Stream::new(dictionary! { "N" => 3 }, srgb());
    let profile = document.add_object(profile);
    let intent = document.add_object(dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB IEC61966-2.1"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    });
    let Ok(catalog) = document.catalog_mut() else {
        return Err(vec!["the document has no catalogue".to_owned()]);
    };
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![intent.into()]);
    catalog.remove(b"AA");
    catalog.remove(b"OpenAction");
    document.version = if level.part == 1 { "1.4" } else { "1.7" }.to_owned();
    catalog_version(&mut document);
    document.prune_objects();
    document.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
    Ok(information::save(&mut document))
}

/// Checks whether a file is marked as PDF/A of this level, or of one that includes it. Returns the
/// reasons why it is not.
///
/// # Errors
///
/// The file is no PDF that the emulator can read. An encrypted file is one that is not PDF/A.
pub(crate) fn check_pdfa(bytes: &[u8], level: PdfaLevel) -> Result<Vec<String>, PdfError> {
    let file = match PdfFile::open(bytes) {
        Ok(file) => file,
        Err(PdfError::Encrypted) => return Ok(vec![PdfError::Encrypted.to_string()]),
        Err(error) => return Err(error),
    };
    let mut reasons = forbidden(&file);
    match file.pdfa() {
        None => reasons.push("the metadata does not say that the document is PDF/A".to_owned()),
        Some(claimed) if !claimed.includes(level) => {
            reasons.push(format!(
                "the metadata says {claimed}, but {level} is asked for"
            ));
        }
        Some(_) => {}
    }
    let missing = file.missing_fonts();
    reasons.extend(
        missing
            .iter()
            .map(|font| format!("the font {font} is not embedded")),
    );
    Ok(reasons)
}

/// Returns what PDF/A forbids and the file has.
fn forbidden(file: &PdfFile) -> Vec<String> {
    let mut reasons = Vec::new();
    if file.has_javascript() {
        reasons.push("the document has JavaScript".to_owned());
    }
    if file.has_xfa() {
        reasons.push("the document is an XFA form".to_owned());
    }
    reasons
}

/// Returns the entries of the Info dictionary that a packet of metadata can repeat.
fn entries(file: &PdfFile, properties: &Properties) -> Vec<(String, String)> {
    let known = [
        "Title",
        "Author",
        "Subject",
        "Keywords",
        "Creator",
        "Producer",
        "CreationDate",
        "ModDate",
    ];
    let mut entries = file.information();
    entries.retain(|(key, _)| known.contains(&key.as_str()));
    if let Some(created) = properties.created {
        entries.retain(|(key, _)| key != "ModDate");
        entries.push(("ModDate".to_owned(), in_pdf(created)));
    }
    entries
}

/// Removes a version that would win over that of the header.
fn catalog_version(document: &mut lopdf::Document) {
    if let Ok(catalog) = document.catalog_mut() {
        catalog.remove(b"Version");
    }
}
