//! The journal of the requests to the emulated services.

pub(crate) mod recorded_request;
pub(crate) mod filter;
pub(crate) mod encoding;
pub(crate) mod ring;
pub(crate) mod verification;
pub(crate) mod exchange;

pub use filter::RequestFilter;
pub use recorded_request::{RecordedField, RecordedRequest};
pub use verification::VerificationError;
