//! The token: where it is found or got, what is done with it, how it is handed out.

pub(crate) mod acquire;
pub(crate) mod caller;
pub(crate) mod client;
pub(crate) mod credential_selection;
pub(crate) mod document;
pub(crate) mod fetch;
pub(crate) mod fields;
pub(crate) mod output;
pub(crate) mod sessions;
pub(crate) mod sign_in_target;
pub(crate) mod signed_in;
pub(crate) mod stores;
pub(crate) mod token_argument;
