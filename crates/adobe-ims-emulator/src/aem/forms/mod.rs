//! AEM Forms Communications: documents from templates, assembly of PDFs, PDF/A, and batches.
//!
//! Requests and answers follow Adobe's specifications. The documents are made by the emulator's own
//! engines, and look different from those of Adobe.

pub(crate) mod options;
pub(crate) mod mixed;
pub(crate) mod error;
pub(crate) mod parts;
pub(crate) mod reference;
pub(crate) mod properties;
pub(crate) mod template;
pub(crate) mod generation;
pub(crate) mod generate_pdf;
pub(crate) mod generate_print;
pub(crate) mod generate_afp;
pub(crate) mod ddx;
pub(crate) mod assemble;
pub(crate) mod pdfa;
pub(crate) mod batch;
pub(crate) mod endpoint;
