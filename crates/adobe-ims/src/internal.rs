//! Items that the other crates of this project share. They are not part of the public API and may change in any
//! release.

#[cfg(feature = "file-store")]
pub use crate::cache::document_index::DocumentIndexEntry;
pub use crate::util::distance::distance;
pub use crate::util::file;
pub use crate::util::time;

use crate::credentials::{self, Credentials};
use crate::crypto::KeyContext;
use crate::error::redact::Redactor;
use crate::util::secret::Secret;

/// Returns true for the name of a variable of an environment that means the identity service of Adobe.
pub fn names_identity_service(name: &str) -> bool {
    credentials::names_identity_service(name)
}

/// Returns the secrets of credentials. An access token is not among them: it is what the others are for.
pub fn secrets_of(credentials: &Credentials, context: &KeyContext<'_>) -> Vec<Secret> {
    credentials.secrets(context)
}

/// Returns a text without these secrets, in whatever form they stand there, and without anything that looks like a token.
pub fn redact(text: &str, secrets: &[Secret]) -> String {
    Redactor::new(secrets).redact(text)
}

/// The shape of values.
pub mod value {
    pub use crate::value::{
        Content, Note, Value, ValueKind, find_token, impossible, may_be_secret, read, refusal,
    };
}
