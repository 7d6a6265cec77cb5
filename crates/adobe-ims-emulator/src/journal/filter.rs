//! The choice of requests from the journal.

use serde::{Deserialize, Serialize};

use crate::journal::recorded_request::RecordedRequest;

/// A choice of recorded requests: those that have all the given values.
///
/// ```
/// use adobe_ims_emulator::{Emulator, RequestFilter};
///
/// let emulator = Emulator::start()?;
/// let exchanges = RequestFilter::new().path("/ims/exchange/*").status(200);
/// assert_eq!(emulator.requests_matching(&exchanges).len(), 0);
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RequestFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) since: u64,
}

impl RequestFilter {
    /// Creates a filter that all requests pass.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only requests to this path. A path with `*` at its end is the beginning of a path.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Only requests of this client.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// Only requests with this `grant_type`. The JWT exchange is `jwt_exchange`.
    #[must_use]
    pub fn grant(mut self, grant: impl Into<String>) -> Self {
        self.grant = Some(grant.into());
        self
    }

    /// Only requests that got this status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Only requests after the one with this number.
    #[must_use]
    pub fn since(mut self, seq: u64) -> Self {
        self.since = seq;
        self
    }

    /// Returns whether a request passes.
    pub(crate) fn admits(&self, request: &RecordedRequest) -> bool {
        let is =
            |wanted: &Option<String>, value: &Option<String>| wanted.is_none() || wanted == value;
        let path = self.path.as_deref();
        path.is_none_or(|path| path_matches(path, &request.path))
            && is(&self.client_id, &request.client_id)
            && is(&self.grant, &request.grant)
            && (self.status.is_none() || self.status == request.status)
            && request.seq > self.since
    }
}

/// Returns whether a path is the wanted one, or begins with it if the wanted one ends in `*`.
pub(crate) fn path_matches(wanted: &str, path: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => wanted.trim_end_matches('/') == path.trim_end_matches('/'),
    }
}
