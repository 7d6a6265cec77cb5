//! Items that the other crates of this project share. They are not part of the public API and may change in any
//! release.

#[cfg(feature = "file-store")]
pub use crate::cache::document_index::DocumentIndexEntry;
pub use crate::util::time;
