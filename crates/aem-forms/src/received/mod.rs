//! Documents in answers, checked while they arrive: [`Received`].

mod kind;
pub(crate) mod content;
mod end;
pub(crate) mod reader;
mod file;
pub(crate) mod document;
pub(crate) mod json;

pub use document::Received;
pub use file::is_temporary;
pub use kind::DocumentKind;
