//! The emulated AEM: content, assets, uploads, GraphQL and Forms behind a bearer token.
//!
//! - The host name of a request names the tier and the environment. A token is valid in the
//!   environment that the id of its client names. An id without environment belongs to the
//!   emulator's environment.
//! - AEM creates the user of a technical account or of a person at the first authenticated call, in
//!   the group `contributors`, whose members read (documented by Adobe).
//! - `dam-users` write assets, `forms-users` call Forms Communications, `administrators` may do
//!   everything.
//! - A client of OAuth server-to-server has no access until it is listed.
//!
//! For people this is inferred.

#![expect(
    clippy::result_large_err,
    reason = "the error of a handler is its response, which is moved once and sent"
)]

pub(crate) mod site;
pub(crate) mod page;
pub(crate) mod problem;
pub(crate) mod access;
pub(crate) mod resource;
pub(crate) mod csrf;
pub(crate) mod content;
pub(crate) mod siren;
pub(crate) mod assets_api;
pub(crate) mod blob_storage;
pub(crate) mod upload;
pub(crate) mod sling;
pub(crate) mod graphql;
pub(crate) mod persisted_queries;
#[cfg(feature = "forms")]
pub(crate) mod forms;
pub(crate) mod endpoint;
pub(crate) mod openapi;
