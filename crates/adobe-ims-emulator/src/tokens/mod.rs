//! The types, lifetimes, scopes and keys of tokens, and PKCE.

pub(crate) mod token_type;
pub(crate) mod lifetimes;
pub(crate) mod scopes;
pub(crate) mod pkce;
pub(crate) mod token_keys;
