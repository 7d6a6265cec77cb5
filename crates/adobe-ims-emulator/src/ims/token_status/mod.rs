//! The endpoints that validate, invalidate and revoke tokens.

pub(crate) mod requested_type;
pub(crate) mod validate_token;
pub(crate) mod invalidate_token;
pub(crate) mod revoke;
