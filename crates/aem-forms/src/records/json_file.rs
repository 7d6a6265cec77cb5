//! Records in the lines of a file, or in a JSON list.

use core::ops::Range;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::{MAX_RECORD, record_error};
use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::json_fault;

/// The lines of a file, each of which is a record.
#[derive(Debug)]
pub(super) struct Lines {
    reader: BufReader<File>,
    place: Place,
    line: u32,
    is_over: bool,
}

impl Lines {
    pub(super) fn open(path: &Path, place: Place) -> io::Result<Self> {
        let mut reader = BufReader::new(File::open(path)?);
        if reader.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
            reader.consume(3);
        }
        Ok(Self {
            reader,
            place,
            line: 0,
            is_over: false,
        })
    }

    /// Returns the place of the next line that is not empty and its text, or why it cannot be read.
    pub(super) fn next_line(&mut self) -> Option<(Place, Result<String, Finding>)> {
        while !self.is_over {
            let mut bytes = Vec::new();
            self.line = self.line.saturating_add(1);
            let mut place = self.place.clone();
            place.line = Some(self.line);
            let read = self
                .reader
                .by_ref()
                .take(MAX_RECORD)
                .read_until(b'\n', &mut bytes);
            let text = match read {
                Ok(0) => return None,
                Ok(_) if bytes.len() as u64 == MAX_RECORD && !bytes.ends_with(b"\n") => {
                    self.is_over = self.skip_line().is_err();
                    let message = format!("the line is longer than {} MiB", MAX_RECORD >> 20);
                    Err(record_error(place.clone(), message))
                }
                Ok(_) if bytes.trim_ascii().is_empty() => continue,
                // A fault at the end of the line would else be one of the next line.
                Ok(_) => String::from_utf8(bytes.trim_ascii_end().to_vec())
                    .map_err(|_| record_error(place.clone(), "the line is no UTF-8")),
                Err(error) => {
                    self.is_over = true;
                    let message = format!("the line cannot be read: {error}");
                    Err(record_error(place.clone(), message))
                }
            };
            return Some((place, text));
        }
        None
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let length = buffer.len();
            match buffer.iter().position(|byte| *byte == b'\n') {
                Some(at) => {
                    self.reader.consume(at + 1);
                    return Ok(());
                }
                None if length == 0 => return Ok(()),
                None => self.reader.consume(length),
            }
        }
    }
}

/// A JSON list in memory: its text, and for each item its lines and its place in the text.
#[derive(Clone, Debug)]
pub(super) struct List {
    text: Arc<str>,
    items: Arc<[(u32, Range<usize>)]>,
}

impl List {
    /// Reads a list, or an object, which is a list of one.
    pub(super) fn parse(bytes: Vec<u8>, place: &Place) -> Result<Self, Finding> {
        let refuse = |place, message: String| {
            Finding::new(
                FormsProblem::RecordsMalformed,
                Grade::Refusal,
                place,
                message,
            )
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| refuse(place.clone(), "the file is no UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{FEFF}').map_or(text.as_str(), |it| it);
        let malformed = |error: serde_json::Error| {
            let (line, column, reason) = json_fault::describe(&error);
            let message = format!("the file is no JSON: {reason}");
            refuse(place.clone().at(line, column), message)
        };
        let items: Vec<&RawValue> = if text.trim_start().starts_with('[') {
            serde_json::from_str(text).map_err(malformed)?
        } else {
            vec![serde_json::from_str(text).map_err(malformed)?]
        };
        let start = text.as_ptr() as usize;
        let (mut line, mut counted) = (1_u32, 0);
        let items = items.iter().map(|item| {
            let at = item.get().as_ptr() as usize - start;
            let breaks = text[counted..at].bytes().filter(|it| *it == b'\n').count();
            line = line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            counted = at;
            (line, at..at + item.get().len())
        });
        Ok(Self {
            items: items.collect(),
            text: text.into(),
        })
    }

    /// Returns the line and the text of an item.
    pub(super) fn item(&self, index: usize) -> Option<(u32, &str)> {
        let (line, range) = self.items.get(index)?;
        Some((*line, &self.text[range.clone()]))
    }
}
