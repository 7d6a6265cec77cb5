//! The types, lifetimes, scopes and keys of tokens.

pub(crate) mod lifetimes;
pub(crate) mod scopes;
pub(crate) mod token_keys;
