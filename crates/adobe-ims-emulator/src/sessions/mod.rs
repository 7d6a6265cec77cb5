//! The state of sign-ins: requests, approved authorizations, codes, and revoked tokens.

pub(crate) mod authorization;
pub(crate) mod authorization_request;
pub(crate) mod session_store;
