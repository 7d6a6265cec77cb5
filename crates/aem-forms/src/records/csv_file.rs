//! Records in the rows of a CSV file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, ReaderBuilder};

use super::MAX_RECORD;
use super::tree::{MAX_DEPTH, NameFault, ROOT, Tree};
use crate::error::{Error, Finding, FormsProblem, Grade, Place, Result};

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Header {
    columns: Vec<String>,
    /// The elements; a leaf has the index of its column.
    tree: Tree<usize>,
    delimiter: u8,
}

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    header: Arc<Header>,
    values: csv::StringRecord,
}

impl Row {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let column = self.header.columns.iter().position(|it| it == name)?;
        self.values.get(column)
    }

    pub(super) fn write(&self, root: &str, xml: &mut String) -> usize {
        let value = |column: &usize| self.values.get(*column).unwrap_or_default();
        self.header.tree.write(ROOT, root, value, xml)
    }
}

impl Header {
    /// Reads the first line of a file.
    pub(super) fn read(path: &Path, place: &Place) -> Result<Self> {
        let refuse = |finding| Error::refused(vec![finding]);
        let delimiter = find_delimiter(path, place).map_err(refuse)?;
        let mut rows = RowReader::open(path, delimiter)
            .map_err(|error| refuse(unreadable_file(place, &error)))?;
        let first = rows.next_row(place).transpose().map_err(refuse)?;
        let Some((_, values)) = first else {
            let message = "the file has no header row";
            return Err(refuse(malformed(place.clone(), message)));
        };
        let columns: Vec<String> = values.iter().map(|name| name.trim().to_owned()).collect();
        let place = place.clone().at(1, 1);
        let tree = tree_of(&columns, &place).map_err(refuse)?;
        Ok(Self {
            columns,
            tree,
            delimiter,
        })
    }

    /// Returns true if a column has this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column == name)
    }
}

fn tree_of(columns: &[String], place: &Place) -> Result<Tree<usize>, Finding> {
    let mut tree = Tree::new();
    for (index, column) in columns.iter().enumerate() {
        let add = |tree: &mut Tree<usize>| -> Result<(), NameFault> {
            let names: Vec<&str> = column.split('.').collect();
            if names.len() >= MAX_DEPTH {
                return Err(NameFault::TooDeep);
            }
            let (last, groups) = names.split_last().unwrap_or((&"", &[]));
            let (mut around, mut group) = (None, ROOT);
            for name in groups {
                around = Some((group, *name));
                group = tree.group(group, name)?;
            }
            // A column that is there already begins the next group of its name.
            if let Some((around, name)) = around
                && tree.has(group, last)
            {
                group = tree.add_group(around, name)?;
            }
            tree.add_leaf(group, last, index)
        };
        add(&mut tree).map_err(|fault| {
            let name: String = column.chars().take(80).collect();
            fault.finding(
                place.clone(),
                &format!("the column {} ({name:?})", index + 1),
            )
        })?;
    }
    Ok(tree)
}

/// The rows behind the header.
#[derive(Debug)]
pub(super) struct Rows {
    header: Arc<Header>,
    reader: RowReader,
    place: Place,
}

impl Rows {
    pub(super) fn open(path: &Path, header: Arc<Header>, place: Place) -> Result<Self> {
        let refuse = |finding| Error::refused(vec![finding]);
        let opened = RowReader::open(path, header.delimiter);
        let mut reader = opened.map_err(|error| refuse(unreadable_file(&place, &error)))?;
        reader.next_row(&place);
        Ok(Self {
            header,
            reader,
            place,
        })
    }

    /// Returns the place of the next row and the row, or why it cannot be read.
    pub(super) fn next_row(&mut self) -> Option<(Place, Result<Row, Finding>)> {
        let (line, values) = match self.reader.next_row(&self.place)? {
            Ok(row) => row,
            Err(finding) => return Some((finding.place.clone(), Err(finding))),
        };
        let mut place = self.place.clone();
        place.line = Some(line);
        let (expected, found) = (self.header.columns.len(), values.len());
        if expected != found {
            let message = format!("the row has {found} values, and the header {expected} columns");
            let finding = unreadable(place.clone(), message);
            return Some((place, Err(finding)));
        }
        let row = Row {
            header: Arc::clone(&self.header),
            values,
        };
        Some((place, Ok(row)))
    }
}

