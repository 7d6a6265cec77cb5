//! The emulated AEM: two listings behind a bearer token.
//!
//! - A token is valid in the environment that the id of its client names. An id without environment
//!   belongs to the emulator's environment.
//! - AEM creates the user of a technical account or of a person at the first authenticated call, in
//!   the group `contributors`.
//! - It answers with the listing once the user has rights, which are the membership of
//!   `forms-users`.
//!
//! For people this is inferred.

pub(crate) mod problem;
pub(crate) mod user;
pub(crate) mod listing;
#[cfg(feature = "forms")]
pub(crate) mod forms;
pub(crate) mod endpoint;
