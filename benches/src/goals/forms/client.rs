//! The client of the library, and the request that is measured: a template from a file, and data in memory.

use std::path::PathBuf;

use adobe_ims::crypto::Crypto;
use adobe_ims::source::StaticTokenSource;
use adobe_ims::{AccessToken, HttpTransport, Secret, TokenProvider};
use adobe_ims_benches::Result;
use aem_forms::options::PdfOptions;
use aem_forms::{Document, FormsClient, Generation};

use super::aem::Aem;
use crate::programs;

/// The path of the request.
pub(super) const PATH: &str = "/adobe/forms/doc/v1/generatePDFOutput";

/// In bytes.
const TOKEN: usize = 1200;

pub(super) fn open(aem: &Aem) -> Result<FormsClient> {
    let token = AccessToken::new(Secret::new("t".repeat(TOKEN)))?;
    let provider = TokenProvider::new(StaticTokenSource::new(token));
    let transport = HttpTransport::builder(Crypto::ring()).build()?;
    let client = FormsClient::builder(format!("http://{}", aem.host));
    Ok(client.build(provider, transport)?)
}

/// Writes the template of the letters.
pub(super) fn template() -> Result<PathBuf> {
    programs::write_file("letter.xdp", super::check::template(TEMPLATE).as_bytes())
}

/// In bytes.
const TEMPLATE: usize = 20_000;

/// Returns the data of a letter.
pub(super) fn data(number: u64) -> Document {
    let data = format!("<form1><number>{number}</number><name>Sarah</name></form1>");
    Document::bytes("data.xml", data)
}

/// Returns the request for a letter.
pub(super) fn request(template: &Document, number: u64) -> Generation {
    Generation::pdf(template.clone(), PdfOptions::new().locale("de")).data(data(number))
}
