//! The measured cases: callers that read a cached token, and herds of callers without a token.

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

/// A result with any error. The benchmark only prints errors.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Returns all cases that read in a loop, each with a token in its cache.
///
/// # Errors
/// Fails when a library cannot fetch its first token.
pub fn cases() -> Result<Vec<Case>> {
    let mut cases = yardsticks::cases()?;
    cases.extend(peer::google::cases()?);
    cases.extend(peer::gcp::cases()?);
    cases.extend(peer::azure::cases()?);
    cases.extend(ours::cases()?);
    Ok(cases)
}

/// Returns the herds of all libraries.
///
/// # Errors
/// Fails when a source does not start.
pub fn herds() -> Result<Vec<Herd>> {
    Ok(vec![
        peer::google::herd()?,
        peer::gcp::herd()?,
        peer::azure::herd(),
        ours::herd(),
    ])
}
