//! The endpoints that describe the user of a token.

pub(crate) mod caller;
pub(crate) mod user_profile;
pub(crate) mod userinfo;
pub(crate) mod organizations;
pub(crate) mod admin;
