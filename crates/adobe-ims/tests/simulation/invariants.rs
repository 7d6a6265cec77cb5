//! The promises of a provider, checked where they can break.

use std::sync::Arc;
use std::time::Duration;

use adobe_ims::provider::{Event, RefreshPolicy, RefreshStatus, TokenOptions};
use adobe_ims::{AccessToken, Error, ErrorClass};

use crate::clocks::{Moment, since_epoch};
use crate::model::{self, Hold, Landing};
use crate::world::{State, World};

/// Times are rounded to milliseconds.
const ROUNDING: Duration = Duration::from_millis(2);
const MAX_HOLD: Duration = Duration::from_secs(300);
const MAX_THROTTLE: Duration = Duration::from_secs(600);

impl World {
    /// A provider claims the right to refresh at a store.
    pub(crate) fn claim_starts(&self, provider: usize, store: usize) {
        let now = self.monotonic();
        let mut state = self.lock();
        let claims = &mut state.providers[provider].claiming_since;
        claims.entry(store).or_insert(now);
    }

    /// A provider sends a request to IMS.
    pub(crate) fn request_starts(&self, provider: usize) {
        let now = self.moment_of(provider);
        let policy = RefreshPolicy::default();
        let (model, others) = {
            let mut state = self.lock();
            let model = &mut state.providers[provider];
            model.in_flight += 1;
            model.attempts += 1;
            let model = model.clone();
            let in_flight: u32 = state.providers.iter().map(|model| model.in_flight).sum();
            (model, in_flight - 1)
        };
        self.log(format!(
            "request of provider {provider} starts, {others} others in flight"
        ));
        if model.in_flight > 1 {
            self.violated(
                "one request in flight per provider",
                format!("provider {provider}"),
            );
        }
        if model.attempts > policy.attempts && !self.was_disturbed(provider) {
            let detail = format!("provider {provider}, attempt {}", model.attempts);
            self.violated("a refresh makes at most 3 attempts", detail);
        }
        if let Some(hold) = model.hold
            && now.since(hold.at) + ROUNDING < hold.at_least
            && !self.was_disturbed(provider)
        {
            let detail = format!(
                "provider {provider}, {:?} after a failure, not before {:?}",
                now.since(hold.at),
                hold.at_least
            );
            self.violated("no request during a hold", detail);
        }
        self.check_throttle(provider, now);
        if others > 0 {
            self.check_lease(provider, now.monotonic, policy.deadline / 2);
        }
        self.check_need(provider, now);
    }

    /// A provider that has read a throttle from a store must not send a request before its end, unless a caller forces it.
    fn check_throttle(&self, provider: usize, now: Moment) {
        let throttle = {
            let state = self.lock();
            let model = &state.providers[provider];
            let mut throttles = model.throttles.iter().copied();
            let is_forced = model.forced_until > now.monotonic;
            throttles.find(|&(at, until)| {
                let end = until.min(at + MAX_THROTTLE);
                !is_forced && at <= now.wall && now.wall + ROUNDING < end
            })
        };
        if let Some((at, until)) = throttle
            && !self.was_disturbed(provider)
        {
            let detail = format!("provider {provider}, throttled from {at:?} until {until:?}");
            self.violated("no request during a stored throttle", detail);
        }
    }

    /// Another request for this identity is in flight: this one needs the lease of each store that works, or must have
    /// waited for it.
    fn check_lease(&self, provider: usize, now: Duration, lease_timeout: Duration) {
        let excuse = {
            let state = self.lock();
            let model = &state.providers[provider];
            model.stores.iter().all(|&number| {
                let store = &state.stores[number];
                let since = model.claiming_since.get(&number);
                store.is_held_by(provider)
                    || store.troubled_until > now
                    || since.is_some_and(|&since| now - since + ROUNDING >= lease_timeout)
            })
        };
        if !excuse {
            self.violated(
                "one request in flight per identity and store",
                format!("provider {provider}"),
            );
        }
    }

    /// A refresh of a token that is far from its windows needs a caller who demands it.
    fn check_need(&self, provider: usize, now: Moment) {
        if self.was_disturbed(provider) {
            return;
        }
        let needless = {
            let state = self.lock();
            let model = &state.providers[provider];
            let is_demanded = model.demanding_until > now.monotonic;
            model.current.filter(|number| {
                let Some(landing) = model.landed.get(number) else {
                    return false;
                };
                let is_due = model.due_at_once.contains(number);
                !is_demanded && !is_due && landing.left(now) > landing.full.mul_f64(0.65) + ROUNDING
            })
        };
        if let Some(number) = needless {
            let detail = format!("provider {provider} replaces token {number}");
            self.violated("no request while the token is fresh", detail);
        }
    }

