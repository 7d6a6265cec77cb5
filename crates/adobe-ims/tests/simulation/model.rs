//! The simulation's own record of tokens and providers, beside the state of the providers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use adobe_ims::AccessToken;
use adobe_ims::Secret;

use crate::clocks::Moment;

/// A token that the simulated IMS issued.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenRecord {
    /// The true time at which it expires.
    pub(crate) expires_at: Duration,
    /// By how many milliseconds the clock of the host was ahead that received it.
    pub(crate) ahead: i64,
    /// The true time at which it arrived last.
    pub(crate) arrived_at: Duration,
    /// The wall clock of the host that received it, at its arrival.
    pub(crate) obtained_at: Duration,
}

/// The first arrival of a token at a provider, from IMS or from a store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Landing {
    /// The true time.
    pub(crate) truth: Duration,
    pub(crate) at: Moment,
    /// The time that the token had left by the provider's clock.
    pub(crate) left: Duration,
    /// The whole life of the token.
    pub(crate) full: Duration,
}

impl Landing {
    /// Returns the time left by the clocks of the provider. Neither a sleep nor a clock that is set makes it longer.
    pub(crate) fn left(&self, now: Moment) -> Duration {
        self.left.saturating_sub(now.since(self.at))
    }
}

/// A hold after a failure, as short as the documentation allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hold {
    pub(crate) at: Moment,
    pub(crate) at_least: Duration,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ProviderModel {
    pub(crate) host: usize,
    /// The stores in the order of asking.
    pub(crate) stores: Vec<usize>,
    pub(crate) in_flight: u32,
    /// The requests since the last outcome.
    pub(crate) attempts: u32,
    pub(crate) hold: Option<Hold>,
    pub(crate) landed: BTreeMap<usize, Landing>,
    /// The last token that it fetched or took from a store.
    pub(crate) current: Option<usize>,
    /// The tokens that it promised not to return any more.
    pub(crate) withdrawn: BTreeSet<usize>,
    /// The tokens that it fetched and that must be there as soon as its refresh has ended.
    pub(crate) arriving: Vec<usize>,
    /// The last token that it returned.
    pub(crate) returned: Option<usize>,
    /// The expiries by the wall clock of the tokens that the current refresh read from stores.
    pub(crate) read: Vec<Duration>,
    /// The throttles that the current refresh read from stores: their start and end by the wall clock.
    pub(crate) throttles: Vec<(Duration, Duration)>,
    /// The monotonic time until which a caller may force a refresh.
    pub(crate) forced_until: Duration,
    /// For each store, the monotonic time of the first claim of the current refresh.
    pub(crate) claiming_since: BTreeMap<usize, Duration>,
    /// The calls of `refresh_due` in a row that did nothing, and the monotonic time of the first one.
    pub(crate) idle_calls: u32,
    pub(crate) idle_since: Duration,
    /// The monotonic time until which a caller with special needs may make it refresh.
    pub(crate) demanding_until: Duration,
    /// The monotonic time at which the clock of its host was set last, or the host slept.
    pub(crate) disturbed_at: Option<Duration>,
    /// The tokens that it may replace at once, because an API rejected them or their predecessors.
    pub(crate) due_at_once: BTreeSet<usize>,
    /// The next token is one of those: IMS may issue it before the rejection.
    pub(crate) is_next_due: bool,
}

impl ProviderModel {
    /// A refresh has ended.
    pub(crate) fn end_refresh(&mut self) {
        self.attempts = 0;
        self.claiming_since.clear();
        self.read.clear();
        self.throttles.clear();
    }
}

pub(crate) fn token(number: usize) -> AccessToken {
    AccessToken::new(Secret::new(format!("token-{number}"))).unwrap()
}

pub(crate) fn number(token: &AccessToken) -> usize {
    let text = token.as_secret().expose();
    text.strip_prefix("token-").unwrap().parse().unwrap()
}
