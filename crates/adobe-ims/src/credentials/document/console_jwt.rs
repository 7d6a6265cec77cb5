//! The Adobe Developer Console's download of a JWT (service account) credential. Neither key, metascopes
//! nor host are in what the console wrote.

use std::time::SystemTime;

use serde_json::Value;

use super::aliases::FieldNames;
use super::flat::Found;
use super::partial::{Kind, PartialCredentials};
use crate::error::Result;
use crate::util::time;

pub(super) fn parse(text: &str) -> Result<PartialCredentials> {
    Ok(PartialCredentials {
        lacks_some: true,
        ended: true,
        ..PartialCredentials::new(Found::read(text)?, FieldNames::CONSOLE_JWT, Kind::Assertion)
    })
}

/// The fingerprints of the certificates have their dates, `MM/DD/YYYY`. Which of them the key belongs to
/// cannot be told, so the last one counts: until then there may be a key that works. The day begins at
/// midnight UTC; the hour is not said.
pub(super) fn last_expiry(certificates: &Value) -> Option<SystemTime> {
    let dates = certificates.as_object()?.values();
    dates.filter_map(|date| day(date.as_str()?)).max()
}

fn day(text: &str) -> Option<SystemTime> {
    let mut parts = text.trim().split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    time::parse_rfc3339(&format!("{year:0>4}-{month:0>2}-{day:0>2}T00:00:00Z"))
}
