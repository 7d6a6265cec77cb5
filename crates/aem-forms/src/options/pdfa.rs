use serde_json::Value;

use super::object::{OptionObject, option_type};
use super::value::{ColorSpace, Compliance, OptionalContent, ResultLevel};
use crate::error::Result;

option_type! {
    /// The options of a conversion to PDF/A.
    #[derive(Default)]
    PdfaOptions {
        /// Sets the part and the level of PDF/A.
        compliance: (Compliance) "compliance";
        /// Sets how much the log of the conversion says.
        result_level: (ResultLevel) "resultLevel";
        /// Sets the layers that are kept.
        optional_content: (OptionalContent) "optionalContent";
        /// Sets the colour space.
        color_space: (ColorSpace) "colorSpace";
        /// Checks the result after the conversion.
        verify: (bool) "verify";
    }
}

option_type! {
    /// The options of a check of PDF/A.
    #[derive(Default)]
    PdfaCheckOptions {
        /// Sets the part and the level of PDF/A.
        compliance: (Compliance) "compliance";
        /// Sets how much the result says.
        result_level: (ResultLevel) "resultLevel";
    }
}

impl PdfaOptions {
    /// Creates empty options.
    pub fn new() -> Self {
        Self::default()
    }
}

impl PdfaCheckOptions {
    /// Creates empty options.
    pub fn new() -> Self {
        Self::default()
    }
}
