//! Credential documents: one file per kind.

mod env_file;
mod scopes;
mod field;
mod field_reader;
mod json_error;
mod aliases;
mod raw_fields;
mod partial;
mod supplement;
mod complete;
mod credential_fields;
mod options;
mod choice;
mod flat;
mod aem_service;
mod aio_variable;
mod aio_context;
mod aio_workspace;
mod console_jwt;
mod local_token;
mod pdf_services;
mod variables;
mod detect;
mod parse;

pub use aliases::FieldNames;
pub(crate) use complete::JWT_CREDENTIALS_ENDED;
pub use credential_fields::CredentialFields;
pub use options::DocumentOptions;
pub use variables::CredentialVariables;
