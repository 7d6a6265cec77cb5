//! The lookup for one caller: it decides, and starts a refresh if the decision needs one.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::options::TokenOptions;
use super::refresh::Refresh;
use super::shared::{Shared, State};
use super::single_flight::{RefreshInFlight, RefreshReceiver};
use super::state::Decision;
use crate::error::{Error, Problem, Result};
use crate::token::AccessToken;
use crate::util::clock::{Clock, Moment};
use crate::util::time;

/// The result of a lookup, which does not wait.
pub(super) enum Lookup {
    Ready(Arc<AccessToken>),
    /// The caller must wait for the refresh.
    Pending(RefreshReceiver),
    /// A refresh is in flight that does not do what this caller demands. The caller must wait until it has ended and
    /// look again.
    Busy(RefreshReceiver),
}

impl Shared {
    /// Decides for one caller, and starts a refresh if the decision needs one.
    pub(super) fn lookup(self: &Arc<Self>, options: &TokenOptions) -> Result<Lookup> {
        let now = self.now();
        let mut state = self.lock();
        if options.force_refresh {
            return self.force(&mut state, now, options);
        }
        let decision = state.refresh.decide(now, options.min_ttl);
        match (decision, &state.token) {
            (Decision::Serve, Some(token)) => Ok(Lookup::Ready(Arc::clone(token))),
            (Decision::ServeAndRefresh, Some(token)) => {
                let token = Arc::clone(token);
                // The caller has a token, so an error at the start of the refresh does not concern it.
                let _ = self.start_or_join(&mut state, now, options);
                Ok(Lookup::Ready(token))
            }
            (Decision::TooShort, Some(token)) => Err(short_lived(token, options, now.wall)),
            (Decision::Fail, _) => Err(state.last_error(now)),
            _ => {
                let receiver = self.start_or_join(&mut state, now, options)?;
                Ok(Lookup::Pending(receiver))
            }
        }
    }

    /// Joins a forced refresh, or starts one. A hold counts here too: a caller in a loop must not flood the source.
    fn force(
        self: &Arc<Self>,
        state: &mut State,
        now: Moment,
        options: &TokenOptions,
    ) -> Result<Lookup> {
        if let Some(refresh) = self.in_flight(state)
            && !refresh.is_forced
        {
            return Ok(Lookup::Busy(refresh.receiver.clone()));
        }
        if state.in_flight.is_none() && state.refresh.hold_remaining(now).is_some() {
            return Err(state.last_error(now));
        }
        let receiver = self.start_or_join(state, now, options)?;
        Ok(Lookup::Pending(receiver))
    }

    /// Returns the refresh in flight, unless it is stuck.
    fn in_flight<'a>(&self, state: &'a State) -> Option<&'a RefreshInFlight> {
        // A refresh has one deadline for the source and one for each store, which a few operations of the store may
        // exceed. If it takes longer, its runtime does not run any more.
        let policy = &self.policy;
        let stores = u32::try_from(self.stores.len()).unwrap_or(u32::MAX);
        let waiting = policy.deadline.saturating_mul(stores.saturating_add(1));
        let operations = policy
            .store_timeout
            .saturating_mul(stores.saturating_mul(4));
        let stuck_after = waiting
            .saturating_add(operations)
            .saturating_add(Duration::from_secs(5));
        let refresh = state.in_flight.as_ref()?;
        let age = self.clock.monotonic().saturating_sub(refresh.started_at);
        let is_alive = age < stuck_after && refresh.receiver.has_changed().is_ok();
        is_alive.then_some(refresh)
    }

    /// Joins the refresh in flight, or starts one.
    pub(super) fn start_or_join(
        self: &Arc<Self>,
        state: &mut State,
        now: Moment,
        options: &TokenOptions,
    ) -> Result<RefreshReceiver> {
        if let Some(refresh) = self.in_flight(state) {
            return Ok(refresh.receiver.clone());
        }
        let runtime = self.runtime()?;
        state.started += 1;
        let (refresh, receiver) = Refresh::new(self, state.started, now, options);
        state.in_flight = Some(RefreshInFlight {
            number: state.started,
            started_at: self.clock.monotonic(),
            is_forced: options.force_refresh,
            receiver: receiver.clone(),
        });
        drop(runtime.spawn(refresh.run()));
        Ok(receiver)
    }
}

pub(super) fn short_lived(token: &AccessToken, options: &TokenOptions, now: SystemTime) -> Error {
    let left = token.remaining(now).unwrap_or_default();
    let message = format!(
        "a new token lives for {}, but the caller needs {}",
        time::human(left),
        time::human(options.min_ttl),
    );
    Error::new(Problem::TokenShortLived, message)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::provider::{RefreshPolicy, TokenProvider};
    use crate::source::{FetchedToken, source_fn};
    use crate::util::clock::ManualClock;
    use crate::util::secret::Secret;

    /// Looks a token up and returns the number of refreshes that were started so far.
    fn started(provider: &TokenProvider) -> u64 {
        let lookup = provider.0.lookup(&TokenOptions::default());
        assert!(matches!(lookup, Ok(Lookup::Pending(_))));
        provider.0.lock().started
    }

    #[test]
    fn refresh_on_a_runtime_that_does_not_run_is_replaced_after_its_deadline() {
        // This runtime accepts tasks and never runs them.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let clock = ManualClock::at_unix(1_800_000_000);
        let provider = TokenProvider::builder(source_fn(std::future::pending))
            .clock(clock.clone())
            .runtime(runtime.handle().clone())
            .build();
        let stuck_after = RefreshPolicy::default().deadline + Duration::from_secs(5);
        assert_eq!(stuck_after, Duration::from_secs(20));
        assert_eq!(started(&provider), 1);
        clock.sleep(10 * stuck_after);
        assert_eq!(started(&provider), 1, "a machine that slept goes on");
        clock.advance(stuck_after - Duration::from_nanos(1));
        assert_eq!(started(&provider), 1);
        clock.advance(Duration::from_nanos(1));
        assert_eq!(started(&provider), 2);
    }

    #[test]
    fn refresh_that_was_replaced_neither_asks_nor_ends_with_an_outcome() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let clock = ManualClock::at_unix(1_800_000_000);
        let fetches = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&fetches);
        let source = source_fn(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            async { AccessToken::new(Secret::new("token")).map(FetchedToken::new) }
        });
        let provider = TokenProvider::builder(source)
            .clock(clock.clone())
            .runtime(runtime.handle().clone())
            .build();
        assert_eq!(started(&provider), 1);
        clock.advance(Duration::from_secs(60));
        assert_eq!(started(&provider), 2);
        // Both run now, the first one first.
        runtime.block_on(provider.saved());
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
        assert!(provider.0.fresh_token().is_some());
    }

    #[test]
    fn message_of_a_short_lived_token_names_both_durations() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let token = AccessToken::new(Secret::new("token"))
            .unwrap()
            .with_expiry(now + Duration::from_secs(60));
        let options = TokenOptions::min_ttl(Duration::from_secs(120));
        let error = short_lived(&token, &options, now);
        assert_eq!(error.problem(), Problem::TokenShortLived);
        let message = "a new token lives for 1 min 0 s, but the caller needs 2 min 0 s";
        assert_eq!(error.to_string(), message);
    }
}
