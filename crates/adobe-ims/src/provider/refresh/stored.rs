//! The look of a refresh into the stores: for a token, a failure that others share, a throttle, or the lease.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, timeout};

use super::{Refresh, end_after, sleep};
use crate::cache::{Claim, Lease, StoreEntry, StoreKey, StoredToken, TokenStore};
use crate::error::{Error, Problem, Result};
use crate::provider::catch_panic::{Panicked, catch_panic};
use crate::provider::event::Event;
use crate::provider::policy::Windows;
use crate::provider::shared::AgedToken;
use crate::provider::state::TokenAge;
use crate::util::clock::Moment;
use crate::util::time;

/// The outcome of the look into one store.
pub(super) enum StoreOutcome {
    /// Another process has stored a usable token.
    Token(AgedToken, Box<StoredToken>),
    /// The refresh of another process failed while this one waited. The stored token may bridge the failure.
    Failed(Error, Option<AgedToken>),
    /// This process must ask elsewhere.
    Ask(Box<Turn>),
}

/// The right to replace the entry of one store, and what the store has.
pub(super) struct Turn {
    /// The place of the store in the order of asking.
    pub(super) store: usize,
    /// `None` if the store cannot grant a lease.
    pub(super) lease: Option<Lease>,
    pub(super) entry: StoreEntry,
    /// A stored token that is still valid, in case that the request fails.
    pub(super) fallback: Option<AgedToken>,
    /// The error for callers who find no token in the stores: IMS wants no request.
    pub(super) throttle: Option<Error>,
}

/// The right to request a token, as one store grants it.
enum Right {
    Lease(Lease),
    /// Another process has it. Look again after this time.
    Held(Duration),
    /// This process has waited long enough for the named one, and requests a token without the lease.
    TimedOut(String),
    /// The store cannot grant a lease.
    Unknown,
}

impl Right {
    fn into_lease(self) -> Option<Lease> {
        match self {
            Self::Lease(lease) => Some(lease),
            Self::Held(_) | Self::TimedOut(_) | Self::Unknown => None,
        }
    }
}

impl Refresh {
    /// Waits until a store has a usable token or grants the lease. After half of the policy's deadline this process
    /// asks without the lease: two requests are better than none.
    pub(super) async fn load_or_claim(&self, number: usize, key: &StoreKey) -> StoreOutcome {
        let outcome = self.wait_for_store(number, key).await;
        self.shared.lock().lease_holder = None;
        outcome
    }

    async fn wait_for_store(&self, number: usize, key: &StoreKey) -> StoreOutcome {
        let store = &*self.shared.stores[number];
        let end = end_after(self.shared.policy.lease_timeout());
        let mut is_change_reported = false;
        loop {
            let claim = self.bounded(async { store.claim(key).await }).await;
            let right = self.right(claim, end);
            let entry = self.load(store, key).await;
            let now = self.shared.now();
            if !is_change_reported && has_valid_token_of_other_secrets(&entry, key, now) {
                self.shared.emit(&Event::SecretsChanged);
                is_change_reported = true;
            }
            let token = self.usable_stored_token(&entry, key, now);
            let is_waiting = matches!(right, Right::Held(_));
            let is_good = |token: &AgedToken| self.is_good_enough(&token.age, now, is_waiting);
            let throttle = self.throttle(&entry, key, now);
            let failure = self.shared_failure(&entry, key, now);
            let outcome = match (token, &entry.token, failure) {
                (Some(token), Some(stored), _) if is_good(&token) => {
                    StoreOutcome::Token(token, Box::new(stored.clone()))
                }
                (token, _, Some(error)) if throttle.is_none() => StoreOutcome::Failed(error, token),
                (fallback, ..) => {
                    if let (Right::Held(pause), None) = (&right, &throttle) {
                        sleep(*pause).await;
                        continue;
                    }
                    if let (Right::TimedOut(holder), None) = (&right, &throttle) {
                        self.report_holder(holder);
                    }
                    return StoreOutcome::Ask(Box::new(Turn {
                        store: number,
                        lease: right.into_lease(),
                        entry,
                        fallback,
                        throttle,
                    }));
                }
            };
            self.release(store, key, right.into_lease()).await;
            return outcome;
        }
    }

