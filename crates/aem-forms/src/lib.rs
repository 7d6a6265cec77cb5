//! A client of AEM Forms Communications as a Cloud Service.
//!
//! This project is independent of Adobe. Its facts about the API come from documents and clients that Adobe published,
//! and from public programs. Nothing here has been verified against the live service.

#![forbid(unsafe_code)]

// Each module uses only those above it.
pub mod error;
pub mod document;

pub use error::{Error, Result};
