//! Where in a configuration file a value stands.

use core::fmt;
use core::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Where in a configuration file something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    file: Arc<Path>,
    line: usize,
    column: usize,
}

impl Location {
    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, counted from 1 in characters.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub location: Location,
}

/// The text of a file, which knows the location of each of its bytes.
pub(crate) struct SourceText<'a> {
    pub(crate) file: Arc<Path>,
    pub(crate) text: &'a str,
}

impl SourceText<'_> {
    pub(crate) fn location(&self, span: Option<Range<usize>>) -> Location {
        let start = span.map_or(0, |span| span.start);
        let before = self.text.get(..start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        Location {
            file: self.file.clone(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}
