//! Reading and writing PDF files and print streams.
//!
//! - `compose` writes a PDF whose texts every reader extracts.
//! - `PdfFile` reads the PDFs of other makers, `assemble` merges their pages.
//! - `mark_pdfa` marks a file as PDF/A. It does not certify: no rule of ISO 19005 beyond those
//!   that `check_pdfa` names is checked.
//! - `print_stream` writes the languages of printers.
//!
//! Nothing here reads a clock or makes random values: equal input gives equal bytes.

mod metrics;
mod page;
mod properties;
mod date;
mod xmp;
mod font_objects;
mod direction;
mod fonts;
mod canvas;
mod structure;
mod information;
mod catalog;
mod hint_tables;
mod linearize;
mod page_geometry;
mod compose;
mod error;
mod limits;
mod read;
mod text;
mod inspect;
mod ranges;
mod overlay;
mod outlines;
mod copier;
mod form_fields;
mod assembly;
mod assemble;
mod icc;
mod substitute;
mod pdfa;
mod print;

#[cfg(test)]
pub(crate) use assemble::AssembleError;
pub(crate) use assemble::{assemble, split_by_bookmarks};
pub(crate) use assembly::Source;
pub(crate) use compose::compose;
pub(crate) use error::PdfError;
pub(crate) use overlay::{Banner, Overlay, Part};
pub(crate) use page::{Frame, Page, Text};
pub(crate) use pdfa::{check_pdfa, mark_pdfa};
pub(crate) use print::{PrintForm, PrintJob, Sides, print_stream};
pub(crate) use properties::{FileLayout, FontUse, PdfVersion, PdfaLevel, Properties, Structure};
pub(crate) use ranges::PageRanges;
pub(crate) use read::PdfFile;
pub use text::document_text;
#[cfg(test)]
mod tests;