    /// Returns true if a clock was set or the machine slept within the time of two refreshes.
    pub(crate) fn was_disturbed(&self, provider: usize) -> bool {
        let now = self.monotonic();
        let disturbed_at = self.lock().providers[provider].disturbed_at;
        disturbed_at.is_some_and(|at| now - at < Duration::from_secs(120))
    }

    /// The listener of a provider.
    pub(crate) fn observe(&self, provider: usize, event: &Event<'_>) {
        let now = self.moment_of(provider);
        match event {
            Event::Fetched(fetched) => self.landed(provider, &fetched.token, now, true),
            Event::LoadedFromStore(token) => self.landed(provider, token, now, false),
            Event::Failed(error) => self.failed(provider, error, now),
            Event::Retrying(error) => {
                self.log(format!(
                    "provider {provider} tries again: {}",
                    error.problem().id()
                ));
            }
            Event::Store(error) => {
                self.log(format!("provider {provider} reports its store: {error}"));
            }
            other => self.log(format!("provider {provider}: {other:?}")),
        }
    }

    fn landed(&self, provider: usize, token: &AccessToken, now: Moment, is_fetched: bool) {
        let number = model::number(token);
        let truth = self.truth();
        let mut state = self.lock();
        let expires_at = since_epoch(token.expires_at().unwrap());
        let obtained_at = if is_fetched {
            now.wall
        } else {
            state.obtained_at(provider, token)
        };
        let full = expires_at.saturating_sub(obtained_at);
        let landing = Landing {
            truth,
            at: now,
            left: full.saturating_sub(now.wall.saturating_sub(obtained_at)),
            full,
        };
        let arrived_at = state.tokens[number].arrived_at;
        let model = &mut state.providers[provider];
        let first = model.landed.entry(number).or_insert(landing);
        if first.truth < arrived_at || model.current != Some(number) {
            // IMS has issued the token again since, or the provider had another one and forgot the age of this one.
            *first = landing;
        }
        model.current = Some(number);
        if std::mem::take(&mut model.is_next_due) {
            model.due_at_once.insert(number);
        }
        model.hold = None;
        model.end_refresh();
        drop(state);
        let from = if is_fetched { "IMS" } else { "a store" };
        self.log(format!(
            "provider {provider} has token {number} from {from}"
        ));
    }

    fn failed(&self, provider: usize, error: &Error, now: Moment) {
        let mut state = self.lock();
        let model = &state.providers[provider];
        let read = model.read.iter();
        let landed = model.landed.values().map(|landing| landing.left(now));
        let left = read
            .map(|expiry| expiry.saturating_sub(now.wall))
            .chain(landed)
            .filter(|left| !left.is_zero())
            .min();
        let base = match (error.class(), left) {
            (ErrorClass::Refused, _) => 30,
            _ => 1,
        };
        let retry_after = error.server().and_then(|server| server.retry_after);
        let at_least = Duration::from_secs(base).max(retry_after.unwrap_or_default().min(MAX_HOLD));
        let at_least = left.map_or(at_least, |left| at_least.min(left / 3));
        let model = &mut state.providers[provider];
        model.hold = Some(Hold { at: now, at_least });
        model.end_refresh();
        drop(state);
        let id = error.problem().id();
        self.log(format!(
            "provider {provider} failed: {id}, holds for {at_least:?} at least"
        ));
    }

