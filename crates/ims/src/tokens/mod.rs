//! The token: where it is found or got, what is done with it, how it is handed out.

pub(crate) mod acquire;
pub(crate) mod asker;
pub(crate) mod cache;
pub(crate) mod formats;
pub(crate) mod github;
pub(crate) mod outlet;
pub(crate) mod service;
pub(crate) mod sessions;
pub(crate) mod shell;
pub(crate) mod signed_in;
pub(crate) mod subject;
