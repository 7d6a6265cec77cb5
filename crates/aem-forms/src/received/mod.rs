//! Documents in answers, checked while they arrive: [`Received`].

mod kind;
mod content;
mod end;
pub(crate) mod reader;
mod file;
mod document;

pub use document::Received;
pub use file::is_temporary;
pub use kind::DocumentKind;
