//! A subset of DDX, the language in which an assembly is described.
//!
//! - `PDF` with `result` and sources: `pages`, `bookmarkTitle`, `required`, transient results
//!   (`return="false"`), which other results may use
//! - `Header`, `Footer` and `Watermark` with styled text and page numbers
//! - `Title`, `Author`, `Subject`, `Keywords`
//! - `PageMargins`, `PageSize`, `InitialViewProfile` and `NoBookmarks` are read and have no effect
//! - `PDFAConversion` marks the result
//! - `PDFsFromBookmarks`, `DocumentInformation`, and `XDP` with `XDPContent`
//!
//! Every other element ends the assembly with an error that names it.

pub(crate) mod model;
pub(crate) mod styled_text;
pub(crate) mod parse;
pub(crate) mod xdp;
pub(crate) mod build;
pub(crate) mod run;
