//! The entry of the credentials in the token cache.

use std::time::{Duration, SystemTime};

use adobe_ims::cache::{FileStore, StoreEntry, StoreKey, StoredToken};
use adobe_ims::error::Certainty;
use adobe_ims::internal::{examine_entry, time};
use adobe_ims::{Credentials, Error, Problem};

use super::evidence::cause_of;
use crate::auth::stores;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::error::Failure;

const ID: CheckId = CheckId::Cache;

/// Tokens of IMS live for 24 hours at most. A longer life is that of a wrong unit.
const LONGEST_LIFE: Duration = Duration::from_secs(25 * 3600);

/// The store takes a token for one of the future from here on.
const TOLERANCE: Duration = Duration::from_secs(60);

/// The entry of the cache for the credentials.
pub(super) enum CacheState {
    /// The cache is not used, for this reason.
    Off(&'static str),
    /// The cache cannot be opened, and every request for a token fails.
    Unopened(Failure),
    /// The credentials are not known, and so no entry is. The error is that of the folder.
    Unknown(&'static str, Option<Error>),
    /// The sign-in of the person cannot be used, so no entry is known.
    WithoutSession(Error),
    /// The entry cannot be read.
    Unreadable(Error),
    Read {
        key: Box<StoreKey>,
        /// `None` if nothing is stored.
        entry: Option<Box<StoreEntry>>,
        folder: String,
    },
}

/// Looks into the cache. Nothing is changed.
pub(super) fn look(subject: &Subject<'_>) -> CacheState {
    let settings = &subject.settings.cache;
    if !settings.is_enabled {
        return CacheState::Off("the cache is off");
    }
    let variables = &subject.context.variables;
    let store = match stores::token_cache(settings.key_file.as_deref(), variables) {
        Ok(Some(store)) => store,
        Ok(None) => return CacheState::Off("no variable names a folder for the cache"),
        Err(failure) => return CacheState::Unopened(failure),
    };
    let key = match key(subject) {
        Ok(Ok(key)) => key,
        Ok(Err(error)) => return CacheState::WithoutSession(error),
        Err(reason) => {
            let error = store.list().err();
            return CacheState::Unknown(reason, error);
        }
    };
    read(&store, key)
}

fn read(store: &FileStore, key: StoreKey) -> CacheState {
    match examine_entry(store, &key) {
        Err(error) => CacheState::Unreadable(error),
        Ok(entry) => CacheState::Read {
            key: Box::new(key),
            entry: entry.map(Box::new),
            folder: format!("{:?}", store.folder()),
        },
    }
}

/// Returns the key of the credentials, or the reason why there is none.
fn key(subject: &Subject<'_>) -> Result<Result<StoreKey, Error>, &'static str> {
    let examination = &subject.examination;
    if examination.token_of_variable().is_some() {
        return Err("a token is used, and the cache is not");
    }
    let credentials = subject
        .credentials()
        .ok_or("the credentials cannot be read")?;
    if let Credentials::User(user) = credentials
        && let Ok(selection) = examination.selection()
    {
        let session = selection.session(user);
        // A store sets a damaged file aside when it reads the session.
        let files = session
            .as_ref()
            .map(|it| it.sessions().list().unwrap_or_default());
        if files.is_ok_and(|files| files.iter().any(|file| file.session.is_none())) {
            return Err("the file of a session cannot be read");
        }
        return Ok(session.and_then(|it| match it.store_key() {
            Err(error) if error.problem() == Problem::NotSignedIn => {
                let of_sign_in = it.store_key_without_session();
                has_token(subject, &of_sign_in)
                    .then_some(of_sign_in)
                    .ok_or(error)
            }
            key => key,
        }));
    }
    let key = credentials.store_key(&examination.key_context());
    key.map(Ok)
        .ok_or("the credentials are a token, which is not cached")
}

/// Returns true if the cache has a token of a sign-in that left no session.
fn has_token(subject: &Subject<'_>, key: &StoreKey) -> bool {
    let settings = &subject.settings.cache;
    let store = stores::token_cache(settings.key_file.as_deref(), &subject.context.variables);
    let entry = store
        .ok()
        .flatten()
        .and_then(|it| examine_entry(&it, key).ok()?);
    entry.is_some_and(|it| it.token.is_some())
}

impl CacheState {
    /// Returns the time that is left for the stored token, if a request for a token would get it.
    pub(super) fn time_left(&self, now: SystemTime) -> Option<Duration> {
        let Self::Read { key, entry, .. } = self else {
            return None;
        };
        let token = entry.as_ref()?.token.as_ref()?;
        let is_usable = token.is_fresh(key, now, Duration::ZERO);
        is_usable.then(|| token.remaining(now))
    }
}

/// Says what the cache holds.
pub(super) fn cache(state: &CacheState, now: SystemTime) -> Check {
    match state {
        CacheState::Off(reason) => Check::skipped(ID, *reason),
        CacheState::Unopened(failure) => {
            let cause = FoundCause::summarized(failure, Certainty::Certain);
            Check::problem(ID, failure.message(), cause)
        }
        CacheState::Unknown(_, Some(error)) | CacheState::Unreadable(error) => {
            Check::warning(ID, error.to_string()).because(cause_of(error, Certainty::Certain))
        }
        CacheState::Unknown(reason, None) => Check::skipped(ID, *reason),
        CacheState::WithoutSession(error) => {
            Check::problem(ID, error.to_string(), cause_of(error, Certainty::Certain))
        }
        CacheState::Read { key, entry, folder } => {
            let check = match entry {
                None => Check::ok(ID, "no token of these credentials is stored"),
                Some(entry) => of_entry(entry, key, now),
            };
            check.seen(format!("folder: {folder}"))
        }
    }
}

fn of_entry(entry: &StoreEntry, key: &StoreKey, now: SystemTime) -> Check {
    let token = entry.token.as_ref();
    let is_usable =
        token.is_some_and(|token| token.belongs_to(key) && !token.remaining(now).is_zero());
    let throttled = entry
        .throttle
        .as_ref()
        .and_then(|it| Some((it, it.remaining(key, now)?)));
    let check = match (throttled, token) {
        (Some((throttle, left)), _) if !is_usable => {
            let until = time::display(now + left);
            let cause = cause_of(&throttle.error, Certainty::Certain);
            let summary = format!("IMS wants no request of this client until {until}");
            Check::problem(ID, summary, cause).seen(format!(
                "IMS answered 429 on {}",
                time::display(throttle.at)
            ))
        }
        (_, Some(token)) => of_token(token, key, now),
        (_, None) => Check::ok(ID, "no token of these credentials is stored"),
    };
    let check = match throttled {
        Some((_, left)) if is_usable => {
            let until = time::display(now + left);
            check.seen(format!("IMS wants no request of this client until {until}"))
        }
        _ => check,
    };
    let check = match &entry.failure {
        Some(failure) => {
            let at = time::display(failure.at);
            let problem = failure.error.problem().id();
            check.seen(format!(
                "the last refresh failed on {at}: {} [{problem}]",
                failure.error
            ))
        }
        None => check,
    };
    match token {
        Some(token) => check
            .seen(format!("obtained: {}", time::display(token.obtained_at)))
            .seen(format!("expires: {}", time::display(token.expires_at))),
        None => check,
    }
}

fn of_token(token: &StoredToken, key: &StoreKey, now: SystemTime) -> Check {
    if !token.belongs_to(key) {
        let summary = "the stored token was requested with another secret or key, and is not used";
        return Check::ok(ID, summary);
    }
    if let Ok(ahead) = token.obtained_at.duration_since(now)
        && ahead > TOLERANCE
    {
        let summary = format!(
            "the stored token was obtained {} in the future, and is not used",
            time::human(ahead)
        );
        let cause = FoundCause::new(Problem::ClockWrong, Certainty::Possible);
        return Check::warning(ID, summary).because(cause).fix(
            "somebody set the clock back; if it is right now, the next token replaces this one",
        );
    }
    let life = token.expires_at.duration_since(token.obtained_at);
    let life = life.unwrap_or_default();
    if life > LONGEST_LIFE {
        let summary = format!(
            "the stored token has a life of {}, and those of IMS live for 24 hours",
            time::human(life)
        );
        return Check::warning(ID, summary)
            .fix("replace it: ims token --force; milliseconds may have been taken for seconds");
    }
    let left = token.remaining(now);
    if left.is_zero() {
        return Check::ok(
            ID,
            "the stored token has expired, and the next call requests another one",
        );
    }
    Check::ok(
        ID,
        format!(
            "a token is stored, which is valid for {}",
            time::human(left)
        ),
    )
}
