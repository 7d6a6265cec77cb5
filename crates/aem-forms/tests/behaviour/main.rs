//! The client against a server on loopback that answers with the exact bytes of each test.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod server;
mod world;

mod assemblies;
mod batches;
mod error_answers;
mod files;
mod generation;
mod pdfa;
mod retries;
mod tokens;
mod uploads;
mod wrong_answers;
