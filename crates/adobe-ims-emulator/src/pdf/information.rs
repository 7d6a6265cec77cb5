//! The Info dictionary, the metadata and the identifier of a document.

use lopdf::xref::XrefType;
use lopdf::{
    Dictionary, Document, Object, ObjectId, Stream, StringFormat, decode_text_string, dictionary,
    text_string,
};

use super::date::in_pdf;
use super::properties::{PdfaLevel, Properties};
use super::xmp::packet;

/// Begins a document with a classic cross-reference table.
pub(super) fn new_document(properties: &Properties) -> Document {
    let mut document = Document::with_version(properties.version.as_str());
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    document
}

/// Returns the entries of the Info dictionary that the properties name, each key once.
pub(super) fn entries(properties: &Properties) -> Vec<(String, String)> {
    let date = properties.created.map(in_pdf);
    let mut entries: Vec<(String, String)> = Vec::new();
    let own = [
        ("Title", &properties.title),
        ("Creator", &properties.creator),
        ("Producer", &properties.producer),
        ("CreationDate", &date),
        ("ModDate", &date),
    ];
    let own = own
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
    for (key, value) in own.chain(properties.information.iter().cloned()) {
        if !key.is_empty() && !key.contains('\0') && entries.iter().all(|(known, _)| *known != key)
        {
            entries.push((key, value));
        }
    }
    entries
}

/// Writes the Info dictionary, the XMP packet and the identifier. Returns the id of the packet.
pub(super) fn write(
    document: &mut Document,
    entries: &[(String, String)],
    level: Option<PdfaLevel>,
    identifier: [u8; 16],
) -> ObjectId {
    let mut information = Dictionary::new();
    for (key, value) in entries {
        information.set(key.as_bytes(), text_string(value));
    }
    let information = document.add_object(information);
    document.trailer.set("Info", information);
    let half = Object::String(identifier.to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![half.clone(), half]);
    let metadata = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    // The packet stays readable: PDF/A-1 forbids to compress it.
    document.add_object(Stream::new(metadata, packet(entries, level)).with_compression(false))
}

/// Reads the texts of the Info dictionary.
pub(super) fn read(document: &Document) -> Vec<(String, String)> {
    let Ok(information) = document.get_dict_in_dict(&document.trailer, b"Info") else {
        return Vec::new();
    };
    let entry = |(key, value): (&Vec<u8>, &Object)| {
        let (_, value) = document.dereference(value).ok()?;
        let text = match value {
            Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
            value => decode_text_string(value).ok()?,
        };
        Some((String::from_utf8_lossy(key).into_owned(), text))
    };
    information.iter().filter_map(entry).collect()
}

/// Returns the bytes of a document.
pub(super) fn save(document: &mut Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = document.save_to(&mut bytes);
    bytes.push(b'\n');
    bytes
}
