//! Proofs about the requests of the journal.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Bound, RangeBounds};

use crate::journal::filter::RequestFilter;
use crate::journal::recorded_request::RecordedRequest;
use crate::journal::ring::Journal;

/// The number of requests that a failed verification shows.
const MAX_SHOWN: usize = 20;

/// The number of kinds of requests that a failed verification shows.
const MAX_KINDS: usize = 50;

/// The wanted number of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CountRange {
    pub(crate) at_least: u64,
    pub(crate) at_most: Option<u64>,
}

impl CountRange {
    pub(crate) fn of(range: &impl RangeBounds<u64>) -> Self {
        Self {
            at_least: match range.start_bound() {
                Bound::Included(first) => *first,
                Bound::Excluded(before) => before.saturating_add(1),
                Bound::Unbounded => 0,
            },
            at_most: match range.end_bound() {
                Bound::Included(last) => Some(*last),
                Bound::Excluded(end) => Some(end.saturating_sub(1)),
                Bound::Unbounded => None,
            },
        }
    }

    fn is_exceeded_by(self, count: u64) -> bool {
        self.at_most.is_some_and(|most| count > most)
    }
}

impl fmt::Display for CountRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (least, Some(most)) if least == most => write!(f, "exactly {most}"),
            (0, Some(most)) => write!(f, "at most {most}"),
            (least, Some(most)) => write!(f, "from {least} to {most}"),
            (least, None) => write!(f, "at least {least}"),
        }
    }
}

/// The reason why a verification failed, with the requests that the journal has instead.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerificationError {
    /// The number of requests that pass the filter.
    pub count: u64,
    /// The first of the requests that pass the filter, 20 at most.
    pub requests: Vec<RecordedRequest>,
    /// All requests of the journal by kind, 50 kinds at most.
    pub(crate) seen: Vec<(RequestKind, u64)>,
    wanted: CountRange,
    /// The number of the first request that the journal has, if it has forgotten earlier ones that
    /// the verification needs.
    forgotten_before: Option<u64>,
}

/// The properties that requests share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequestKind {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) client_id: Option<String>,
    pub(crate) grant: Option<String>,
    pub(crate) status: Option<u16>,
}

impl RequestKind {
    fn of(request: RecordedRequest) -> Self {
        Self {
            path: request.path,
            method: request.method,
            client_id: request.client_id,
            grant: request.grant,
            status: request.status,
        }
    }
}

/// Checks the number of requests that pass a filter, and returns it.
///
/// A journal that has forgotten requests proves only that there were at least so many.
pub(crate) fn verify(
    journal: &Journal,
    filter: &RequestFilter,
    wanted: CountRange,
) -> Result<u64, Box<VerificationError>> {
    let matching = || journal.since(filter.since).filter(|it| filter.admits(it));
    let count = matching().count() as u64;
    let is_settled = wanted.is_exceeded_by(count)
        || (wanted.at_most.is_none() && count >= wanted.at_least)
        || !journal.has_forgotten_since(filter.since);
    if is_settled && count >= wanted.at_least && !wanted.is_exceeded_by(count) {
        return Ok(count);
    }
    let mut seen = BTreeMap::new();
    for request in journal.since(filter.since) {
        let kind = RequestKind::of(request);
        if seen.len() < MAX_KINDS || seen.contains_key(&kind) {
            *seen.entry(kind).or_default() += 1;
        }
    }
    Err(Box::new(VerificationError {
        count,
        requests: matching().take(MAX_SHOWN).collect(),
        seen: seen.into_iter().collect(),
        wanted,
        forgotten_before: (!is_settled).then(|| journal.first()),
    }))
}

impl fmt::Display for VerificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, wanted, .. } = self;
        write!(
            f,
            "The journal has {count} such requests; wanted are {wanted}."
        )?;
        if let Some(first) = self.forgotten_before {
            write!(
                f,
                " It has forgotten the requests before number {first}, which may be among them. \
                 Clear the journal before the test, or pass since."
            )?;
        }
        if self.seen.is_empty() {
            return f.write_str(" It has no requests at all.");
        }
        f.write_str(" It has:")?;
        for (index, (kind, count)) in self.seen.iter().enumerate() {
            let separator = if index == 0 { " " } else { "; " };
            write!(f, "{separator}{count} × {} {}", kind.method, kind.path)?;
            if let Some(grant) = &kind.grant {
                write!(f, " ({grant})")?;
            }
            if let Some(client_id) = &kind.client_id {
                write!(f, " of {client_id}")?;
            }
            match kind.status {
                Some(status) => write!(f, " with {status}")?,
                None => f.write_str(" without a response")?,
            }
        }
        f.write_str(".")
    }
}

impl std::error::Error for VerificationError {}
