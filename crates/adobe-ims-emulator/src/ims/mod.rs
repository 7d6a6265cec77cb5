//! The endpoints of IMS, below them what they share.

pub(crate) mod client_authentication;
pub(crate) mod base_url;
pub(crate) mod new_token;
pub(crate) mod token;
pub(crate) mod id_token;
pub(crate) mod user_tokens;
pub(crate) mod token_endpoint;
pub(crate) mod jwt_exchange;
pub(crate) mod authorize;
pub(crate) mod profile;
pub(crate) mod token_status;
pub(crate) mod client_registration;
pub(crate) mod discovery;
pub(crate) mod key_set;
