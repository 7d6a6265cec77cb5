//! A client of AEM Forms Communications as a Cloud Service.
//!
//! This project is independent of Adobe. Its facts about the API come from documents and clients that Adobe published,
//! and from public programs. Nothing here has been verified against the live service.

#![forbid(unsafe_code)]

// Each module uses only those above it.
pub mod error;
pub mod document;
pub mod options;
pub mod multipart;
pub mod client;
pub mod received;
pub mod generate;
pub mod assemble;
pub mod pdfa;
pub mod batch;

pub use assemble::Assembly;
pub use client::FormsClient;
pub use document::Document;
pub use error::{Error, Result};
pub use generate::Generation;
pub use received::Received;
