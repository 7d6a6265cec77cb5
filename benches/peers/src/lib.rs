//! What is measured: reading a token that is there already, and a herd of callers when none is.

#![forbid(unsafe_code)]

pub mod case;
pub mod goals;
pub mod herd;
pub mod ours;
pub mod peer;
pub mod rounds;
pub mod source;
pub mod table;
pub mod threads;
pub mod token;
pub mod yardsticks;

use case::Case;
use herd::Herd;

/// Whatever went wrong; it is printed and nothing else.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Everything that is read in a loop, each with its token in place.
///
/// # Errors
/// When a first token cannot be had.
pub fn cases() -> Result<Vec<Case>> {
    let mut cases = yardsticks::cases()?;
    cases.extend(peer::google::cases()?);
    cases.extend(peer::gcp::cases()?);
    cases.extend(peer::azure::cases()?);
    cases.extend(ours::cases()?);
    Ok(cases)
}

/// Everything that a herd of callers meets without a token.
///
/// # Errors
/// When a source does not start.
pub fn herds() -> Result<Vec<Herd>> {
    Ok(vec![
        peer::google::herd()?,
        peer::gcp::herd()?,
        peer::azure::herd(),
        ours::herd(),
    ])
}
