//! The batch API: many documents from the records of a storage, which here is a local folder.
//!
//! A batch goes on by the clock of the emulator: first it reads the records, then it takes
//! `batch_record_ms` for each. It does what is due when somebody asks for its state. All of this is
//! inferred; Adobe documents the requests, the answers and the names of the results.

pub(crate) mod config;
pub(crate) mod records;
pub(crate) mod work;
pub(crate) mod state_view;
pub(crate) mod endpoint;
