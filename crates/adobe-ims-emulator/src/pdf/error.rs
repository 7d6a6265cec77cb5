//! The reason why a file cannot be read.

use std::fmt;

/// The reason why a PDF cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub(crate) enum PdfError {
    /// The file does not begin as a PDF.
    NotPdf,
    /// The file is encrypted, whether or not its password is empty.
    Encrypted,
    /// The file is no valid PDF.
    Damaged(String),
    /// The file, or something in it, is larger than the emulator reads.
    TooLarge(String),
}

impl fmt::Display for PdfError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPdf => {
                formatter.write_str("the file is not a PDF: it does not begin with %PDF-")
            }
            Self::Encrypted => {
                formatter.write_str("the PDF is encrypted; remove its encryption first")
            }
            Self::Damaged(why) => write!(formatter, "the PDF is damaged: {why}"),
            Self::TooLarge(what) => {
                write!(formatter, "the PDF is too large for the emulator: {what}")
            }
        }
    }
}

impl std::error::Error for PdfError {}
