//! The reason why a fault cannot be.

use std::fmt;

/// A fault that cannot be, with the place of what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFault {
    /// Such as `then[0].status`.
    place: String,
    reason: String,
}

impl InvalidFault {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            reason: reason.into(),
        }
    }

    /// Returns the place of what is wrong, such as `then[0].status`.
    pub fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the fault has a wrong value at {}: {}",
            self.place, self.reason
        )
    }
}

impl std::error::Error for InvalidFault {}