    fn right(&self, claim: Result<Claim>, end: Instant) -> Right {
        match claim {
            Ok(Claim::Won(lease)) => Right::Lease(lease),
            Ok(Claim::Held {
                look_again_in,
                holder,
            }) => {
                let holder = holder.unwrap_or_else(|| "another process".to_owned());
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Right::TimedOut(holder);
                }
                self.shared.lock().lease_holder = Some(holder);
                Right::Held(look_again_in.min(left))
            }
            Err(error) => {
                self.shared.emit(&Event::Store(&error));
                Right::Unknown
            }
        }
    }

    /// Reports a process that has the lease and does not give it back.
    fn report_holder(&self, holder: &str) {
        let waited = time::human(self.shared.policy.lease_timeout());
        let message = format!(
            "{holder} has been refreshing the token for {waited} and has not finished; this process requests a token itself"
        );
        let error = Error::new(Problem::StoreBusy, message);
        self.shared.emit(&Event::Store(&error));
    }

    async fn load(&self, store: &dyn TokenStore, key: &StoreKey) -> StoreEntry {
        let entry = self.bounded(async { store.load(key).await }).await;
        entry.unwrap_or_else(|error| {
            self.shared.emit(&Event::Store(&error));
            StoreEntry::default()
        })
    }

    pub(super) async fn release(
        &self,
        store: &dyn TokenStore,
        key: &StoreKey,
        lease: Option<Lease>,
    ) {
        if let Some(lease) = lease
            && let Err(error) = self
                .bounded(async { store.release(key, lease).await })
                .await
        {
            self.shared.emit(&Event::Store(&error));
        }
    }

    /// Limits the time of one operation of a store. A store that panics is one that fails.
    pub(super) async fn bounded<T>(&self, operation: impl Future<Output = Result<T>>) -> Result<T> {
        let limit = self.shared.policy.store_timeout;
        let message = match timeout(limit, catch_panic(operation)).await {
            Ok(Ok(result)) => return result,
            Ok(Err(Panicked)) => "the store panicked".to_owned(),
            Err(_) => format!("the store did not answer within {}", time::human(limit)),
        };
        Err(Error::new(Problem::StoreUnusable, message))
    }

    /// Returns the stored token if this refresh may use it at all.
    pub(super) fn usable_stored_token(
        &self,
        entry: &StoreEntry,
        key: &StoreKey,
        now: Moment,
    ) -> Option<AgedToken> {
        let stored = entry.token.as_ref()?;
        let is_usable = !self.is_forced
            && !stored.remaining(now.wall).is_zero()
            && stored.belongs_to(key)
            && !self.is_rejected(&stored.token);
        let age = self.age_of_stored(stored, now);
        let left = age.remaining(now);
        (is_usable && !left.is_zero() && left >= self.min_ttl).then(|| AgedToken {
            token: Arc::new(stored.token.clone()),
            age,
        })
    }

    /// Returns the age of a stored token. It does not make the current token younger: the store has times of the wall
    /// clock only, and that may have been set back.
    fn age_of_stored(&self, stored: &StoredToken, now: Moment) -> TokenAge {
        let age = age_of_stored(stored, now);
        let state = self.shared.lock();
        let current = state.token.as_ref();
        let known = current
            .filter(|current| current.is_same(&stored.token))
            .and_then(|_| state.refresh.age());
        known.map_or(age, |known| age.or_older(known, now))
    }

    /// Returns true if a stored token makes a fetch unnecessary. While another process refreshes it, it is enough
    /// that the token is outside its mandatory window and that this provider has no token of its own.
    fn is_good_enough(&self, age: &TokenAge, now: Moment, must_wait: bool) -> bool {
        age.is_fresh(now)
            || (must_wait
                && age.age(now) < age.windows.mandatory
                && self.shared.lock().refresh.usable(now).is_none())
    }

    /// Returns the error of a throttle that has not ended. It holds also for those who did not wait for it.
    fn throttle(&self, entry: &StoreEntry, key: &StoreKey, now: Moment) -> Option<Error> {
        let throttle = entry.throttle.as_ref().filter(|_| !self.is_forced)?;
        let left = throttle.remaining(key, now.wall)?;
        Some(throttle.error_at(now.wall, left))
    }

    /// Returns the stored failure of an attempt that began after this refresh: its outcome is that of all who waited
    /// for it. An older attempt says nothing about this moment, nor does one of a clock that was ahead.
    fn shared_failure(&self, entry: &StoreEntry, key: &StoreKey, now: Moment) -> Option<Error> {
        let failure = entry.failure.as_ref()?;
        // Stored times are truncated to milliseconds.
        let started_at = self.started_at.wall.checked_sub(Duration::from_millis(1))?;
        let is_shared = failure.started_at >= started_at
            // The clock may have been set back during the attempt.
            && failure.started_at.max(failure.at) <= now.wall
            && failure.fingerprint == key.fingerprint();
        is_shared.then(|| failure.error.clone())
    }
}

fn has_valid_token_of_other_secrets(entry: &StoreEntry, key: &StoreKey, now: Moment) -> bool {
    entry
        .token
        .as_ref()
        .is_some_and(|stored| !stored.remaining(now.wall).is_zero() && !stored.belongs_to(key))
}

/// Returns the age of a stored token by the wall clock.
fn age_of_stored(stored: &StoredToken, now: Moment) -> TokenAge {
    let since_obtained = |time: SystemTime| {
        let duration = time.duration_since(stored.obtained_at);
        duration.unwrap_or_default()
    };
    let lifetime = since_obtained(stored.expires_at);
    let windows = Windows {
        advisory: since_obtained(stored.refresh_at).min(lifetime),
        ..Windows::new(lifetime, 0.0)
    };
    TokenAge::new(now, since_obtained(now.wall), lifetime, windows)
}
