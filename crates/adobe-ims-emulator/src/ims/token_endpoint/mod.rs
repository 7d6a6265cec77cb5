//! The token endpoint, one file per grant.

pub(crate) mod client_credentials;
pub(crate) mod authorization_code;
pub(crate) mod refresh_token;
pub(crate) mod device;
pub(crate) mod cluster_at_exchange;
pub(crate) mod token_exchange;
pub(crate) mod endpoint;
