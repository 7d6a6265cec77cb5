use core::fmt;

use super::problem::FormsProblem;

/// The weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Grade {
    /// It is shown where somebody asks for the checks.
    Note,
    /// The request is sent. The result may not be what is wanted.
    Warning,
    /// The request is not sent.
    Refusal,
}

impl Grade {
    /// Returns the name, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Refusal => "refusal",
        }
    }
}

/// The place of a finding. Lines and columns are counted from 1; a column counts characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file, as the caller named it.
    pub file: Option<String>,
    /// The part of the request.
    pub part: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// The column.
    pub column: Option<u32>,
}

impl Place {
    /// Returns the place of a file.
    pub fn file(name: impl Into<String>) -> Self {
        Self {
            file: Some(name.into()),
            ..Self::default()
        }
    }

    /// Returns the place of a part of the request.
    pub fn part(name: impl Into<String>) -> Self {
        Self {
            part: Some(name.into()),
            ..Self::default()
        }
    }

    /// Returns the place at a line and a column of this one.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }
}

/// Writes `FILE:LINE:COLUMN`, or what is known of it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, &self.part) {
            (Some(file), _) => f.write_str(file)?,
            (None, Some(part)) => write!(f, "the part {part}")?,
            (None, None) => return Ok(()),
        }
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, ":{line}:{column}"),
            (Some(line), None) => write!(f, ":{line}"),
            (None, _) => Ok(()),
        }
    }
}

/// Something that is wrong, or may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The entry of the catalogue.
    pub problem: FormsProblem,
    /// Its weight here.
    pub grade: Grade,
    /// The place.
    pub place: Place,
    /// The finding in one line, without its place.
    pub message: String,
    /// The remedy in this case, beside the fixes of the catalogue.
    pub hint: Option<String>,
}

impl Finding {
    /// Creates a finding.
    pub(crate) fn new(
        problem: FormsProblem,
        grade: Grade,
        place: Place,
        message: impl Into<String>,
    ) -> Self {
        Self {
            problem,
            grade,
            place,
            message: message.into(),
            hint: None,
        }
    }

    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Writes `PLACE: MESSAGE`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.to_string();
        if !place.is_empty() {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}
