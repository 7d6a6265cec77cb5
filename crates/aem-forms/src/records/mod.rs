//! Records for many documents: a folder, a CSV file, JSON lines, a JSON list, or the elements of an XML file.
//!
//! CSV and JSON become XML: names with dots nest, lists repeat, and the root element has the name of the template's root
//! subform. Numbers stay as they are written; `null` and an empty value become an empty element. A column that is there
//! twice repeats; if its name has dots, it begins the next group of its name.
//!
//! ```
//! use aem_forms::records;
//!
//! let json = br#"{"name": "Sarah", "address.city": "Bern", "item": [{"n": 1}, {"n": 2}]}"#;
//! let data = records::json_to_xml("sarah.json", json, "letter")?;
//! assert!(data.as_str().ends_with(
//!     "<letter><name>Sarah</name><address><city>Bern</city></address>\
//!      <item><n>1</n></item><item><n>2</n></item></letter>"
//! ));
//! # Ok::<(), aem_forms::Error>(())
//! ```

mod tree;
mod json;
mod csv_file;
mod json_file;
mod xml_file;
mod record;
mod source;
mod file_name;
mod plan;

pub use file_name::FileNamePattern;
pub use plan::Plan;
pub use record::{Record, RecordXml, json_to_xml};
pub use source::{RecordSource, Records};

use crate::error::{Finding, FormsProblem, Grade, Place};

/// The name of the root element where that of the template is not known. Forms takes a record whatever its root is
/// called.
pub const DEFAULT_ROOT: &str = "form1";

/// The length of a record in bytes.
const MAX_RECORD: u64 = 16 << 20;

/// The length of a file of records that is held in memory.
const MAX_FILE: u64 = 256 << 20;

fn record_error(place: Place, message: impl Into<String>) -> Finding {
    Finding::new(
        FormsProblem::RecordUnreadable,
        Grade::Refusal,
        place,
        message,
    )
}
