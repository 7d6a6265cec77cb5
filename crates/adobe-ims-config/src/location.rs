//! The location of a value in a configuration file.
//!
//! ```
//! use adobe_ims_config::Configuration;
//!
//! let text = "version = 1\n[defaults]\ntimeout = \"5s\"\n";
//! let configuration = Configuration::parse(text, "/etc/ims/config.toml".as_ref(), None)?;
//! let timeout = configuration.defaults.timeout.unwrap();
//! assert_eq!(timeout.location.to_string(), "/etc/ims/config.toml:3:11");
//! # Ok::<(), adobe_ims_config::ConfigError>(())
//! ```

use core::fmt;
use core::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A file, a line and a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    file: Arc<Path>,
    line: usize,
    column: usize,
}

impl Location {
    /// Returns the path of the file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the column, counted from 1 in characters.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// A value and its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The location of the value.
    pub location: Location,
}

/// The text of a file, which finds the location of each of its bytes.
pub(crate) struct SourceText<'a> {
    pub(crate) file: Arc<Path>,
    pub(crate) text: &'a str,
}

impl SourceText<'_> {
    /// Returns the location of the start of `span`, or of the file.
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
