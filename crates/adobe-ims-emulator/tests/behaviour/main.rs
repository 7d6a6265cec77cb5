//! The emulator as its users see it: what it grants, what it refuses, and how it says so.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod aem;
mod assertion;
mod client;
mod document;
mod encodings;
mod errors;
mod invalidate_token;
mod lifecycle;
mod oauth;
mod oauth_client;
mod people;
mod socket;
mod support;
mod token;
mod validate_token;
mod who;
