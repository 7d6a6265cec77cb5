//! The clients, technical accounts, people and organizations that the emulator knows.

pub(crate) mod aem_environment;
pub(crate) mod grant_type;
pub(crate) mod redirect_uris;
pub(crate) mod organization;
pub(crate) mod person;
pub(crate) mod client;
pub(crate) mod account;
pub(crate) mod oauth_client;
pub(crate) mod registered_client;
pub(crate) mod people;
pub(crate) mod directory;
pub(crate) mod credential_document;
