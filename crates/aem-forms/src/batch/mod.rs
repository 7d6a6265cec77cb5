//! Documents from many records, asynchronously (batch API of author): [`BatchApi`].

mod config;
mod state;
mod place;
mod api;

pub use api::BatchApi;
pub use config::BatchConfig;
pub use state::{BatchOutput, BatchState, BatchStatus};
