//! A client of AEM Forms Communications as a Cloud Service.
//!
//! ```no_run
//! use adobe_ims::crypto::Crypto;
//! use adobe_ims::{HttpTransport, TokenProvider};
//! use aem_forms::options::PdfOptions;
//! use aem_forms::{Document, FormsClient, Generation};
//!
//! # async fn example(provider: TokenProvider) -> Result<(), Box<dyn std::error::Error>> {
//! let transport = HttpTransport::builder(Crypto::default()).build()?;
//! let client = FormsClient::builder("author-p1-e2.adobeaemcloud.com").build(provider, transport)?;
//! let request = Generation::pdf(Document::file("letter.xdp")?, PdfOptions::new())
//!     .data(Document::file("data.xml")?);
//! client.generate(&request).await?.write_to_file("letter.pdf").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! Each module uses only modules that stand above it.
//!
//! | Module | Content |
//! |---|---|
//! | [`error`] | [`Error`], the findings of checks, and the catalogue of their causes |
//! | [`document`] | [`Document`]: a file, bytes, or a reference that AEM reads itself |
//! | [`options`] | the options of each API |
//! | [`ddx`] | the sources and results of a DDX, and a DDX that merges files |
//! | [`records`] | records of folders, CSV, JSON and XML, for many documents |
//! | [`lint`] | checks before anything is sent, as pure functions |
//! | [`client`] | [`FormsClient`], and the source of its headers |
//! | [`received`] | [`Received`]: a document that arrives |
//! | [`generate`] | documents from templates and data |
//! | [`assemble`] | documents from documents, by DDX |
//! | [`pdfa`] | PDF/A |
//! | [`batch`] | batches on the author tier |
//! | [`run`] | many documents in one run, with a journal |
//!
//! # Documents count when they are whole
//!
//! A document is written only if the status is 2xx, the type is the one that was asked for, the first bytes are those of
//! the type, and the end has come. Login pages, errors in JSON, empty and truncated answers are errors with their causes.
//!
//! # Features
//!
//! `aws-lc-rs` (on) and `ring` choose the crypto library, as in `adobe-ims`.
//!
//! This project is independent of Adobe. Its facts about the API come from documents and clients that Adobe published,
//! and from public programs. Nothing here has been verified against the live service.

#![forbid(unsafe_code)]

// Each module uses only those above it.
pub mod error;
pub mod document;
pub mod options;
mod xml;
mod fold;
mod json_fault;
pub mod ddx;
pub mod records;
pub mod known_options;
pub mod lint;
pub mod multipart;
pub mod client;
pub mod received;
pub mod generate;
pub mod assemble;
pub mod pdfa;
pub mod batch;
pub mod run;

pub use assemble::Assembly;
pub use client::FormsClient;
pub use document::Document;
pub use error::{Error, Result};
pub use generate::Generation;
pub use received::Received;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
