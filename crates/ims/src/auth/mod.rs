//! Credentials and tokens: which credentials are meant, and where their token comes from.

// Each module uses only those above it.
mod document;
mod client_form;
pub(crate) mod stores;
pub(crate) mod sessions;
pub(crate) mod signed_in;
pub(crate) mod token_argument;
pub(crate) mod fields;
pub(crate) mod client;
mod new_profile;
pub(crate) mod sign_in_target;
mod credential_source;
mod credential_selection;
mod acquired_token;
mod facts;
mod certificate;
mod events;
mod cached;
mod known_secrets;
mod fetch;
mod acquire;
mod examination;
pub(crate) mod offline;
pub(crate) mod caller;
pub(crate) mod output;

pub(crate) use acquire::{TokenAcquirer, acquire};
pub(crate) use acquired_token::{AcquiredToken, TokenOrigin};
pub(crate) use client_form::ClientForm;
pub(crate) use examination::Examination;
pub(crate) use facts::CredentialFacts;
pub(crate) use fetch::{EMULATOR_DOCUMENT, LastingProvider};
pub(crate) use known_secrets::KnownSecrets;
pub(crate) use new_profile::NewProfile;
