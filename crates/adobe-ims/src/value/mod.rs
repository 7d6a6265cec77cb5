//! The shape of values: what a client id, a secret or a token can be, and what it cannot be.
//!
//! [`read`] is a pure function from a kind and a text to the value, or to what the text holds instead. It repairs a text
//! that has one sure reading, and refuses only what cannot be right: every other printable text may be a secret. Every
//! way to IMS passes here. Documents, fields and variables are read with it, so that a refusal names the field. Each
//! request checks its values once more, so that nothing reaches IMS unchecked.

mod kind;
mod content;
mod reference;
mod foreign;
mod list;
mod repair;
mod token_text;
mod note;
mod checked;
mod word;

pub(crate) use checked::repaired;
pub use checked::{Value, impossible, read, refusal};
pub use content::Content;
pub(crate) use foreign::{is_assertion, is_assertion_text, is_token};
pub use kind::ValueKind;
pub(crate) use list::split as split_list;
pub use note::{FieldNote, Note};
pub use token_text::find as find_token;
pub use word::{may_be_secret, shown_id};
