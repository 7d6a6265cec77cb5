use serde_json::Value;

use super::object::{OptionObject, option_type};
use crate::error::Result;

option_type! {
    /// The options of an assembly.
    #[derive(Default)]
    AssemblyOptions {
        /// Sets the default style of texts, as CSS.
        default_style: text "defaultStyle";
        /// Checks the DDX, and makes no document.
        validate_only: (bool) "validateOnly";
        /// Sets whether a failed block of the DDX fails the whole assembly.
        fail_on_error: (bool) "failOnError";
        /// Sets the first Bates number.
        first_bates_number: (i64) "firstBatesNumber";
    }
}

impl AssemblyOptions {
    /// Creates empty options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns true if the DDX is only checked.
    pub(crate) fn is_validation(&self) -> bool {
        self.0.get("validateOnly") == Some(&Value::Bool(true))
    }

    /// Returns true if results may be missing.
    pub(crate) fn is_tolerant(&self) -> bool {
        self.0.get("failOnError") == Some(&Value::Bool(false))
    }
}
