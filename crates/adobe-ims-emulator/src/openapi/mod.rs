//! The description of the emulator in OpenAPI 3.1: the tables of the endpoints, and the document that
//! is made from them.

pub(crate) mod area;
pub(crate) mod document;
