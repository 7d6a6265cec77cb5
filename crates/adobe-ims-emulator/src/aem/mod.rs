//! The emulated AEM: content, assets, uploads, GraphQL and Forms behind a bearer token.

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
