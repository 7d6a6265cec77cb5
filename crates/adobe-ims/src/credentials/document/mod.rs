//! Credential documents: one file per kind.

mod env_file;
mod scopes;
mod field;
mod known_key;
mod node;
mod field_reader;
mod json_error;
mod aliases;
mod identity_service;
mod raw_fields;
mod partial;
mod supplement;
mod complete;
mod credential_fields;
mod choice;
mod jwt_payload;
mod flat;
mod aem_service;
mod aio_variable;
mod aio_context;
mod local_token;
mod pdf_services;
mod sections;
mod variables;
mod options;
mod aio_workspace;
mod notation;
mod envelope;
mod detect;
mod parse;

pub use aliases::FieldNames;
pub use credential_fields::CredentialFields;
pub use options::DocumentOptions;
pub(crate) use partial::JWT_CREDENTIALS_ENDED;
pub use variables::CredentialVariables;
pub(crate) use variables::names_identity_service;
