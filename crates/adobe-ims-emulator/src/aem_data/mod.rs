//! The data of the emulated AEM: its repository of files, and its settings.

pub(crate) mod repository;
pub(crate) mod settings;
