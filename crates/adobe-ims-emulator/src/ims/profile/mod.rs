//! The endpoints that describe the user of a token, and that describe any user to a service.
//!
//! Errors of all of them:
//!
//! | Case | Error |
//! |---|---|
//! | the token is missing or not valid | 401 `invalid_token`, `Invalid or expired token.` (observed) |
//! | the token lacks a scope that the endpoint needs | 403 `insufficient_scope` (RFC 6750) |
//!
//! The emulator ignores the parameter `client_id`, which some published clients send.

pub(crate) mod caller;
pub(crate) mod principal;
pub(crate) mod product_context;
pub(crate) mod user_profile;
pub(crate) mod userinfo;
pub(crate) mod organizations;
pub(crate) mod organization_details;
pub(crate) mod account_cluster;
pub(crate) mod admin;
