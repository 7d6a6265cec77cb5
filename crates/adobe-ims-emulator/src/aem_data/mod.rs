//! The data of the emulated AEM: its repository of files, its settings and its batches.

pub(crate) mod repository;
pub(crate) mod settings;
#[cfg(feature = "forms")]
pub(crate) mod batch;
