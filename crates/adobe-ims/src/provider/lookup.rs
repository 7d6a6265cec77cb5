//! The lookup for one caller: it decides, and starts a refresh if the decision needs one.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::options::TokenOptions;
use super::refresh::Refresh;
use super::shared::{Shared, State};
use super::single_flight::{self, Executor, RefreshInFlight, RefreshReceiver};
use super::state::Decision;
use crate::error::{Error, Problem, Result};
use crate::token::AccessToken;
use crate::util::clock::Moment;
use crate::util::time;

/// The result of a lookup, which does not wait.
pub(super) enum Lookup {
    Ready(Arc<AccessToken>),
    /// The caller must wait for the refresh.
    Pending(RefreshReceiver),
}

impl Shared {
    /// Decides for one caller, and starts a refresh if the decision needs one.
    pub(super) fn lookup(
        self: &Arc<Self>,
        options: &TokenOptions,
        executor: Executor,
    ) -> Result<Lookup> {
        let now = self.now();
        let mut state = self.lock();
        if options.force_refresh {
            let receiver = self.start_or_join(&mut state, now, executor, options)?;
            return Ok(Lookup::Pending(receiver));
        }
        let decision = state.refresh.decide(now, options.min_ttl);
        match (decision, &state.token) {
            (Decision::Serve, Some(token)) => Ok(Lookup::Ready(Arc::clone(token))),
            (Decision::ServeAndRefresh, Some(token)) => {
                let token = Arc::clone(token);
                // The caller has a token, so an error at the start of the refresh does not concern it.
                let _ = self.start_or_join(&mut state, now, executor, options);
                Ok(Lookup::Ready(token))
            }
            (Decision::TooShort, Some(token)) => Err(short_lived(token, options, now.wall)),
            (Decision::Fail, _) => Err(state.last_error(now)),
            _ => {
                let receiver = self.start_or_join(&mut state, now, executor, options)?;
                Ok(Lookup::Pending(receiver))
            }
        }
    }

    /// Joins the refresh in flight, or starts one.
    pub(super) fn start_or_join(
        self: &Arc<Self>,
        state: &mut State,
        now: Moment,
        executor: Executor,
        options: &TokenOptions,
    ) -> Result<RefreshReceiver> {
        // A refresh has one deadline for the store and one for the source. If it exceeds both, its runtime does
        // not run any more.
        let stuck_after = 2 * self.policy.deadline + Duration::from_secs(5);
        if let Some(refresh) = &state.in_flight
            && now.since(refresh.started_at) < stuck_after
            && refresh.receiver.has_changed().is_ok()
        {
            return Ok(refresh.receiver.clone());
        }
        state.started += 1;
        let (refresh, receiver) = Refresh::new(self, state.started, now, options);
        state.in_flight = Some(RefreshInFlight {
            number: state.started,
            started_at: now,
            receiver: receiver.clone(),
        });
        if let Err(error) = single_flight::start(refresh.run(), executor) {
            state.in_flight = None;
            return Err(error);
        }
        Ok(receiver)
    }
}

fn short_lived(token: &AccessToken, options: &TokenOptions, now: SystemTime) -> Error {
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
    use super::*;
    use crate::provider::{RefreshPolicy, TokenProvider};
    use crate::source::source_fn;
    use crate::util::clock::ManualClock;
    use crate::util::secret::Secret;

    /// Looks a token up and returns the number of refreshes that were started so far.
    fn started(provider: &TokenProvider) -> u64 {
        let lookup = provider
            .0
            .lookup(&TokenOptions::default(), Executor::Runtime);
        assert!(matches!(lookup, Ok(Lookup::Pending(_))));
        provider.0.lock().started
    }

    #[test]
    fn refresh_on_a_runtime_that_does_not_run_is_replaced_after_two_deadlines() {
        // This runtime accepts tasks and never runs them.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let _guard = runtime.enter();
        let clock = ManualClock::at_unix(1_800_000_000);
        let provider = TokenProvider::builder(source_fn(std::future::pending))
            .clock(clock.clone())
            .build();
        let stuck_after = 2 * RefreshPolicy::default().deadline + Duration::from_secs(5);
        assert_eq!(stuck_after, Duration::from_secs(35));
        assert_eq!(started(&provider), 1);
        clock.advance(stuck_after - Duration::from_nanos(1));
        assert_eq!(started(&provider), 1);
        clock.advance(Duration::from_nanos(1));
        assert_eq!(started(&provider), 2);
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
