//! The data of one document.

use std::path::{Path, PathBuf};

use aem_forms::Document;
use aem_forms::error::Finding;
use aem_forms::lint::{self, FileKind, MAX_LENGTH, Template};
use aem_forms::records::{DEFAULT_ROOT, Record, RecordXml, json_to_xml};

use super::documents::{NamedDocument, refuse_credentials};
use crate::environment::input::NamedFile;
use crate::error::Failure;

const NAMED_BY: &str = "DATA";

/// The data of one document: a reference, a file of XML, or XML that was made of JSON or came from stdin.
pub(crate) struct Data {
    pub(crate) document: Document,
    content: Content,
}

enum Content {
    Reference,
    /// A file that is sent as it is.
    File(NamedDocument),
    /// XML that came from stdin.
    Stdin(Vec<u8>),
    /// XML that was made of a JSON record, and the name of its file.
    Made(String, RecordXml),
}

impl Data {
    /// Reads the argument. `root` is the name of the root element for JSON.
    pub(crate) fn read(argument: &str, root: &str) -> Result<Self, Failure> {
        if Document::is_reference_text(argument) {
            return Ok(Self {
                document: Document::reference(argument)?,
                content: Content::Reference,
            });
        }
        let path = Path::new(argument);
        let named = NamedFile::new(NAMED_BY, path);
        if named.is_stdin() {
            let bytes = named.content()?;
            refuse_credentials("stdin", &bytes)?;
            return match FileKind::of(&bytes) {
                FileKind::JsonData | FileKind::Options => Self::of_json("stdin", &bytes, root),
                _ => Ok(Self {
                    document: Document::bytes("data.xml", bytes.clone()),
                    content: Content::Stdin(bytes),
                }),
            };
        }
        let file = NamedDocument::file(NAMED_BY, path)?;
        if begins_as_json(path) {
            return Self::of_json(argument, &named.content()?, root);
        }
        Ok(Self {
            document: file.document.clone().with_content_type("application/xml"),
            content: Content::File(file),
        })
    }

    fn of_json(name: &str, bytes: &[u8], root: &str) -> Result<Self, Failure> {
        let xml = json_to_xml(name, bytes, root)?;
        Ok(Self {
            document: Document::bytes("data.xml", xml.clone().into_bytes()),
            content: Content::Made(name.to_owned(), xml),
        })
    }

    /// Reads the data of a record.
    pub(crate) fn of_record(record: &Record, root: &str) -> Result<Self, Failure> {
        let name = record.place().to_string();
        if let Some(path) = record.file() {
            let file = NamedDocument::file("--each", path)?;
            return Ok(Self {
                document: file.document.clone().with_content_type("application/xml"),
                content: Content::File(file),
            });
        }
        let xml = record.to_xml(root)?;
        Ok(Self {
            document: Document::bytes("data.xml", xml.clone().into_bytes()),
            content: Content::Made(name, xml),
        })
    }

    /// Checks the data, against the template if it is known.
    pub(crate) fn check(&self, template: Option<&Template>) -> Result<Vec<Finding>, Failure> {
        let mut findings = Vec::new();
        match &self.content {
            Content::Reference => {}
            Content::Stdin(bytes) => findings.extend(check_xml("stdin", bytes, template)),
            Content::Made(name, xml) => {
                findings.extend_from_slice(xml.notes());
                findings.extend(check_xml(name, xml.as_str().as_bytes(), template));
            }
            Content::File(file) => {
                if let Some(bytes) = file.content(&mut findings)? {
                    findings.extend(check_xml(&file.shown(), &bytes, template));
                }
            }
        }
        Ok(findings)
    }

    /// Returns the file that is sent as it is.
    pub(crate) fn sent_file(&self) -> Option<&Path> {
        match &self.content {
            Content::File(file) => file.path.as_deref(),
            _ => None,
        }
    }

    /// Returns the XML that was made of a record.
    pub(crate) fn made(&self) -> Option<&str> {
        match &self.content {
            Content::Made(_, xml) => Some(xml.as_str()),
            _ => None,
        }
    }
}

/// Returns true for a file whose first character is one of JSON. A file that cannot be read fails later.
fn begins_as_json(path: &Path) -> bool {
    let Ok(start) = read_start(path) else {
        return false;
    };
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    start.trim_ascii_start().starts_with(b"{")
}

fn read_start(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;

    let mut start = Vec::new();
    std::fs::File::open(path)?
        .take(256)
        .read_to_end(&mut start)?;
    Ok(start)
}

fn check_xml(name: &str, bytes: &[u8], template: Option<&Template>) -> Vec<Finding> {
    match template {
        Some(template) => template.check_data(name, bytes),
        None => lint::data(name, bytes),
    }
}

/// Checks a file of data for `ims forms check`: XML, or a record in JSON.
pub(crate) fn check(name: &str, bytes: &[u8], template: Option<&Template>) -> Vec<Finding> {
    if bytes.len() as u64 > MAX_LENGTH {
        return lint::too_long(name, bytes.len() as u64)
            .into_iter()
            .collect();
    }
    if FileKind::of(bytes) != FileKind::JsonData {
        return check_xml(name, bytes, template);
    }
    let root = template
        .and_then(Template::root_name)
        .unwrap_or(DEFAULT_ROOT);
    match json_to_xml(name, bytes, root) {
        Ok(xml) => {
            let mut findings = xml.notes().to_vec();
            // Lines of the XML would not be those of the file.
            let of_xml = check_xml(name, xml.as_str().as_bytes(), template);
            findings.extend(of_xml.into_iter().map(|mut finding| {
                finding.place.line = None;
                finding.place.column = None;
                finding
            }));
            findings
        }
        Err(error) => error.findings().to_vec(),
    }
}

/// A path of a file that a run sends as it is, or the bytes of a record.
pub(crate) fn record_document(
    file: Option<PathBuf>,
    xml: impl FnOnce() -> aem_forms::Result<RecordXml>,
) -> aem_forms::Result<Document> {
    match file {
        Some(path) => Ok(Document::file(path)?.with_content_type("application/xml")),
        None => Ok(Document::bytes("data.xml", xml()?.into_bytes())),
    }
}
