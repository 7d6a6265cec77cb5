//! What stands in a configuration, what is said of mistakes in it, and how it is changed.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod mistakes;
mod configuration;
mod credentials;
mod editing;
mod secrets;
mod support;
