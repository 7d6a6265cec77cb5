//! The client against a server on loopback that answers with the exact bytes of each test.

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
