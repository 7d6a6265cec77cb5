//! Behaviour of the configuration, from outside: reading, errors, secrets, credentials and editing.
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod mistakes;
mod configuration;
mod credentials;
mod editing;
mod secrets;
mod support;
