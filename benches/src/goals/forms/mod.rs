//! Compares the documents of AEM Forms with the requests that they consist of. The AEM is a server on loopback that gives
//! every request the same document.

mod aem;
mod bare;
mod check;
mod client;
pub(crate) mod large;
mod many_documents;
mod one_document;

use adobe_ims_benches::Result;
use adobe_ims_benches::table::Row;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let mut rows = one_document::measure()?;
    rows.extend(many_documents::measure()?);
    rows.push(check::measure()?);
    Ok(rows)
}
