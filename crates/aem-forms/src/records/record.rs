use core::fmt;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::csv_file::Row;
use super::json::JsonRecord;
use super::xml_file::XmlRecord;
use super::{MAX_FILE, record_error};
use crate::error::{Error, Finding, FormsProblem, Grade, Place, Result};

/// A record: the data of one document.
#[derive(Clone)]
pub struct Record {
    pub(super) number: u64,
    pub(super) place: Place,
    pub(super) content: Result<Content, Finding>,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    File(PathBuf),
    Row(Row),
    Json(JsonRecord),
    Xml(XmlRecord),
}

impl Record {
    /// Returns the number, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the file, and the line of the record in it.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns why the record cannot be read, if it cannot.
    pub fn error(&self) -> Option<&Finding> {
        self.content.as_ref().err()
    }

    /// Returns the stem of the file's name, or the column or member `name`, else the number.
    pub fn name(&self) -> String {
        let name = match &self.content {
            Ok(Content::File(path)) => path.file_stem().map(|it| it.to_string_lossy()),
            _ => self.field("name").filter(|name| !name.trim().is_empty()),
        };
        name.map_or_else(|| self.number.to_string(), Cow::into_owned)
    }

    /// Returns the value of a column or a member. The members of a file in a folder are not known.
    pub fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = match self.content.as_ref().ok()? {
            Content::File(_) => None,
            Content::Row(row) => row.field(name),
            Content::Json(record) => record.field(name),
            Content::Xml(record) => {
                let mut fields = record.fields.iter();
                fields
                    .find(|field| field.0 == name)
                    .map(|field| field.1.as_str())
            }
        };
        value.map(Cow::Borrowed)
    }

    /// Returns the file, if the record is an XML file that is sent as it is.
    pub fn file(&self) -> Option<&Path> {
        match &self.content {
            Ok(Content::File(path)) if !is_json_file(path) => Some(path),
            _ => None,
        }
    }

    /// Returns the record as XML. A file is read. `root` is the name of the root element for CSV and JSON.
    ///
    /// # Errors
    /// [`FormsProblem::RecordUnreadable`], [`FormsProblem::NameNotXml`] or [`FormsProblem::DocumentUnreadable`].
    pub fn to_xml(&self, root: &str) -> Result<RecordXml> {
        let refuse = |finding: Finding| Error::refused(vec![finding]);
        let content = self
            .content
            .as_ref()
            .map_err(|finding| refuse(finding.clone()))?;
        let mut xml = RecordXml::begin();
        let dropped = match content {
            Content::Xml(record) => {
                xml.xml.clone_from(&record.xml);
                0
            }
            Content::Row(row) => row.write(root, &mut xml.xml),
            Content::Json(record) => record.write(root, &mut xml.xml),
            Content::File(path) => {
                let bytes = read_file(path, &self.place).map_err(refuse)?;
                let file = self.place.file.as_deref().unwrap_or_default();
                if is_json_file(path) {
                    return json_to_xml(file, &bytes, root);
                }
                let text = crate::xml::decode(&bytes);
                let text = text.map_err(|error| refuse(error.finding(self.place.clone())))?;
                crate::xml::parse(&text)
                    .map_err(|error| refuse(error.finding(self.place.clone())))?;
                return Ok(RecordXml::of_file(&text));
            }
        };
        Ok(xml.finish(dropped, &self.place))
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({}, {})", self.number, self.place)
    }
}

/// A record as an XML document in UTF-8.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordXml {
    xml: String,
    notes: Vec<Finding>,
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

impl RecordXml {
    fn begin() -> Self {
        Self {
            xml: DECLARATION.to_owned(),
            notes: Vec::new(),
        }
    }

    /// Takes the text of a file. Its declaration may name another encoding than that of the text.
    fn of_file(text: &str) -> Self {
        let body = match text
            .strip_prefix("<?xml ")
            .and_then(|rest| rest.split_once("?>"))
        {
            Some((_, body)) => body.trim_start(),
            None => text,
        };
        Self {
            xml: [DECLARATION, body].concat(),
            notes: Vec::new(),
        }
    }

    fn finish(mut self, dropped: usize, place: &Place) -> Self {
        if dropped > 0 {
            let message =
                format!("{dropped} control characters were left out, because XML cannot hold them");
            let problem = FormsProblem::CharactersDropped;
            self.notes
                .push(Finding::new(problem, Grade::Note, place.clone(), message));
        }
        self
    }

    /// Returns the document.
    pub fn as_str(&self) -> &str {
        &self.xml
    }

    /// Returns the document as bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.xml.into_bytes()
    }

    /// Returns what was left out.
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }
}

impl fmt::Debug for RecordXml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordXml({} bytes)", self.xml.len())
    }
}

/// Returns a JSON object as XML, with a root element of this name. `file` is its name for messages.
///
/// # Errors
/// [`FormsProblem::RecordUnreadable`] or [`FormsProblem::NameNotXml`].
pub fn json_to_xml(file: &str, json: &[u8], root: &str) -> Result<RecordXml> {
    let place = Place::file(file);
    let refuse = |finding: Finding| Error::refused(vec![finding]);
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    let text = str::from_utf8(json)
        .map_err(|_| refuse(record_error(place.clone(), "the record is no UTF-8")))?;
    let record = JsonRecord::parse(text, &place).map_err(refuse)?;
    let mut xml = RecordXml::begin();
    let dropped = record.write(root, &mut xml.xml);
    Ok(xml.finish(dropped, &place))
}

pub(super) fn is_json_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// Reads a file of records into memory.
pub(super) fn read_file(path: &Path, place: &Place) -> Result<Vec<u8>, Finding> {
    let refuse = |message: String| {
        let problem = FormsProblem::DocumentUnreadable;
        Finding::new(problem, Grade::Refusal, place.clone(), message)
    };
    let unreadable = |error: std::io::Error| refuse(format!("the file cannot be read: {error}"));
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(refuse("it is no regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(refuse(format!(
            "the file is larger than {} MiB",
            MAX_FILE >> 20
        )));
    }
    Ok(bytes)
}