    /// A provider returned a token to a caller or reader.
    pub(crate) fn handed_out(
        &self,
        provider: usize,
        token: &AccessToken,
        options: &TokenOptions,
        to: &str,
    ) {
        let number = model::number(token);
        let now = self.moment_of(provider);
        let truth = self.truth();
        let (record, landing, is_withdrawn, ahead) = {
            let mut state = self.lock();
            let record = state.tokens[number];
            let model = &mut state.providers[provider];
            model.returned = Some(number);
            if model.current != Some(number) {
                // A stored token that bridges a failure: the provider had another one, and forgot the age of this one.
                model.landed.remove(&number);
                model.current = Some(number);
            }
            let is_withdrawn = model.withdrawn.contains(&number);
            let landing = model.landed.get(&number).copied();
            let ahead = state.ahead[state.providers[provider].host];
            (record, landing, is_withdrawn, ahead)
        };
        // A host whose clock is behind the one that fetched the token cannot know its age.
        let true_left = (ahead >= record.ahead).then(|| record.expires_at.saturating_sub(truth));
        let own_left = landing.map(|landing| landing.left(now));
        let left = true_left.into_iter().chain(own_left).min();
        let detail = || {
            format!(
                "provider {provider} returns token {number} to {to}: left in truth {true_left:?}, by the provider's clocks {own_left:?}, demanded {:?}",
                options.min_ttl
            )
        };
        if left.is_some_and(|left| left.is_zero()) {
            self.violated("no expired token is returned", detail());
        } else if left.is_some_and(|left| left < options.min_ttl) {
            self.violated("min_ttl is kept", detail());
        }
        if is_withdrawn {
            self.violated("a rejected token is not returned again", detail());
        }
    }

    /// A caller got an error. `other` is what a reader of the same provider gets at this moment.
    pub(crate) fn refused(
        &self,
        provider: usize,
        other: Option<&Arc<AccessToken>>,
        options: &TokenOptions,
        error: &Error,
    ) {
        let now = self.moment_of(provider);
        if options.force_refresh {
            return;
        }
        let truth = self.truth();
        let usable = {
            let state = self.lock();
            let model = &state.providers[provider];
            // In truth, too: a provider may know more than the model, for example from an entry that it read again.
            let left = |number: usize| {
                let landing = model.landed.get(&number)?;
                let in_truth = state.tokens[number].expires_at.saturating_sub(truth);
                Some(landing.left(now).min(in_truth))
            };
            let other = other.map(|token| model::number(token));
            let numbers = other.into_iter().chain(model.current);
            numbers
                .filter(|number| !model.withdrawn.contains(number))
                .filter_map(|number| Some((number, left(number)?)))
                .find(|(_, left)| *left >= options.min_ttl.max(Duration::from_millis(1)))
        };
        if let Some((number, left)) = usable {
            let detail = format!(
                "provider {provider} has token {number} for {left:?}, and a caller gets: {error}"
            );
            self.violated("a valid token is served before an error", detail);
        }
    }

    /// Returns true if `refresh_due` did nothing useful several times in a row within a second and wants to be called at
    /// once.
    pub(crate) fn is_spinning(&self, provider: usize, status: &RefreshStatus) -> bool {
        let now = self.monotonic();
        let mut state = self.lock();
        let model = &mut state.providers[provider];
        let is_idle = status.next.is_zero() && !matches!(status.outcome, Some(Ok(())));
        if !is_idle || now - model.idle_since > Duration::from_secs(1) {
            model.idle_calls = 0;
            model.idle_since = now;
        }
        model.idle_calls += u32::from(is_idle);
        model.idle_calls > 5
    }

    /// Takes the numbers of tokens that were fetched since the last call and should be at the provider now.
    pub(crate) fn take_arriving(&self, provider: usize) -> Vec<usize> {
        let now = self.moment_of(provider);
        let mut state = self.lock();
        let model = &mut state.providers[provider];
        let arriving = std::mem::take(&mut model.arriving);
        let is_valid = |number: &usize| {
            model
                .landed
                .get(number)
                .is_none_or(|landing| !landing.left(now).is_zero())
        };
        arriving.into_iter().filter(is_valid).collect()
    }
}

impl World {
    /// Returns true if this token replaces the one with this number: it is the same, or came or expires later.
    pub(crate) fn is_as_good(&self, token: &AccessToken, number: usize) -> bool {
        let state = self.lock();
        let (one, other) = (state.tokens[model::number(token)], state.tokens[number]);
        one.arrived_at >= other.arrived_at || one.expires_at >= other.expires_at
    }
}

impl State {
    /// Returns the time at which a process received the token, by its wall clock.
    fn obtained_at(&self, provider: usize, token: &AccessToken) -> Duration {
        let stores = self.providers[provider].stores.iter();
        let entries = stores.filter_map(|&store| self.stores[store].entry.token.as_ref());
        let entry = entries.into_iter().find(|entry| {
            entry.token.is_same(token) && Some(entry.expires_at) == token.expires_at()
        });
        match entry {
            Some(entry) => since_epoch(entry.obtained_at),
            None => self.tokens[model::number(token)].obtained_at,
        }
    }
}
