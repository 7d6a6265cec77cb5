//! The endpoints of IMS, one file for each, and what they share.
//!
//! Each endpoint has a constant `BEHAVIOURS`: what it does, and from where it is known.

pub(crate) mod client_authentication;
pub(crate) mod base_url;
pub(crate) mod required_parameter;
pub(crate) mod new_token;
pub(crate) mod token;
pub(crate) mod id_token;
pub(crate) mod user_tokens;
pub(crate) mod removal;
pub(crate) mod service_token;
pub(crate) mod service_code;
pub(crate) mod token_endpoint;
pub(crate) mod jwt_exchange;
pub(crate) mod authorize;
pub(crate) mod profile;
pub(crate) mod token_status;
pub(crate) mod client_registration;
pub(crate) mod discovery;
pub(crate) mod key_set;
pub(crate) mod endpoint;
pub(crate) mod openapi;
