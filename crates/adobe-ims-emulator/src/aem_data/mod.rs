//! The data of the emulated AEM: its repository, its uploads, its queries, its settings and its
//! batches.

pub(crate) mod node_path;
pub(crate) mod node;
pub(crate) mod repository;
pub(crate) mod settings;
pub(crate) mod uploads;
pub(crate) mod graphql;
pub(crate) mod store;
#[cfg(feature = "forms")]
pub(crate) mod batch;
