//! The emulator as its users see it: what it grants, what it refuses, and how it says so.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod aem;
mod assertion;
mod authorization_code;
mod authorize;
mod browser;
mod client;
mod control;
mod document;
mod encodings;
mod errors;
mod invalidate_token;
mod lifecycle;
mod oauth;
mod oauth_client;
mod openid;
mod other_grants;
mod people;
mod refresh_token;
mod socket;
mod support;
mod token;
mod token_kinds;
mod users;
mod validate_token;
mod who;