/// Reads rows, each of which is bounded.
struct RowReader {
    csv: csv::Reader<Limited>,
    /// The bytes that may be read for the row.
    budget: Arc<AtomicU64>,
    is_over: bool,
}

impl core::fmt::Debug for RowReader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RowReader").finish_non_exhaustive()
    }
}

impl RowReader {
    fn open(path: &Path, delimiter: u8) -> io::Result<Self> {
        let budget = Arc::new(AtomicU64::new(MAX_RECORD));
        let limited = Limited {
            file: File::open(path)?,
            budget: Arc::clone(&budget),
        };
        let csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(limited);
        Ok(Self {
            csv,
            budget,
            is_over: false,
        })
    }

    /// Returns the line of the next row and its values. After a fault of the file there is no other row.
    fn next_row(&mut self, place: &Place) -> Option<Result<(u32, csv::StringRecord), Finding>> {
        if self.is_over {
            return None;
        }
        self.budget.store(MAX_RECORD, Ordering::Relaxed);
        let line = u32::try_from(self.csv.position().line()).unwrap_or(u32::MAX);
        let mut bytes = ByteRecord::new();
        let at = |line| {
            let mut place = place.clone();
            place.line = Some(line);
            place
        };
        match self.csv.read_byte_record(&mut bytes) {
            Ok(false) => None,
            Ok(true) => {
                let line = bytes.position().map_or(line, |position| {
                    u32::try_from(position.line()).unwrap_or(u32::MAX)
                });
                Some(match csv::StringRecord::from_byte_record(bytes) {
                    Ok(values) => Ok((line, values)),
                    Err(_) => Err(unreadable(at(line), "the row is no UTF-8")
                        .with_hint("Save the file as UTF-8. Excel calls it \"CSV UTF-8\".")),
                })
            }
            Err(error) => {
                self.is_over = true;
                let message = format!("the row cannot be read: {error}");
                Some(Err(unreadable(at(line), message)))
            }
        }
    }
}

/// A file of which a budget can be read.
struct Limited {
    file: File,
    budget: Arc<AtomicU64>,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.load(Ordering::Relaxed);
        if left == 0 {
            let message = format!(
                "it is longer than {} MiB; a quotation mark may lack its partner",
                MAX_RECORD >> 20
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let length = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.file.read(&mut buffer[..length])?;
        self.budget.store(left - read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Finds what stands between the columns of the header: a comma, else a semicolon or a tab.
fn find_delimiter(path: &Path, place: &Place) -> Result<u8, Finding> {
    let mut start = Vec::new();
    let opened = File::open(path).and_then(|file| file.take(1 << 20).read_to_end(&mut start));
    opened.map_err(|error| unreadable_file(place, &error))?;
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        let finding = malformed(
            place.clone(),
            "the file is UTF-16, and CSV is read as UTF-8",
        );
        return Err(finding.with_hint("Save the file as UTF-8. Excel calls it \"CSV UTF-8\"."));
    }
    let mut is_quoted = false;
    let (mut semicolons, mut tabs) = (0_usize, 0_usize);
    for byte in start {
        match byte {
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b',' => return Ok(b','),
            b';' => semicolons += 1,
            b'\t' => tabs += 1,
            b'\n' | b'\r' => break,
            _ => {}
        }
    }
    Ok(match (semicolons, tabs) {
        (0, 0) => b',',
        _ if semicolons >= tabs => b';',
        _ => b'\t',
    })
}

fn unreadable(place: Place, message: impl Into<String>) -> Finding {
    Finding::new(
        FormsProblem::RecordUnreadable,
        Grade::Refusal,
        place,
        message,
    )
}

fn malformed(place: Place, message: &str) -> Finding {
    Finding::new(
        FormsProblem::RecordsMalformed,
        Grade::Refusal,
        place,
        message,
    )
}

fn unreadable_file(place: &Place, error: &io::Error) -> Finding {
    let problem = FormsProblem::DocumentUnreadable;
    let message = format!("the file cannot be read: {error}");
    Finding::new(problem, Grade::Refusal, place.clone(), message)
}
