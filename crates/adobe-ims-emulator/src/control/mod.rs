//! The control endpoints, `/_emu/…`, with which tests in any language set up the emulator.

pub(crate) mod caller;
pub(crate) mod json_body;
pub(crate) mod overview;
pub(crate) mod health;
pub(crate) mod clock;
pub(crate) mod ims_settings;
pub(crate) mod lifetimes;
pub(crate) mod aem_rights;
pub(crate) mod aem_files;
pub(crate) mod aem_settings;
pub(crate) mod consents;
pub(crate) mod snapshots;
pub(crate) mod faults;
pub(crate) mod requests;
pub(crate) mod verify;
pub(crate) mod secrets;
pub(crate) mod certificates;
pub(crate) mod accounts;
pub(crate) mod clients;
pub(crate) mod person_fields;
pub(crate) mod people;
pub(crate) mod service_codes;
pub(crate) mod tokens;
pub(crate) mod registry;
pub(crate) mod sign_ins;
pub(crate) mod endpoint;
