//! Requests and answers of several parts (RFC 7578, RFC 2046): [`DocumentPart`].

pub(crate) mod form;
pub(crate) mod form_body;
pub(crate) mod header;
pub(crate) mod parser;

pub use form::DocumentPart;
