//! Measures the size of the tool.

use adobe_ims_benches::Result;
use adobe_ims_benches::table::{Goal, Row};

use crate::programs;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let bytes = std::fs::metadata(programs::ims()?)?.len();
    Ok(vec![Row::value(
        "size: release build of ims",
        bytes as f64 / 1e6,
        "MB",
        Goal::AtMost(6.0),
    )])
}
