use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::csv_file::{Header, Rows};
use super::json::JsonRecord;
use super::json_file::{Lines, List};
use super::record::{Content, Record, read_file};
use super::xml_file::Elements;
use crate::error::{Error, Finding, FormsProblem, Grade, Place, Result};

/// A source of records. It can be read any number of times.
///
/// ```no_run
/// use aem_forms::records::RecordSource;
///
/// for record in RecordSource::open("customers.csv")?.records()? {
///     println!("{} {}", record.number(), record.name());
/// }
/// # Ok::<(), aem_forms::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RecordSource {
    place: Place,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Folder(Arc<[PathBuf]>),
    Csv(PathBuf, Arc<Header>),
    JsonLines(PathBuf),
    JsonList(List),
    Elements(Elements),
}

impl RecordSource {
    /// Opens a source by its text:
    ///
    /// - a folder: its `.xml` and `.json` files, sorted by name
    /// - `FILE.csv`: a header row; the columns are separated by commas, else by semicolons or tabs
    /// - `FILE.jsonl`, `FILE.ndjson`: an object in each line
    /// - `FILE.json`: a list of objects, or one
    /// - `FILE.xml#ELEMENT`: each element of this local name
    ///
    /// CSV and JSON lines are read record by record; the others are held in memory.
    ///
    /// # Errors
    /// [`FormsProblem::RecordsMalformed`], [`FormsProblem::DocumentUnreadable`], [`FormsProblem::NameNotXml`] or
    /// [`FormsProblem::XmlMalformed`], with a finding that has the place.
    pub fn open(source: &str) -> Result<Self> {
        let path = Path::new(source);
        if path.is_dir() {
            return Self::folder(path).map_err(refuse);
        }
        let (path, element) = match source.rsplit_once('#') {
            Some((file, element)) if !path.exists() => (Path::new(file), Some(element)),
            _ => (path, None),
        };
        let place = Place::file(path.to_string_lossy());
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        let kind = match (ending.to_ascii_lowercase().as_str(), element) {
            ("csv" | "tsv" | "txt", None) => {
                let header = Header::read(path, &place)?;
                Kind::Csv(path.to_owned(), Arc::new(header))
            }
            ("jsonl" | "ndjson", None) => {
                Lines::open(path, place.clone())
                    .map_err(|error| refuse(unreadable(&place, &error)))?;
                Kind::JsonLines(path.to_owned())
            }
            ("json", None) => {
                let bytes = read_file(path, &place).map_err(refuse)?;
                Kind::JsonList(List::parse(bytes, &place).map_err(refuse)?)
            }
            (_, Some(element)) => {
                let bytes = read_file(path, &place).map_err(refuse)?;
                Kind::Elements(Elements::parse(&bytes, element, &place).map_err(refuse)?)
            }
            ("xml", None) => {
                let message = "the element that is a record is not named";
                let hint = format!("Write {source}#ELEMENT");
                return Err(refuse(malformed(place, message).with_hint(hint)));
            }
            _ => {
                let message = "the form of the records is not known";
                let hint = "Pass a folder, FILE.csv, FILE.jsonl, FILE.json or FILE.xml#ELEMENT.";
                return Err(refuse(malformed(place, message).with_hint(hint)));
            }
        };
        Ok(Self { place, kind })
    }

    fn folder(path: &Path) -> Result<Self, Finding> {
        let place = Place::file(path.to_string_lossy());
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| unreadable(&place, &error))? {
            let file = entry.map_err(|error| unreadable(&place, &error))?.path();
            let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
            let name = file.file_name().unwrap_or_default();
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if (ending == "xml" || ending == "json") && !is_hidden && file.is_file() {
                files.push(file);
            }
        }
        if files.is_empty() {
            return Err(malformed(place, "the folder has no .xml or .json file"));
        }
        files.sort();
        Ok(Self {
            place,
            kind: Kind::Folder(files.into()),
        })
    }

    /// Returns the records from the first one on.
    ///
    /// # Errors
    /// [`FormsProblem::DocumentUnreadable`] if the file cannot be opened any more.
    pub fn records(&self) -> Result<Records> {
        let place = self.place.clone();
        let state = match &self.kind {
            Kind::Folder(files) => State::Folder(Arc::clone(files)),
            Kind::Csv(path, header) => State::Rows(Rows::open(path, Arc::clone(header), place)?),
            Kind::JsonLines(path) => {
                let lines = Lines::open(path, place.clone());
                State::Lines(lines.map_err(|error| refuse(unreadable(&place, &error)))?)
            }
            Kind::JsonList(list) => State::List(list.clone()),
            Kind::Elements(elements) => State::Elements(elements.clone()),
        };
        Ok(Records {
            place: self.place.clone(),
            number: 0,
            state,
        })
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Returns false if no record has a field of this name.
    pub(super) fn may_have(&self, field: &str) -> bool {
        match &self.kind {
            Kind::Folder(_) => false,
            Kind::Csv(_, header) => header.has(field),
            _ => true,
        }
    }
}

/// The records of a source, in their order. A record that cannot be read is one with an error.
#[derive(Debug)]
pub struct Records {
    place: Place,
    number: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Folder(Arc<[PathBuf]>),
    Rows(Rows),
    Lines(Lines),
    List(List),
    Elements(Elements),
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let index = usize::try_from(self.number).ok()?;
        let (place, content) = match &mut self.state {
            State::Folder(files) => {
                let path = files.get(index)?;
                let place = Place::file(path.to_string_lossy());
                (place, Ok(Content::File(path.clone())))
            }
            State::Rows(rows) => {
                let (place, row) = rows.next_row()?;
                (place, row.map(Content::Row))
            }
            State::Lines(lines) => {
                let (place, text) = lines.next_line()?;
                let record = text.and_then(|text| JsonRecord::parse(&text, &place));
                (place, record.map(Content::Json))
            }
            State::List(list) => {
                let (line, text) = list.item(index)?;
                let mut place = self.place.clone();
                place.line = Some(line);
                let record = JsonRecord::parse(text, &place);
                (place, record.map(Content::Json))
            }
            State::Elements(elements) => {
                let ((line, column), record) = elements.element(index)?;
                let place = self.place.clone().at(line, column);
                (place, Ok(Content::Xml(record)))
            }
        };
        self.number += 1;
        Some(Record {
            number: self.number,
            place,
            content,
        })
    }
}

fn refuse(finding: Finding) -> Error {
    Error::refused(vec![finding])
}

fn malformed(place: Place, message: &str) -> Finding {
    Finding::new(
        FormsProblem::RecordsMalformed,
        Grade::Refusal,
        place,
        message,
    )
}

fn unreadable(place: &Place, error: &std::io::Error) -> Finding {
    let problem = FormsProblem::DocumentUnreadable;
    let message = format!("the file cannot be read: {error}");
    Finding::new(problem, Grade::Refusal, place.clone(), message)
}
