//! The format of a stored entry, version 1: one JSON object, whose times are milliseconds since the
//! Unix epoch. `docs/token-cache.md` describes it for other readers.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{StoreEntry, StoreKey, StoredFailure, StoredToken};
use crate::{AccessToken, Error, Problem, Secret, ServerAnswer};

const FORMAT: &str = "adobe-ims.token-cache/1";

#[derive(Deserialize, Serialize)]
struct Entry<'a> {
    format: &'a str,
    environment: String,
    client_id: String,
    grant: String,
    scopes: Vec<String>,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Token>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
}

#[derive(Deserialize, Serialize)]
struct Token {
    access_token: Zeroizing<String>,
    obtained_at: u64,
    refresh_at: u64,
    expires_at: u64,
    fingerprint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Failure {
    at: u64,
    fingerprint: String,
    problem: String,
    message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<Server>,
}

#[derive(Deserialize, Serialize)]
struct Server {
    endpoint: String,
    status: u16,
    code: Option<String>,
    description: Option<String>,
    debug_id: Option<String>,
    /// Seconds.
    retry_after: Option<u64>,
}

/// Writes an entry. Its text holds the token.
pub(super) fn write(key: &StoreKey, entry: &StoreEntry) -> Zeroizing<Vec<u8>> {
    let entry = Entry {
        format: FORMAT,
        environment: key.environment().to_owned(),
        client_id: key.client_id().to_owned(),
        grant: key.grant().to_string(),
        scopes: key.scopes().to_vec(),
        subject: key.subject().to_owned(),
        token: entry.token.as_ref().map(Token::of),
        failure: entry.failure.as_ref().map(Failure::of),
    };
    // Room enough: a buffer that grows leaves copies behind that nobody overwrites.
    let token = entry.token.as_ref().map_or(0, |it| it.access_token.len());
    let mut text = Zeroizing::new(Vec::with_capacity(2 * token + 8 * 1024));
    if serde_json::to_writer(&mut *text, &entry).is_err() {
        // Only a map with odd keys cannot be written, and there is none.
        text.clear();
    }
    text
}

/// Who an entry is for, and what it holds.
pub(super) struct Read {
    pub(super) environment: String,
    pub(super) client_id: String,
    pub(super) grant: String,
    pub(super) scopes: Vec<String>,
    pub(super) subject: String,
    pub(super) entry: StoreEntry,
}

impl Read {
    /// Whether it is the entry of this key, and not one that was copied to its place.
    pub(super) fn is_of(&self, key: &StoreKey) -> bool {
        self.environment == key.environment()
            && self.client_id == key.client_id()
            && self.grant == key.grant().as_str()
            && self.scopes == key.scopes()
            && self.subject == key.subject()
    }
}

/// Reads an entry; `None` when it is none.
pub(super) fn read(text: &[u8]) -> Option<Read> {
    let entry: Entry<'_> = serde_json::from_slice(text).ok()?;
    if entry.format != FORMAT {
        return None;
    }
    let token = match entry.token {
        Some(token) => Some(token.read(&entry.client_id)?),
        None => None,
    };
    Some(Read {
        entry: StoreEntry {
            token,
            failure: entry.failure.and_then(Failure::read),
        },
        environment: entry.environment,
        client_id: entry.client_id,
        grant: entry.grant,
        scopes: entry.scopes,
        subject: entry.subject,
    })
}

impl Token {
    fn of(stored: &StoredToken) -> Self {
        Self {
            access_token: Zeroizing::new(stored.token.as_secret().expose().to_owned()),
            obtained_at: millis(stored.obtained_at),
            refresh_at: millis(stored.refresh_at),
            expires_at: millis(stored.expires_at),
            fingerprint: stored.fingerprint.clone(),
            organization_id: stored.organization_id.clone(),
        }
    }

    fn read(self, client_id: &str) -> Option<StoredToken> {
        let expires_at = time(self.expires_at)?;
        let token = AccessToken::until(expires_at, Secret::from_zeroizing(self.access_token))
            .ok()?
            .with_identity(Some(client_id), self.organization_id.as_deref());
        Some(StoredToken {
            token,
            obtained_at: time(self.obtained_at)?,
            refresh_at: time(self.refresh_at)?,
            expires_at,
            fingerprint: self.fingerprint,
            organization_id: self.organization_id,
        })
    }
}

impl Failure {
    fn of(stored: &StoredFailure) -> Self {
        Self {
            at: millis(stored.at),
            fingerprint: stored.fingerprint.clone(),
            problem: stored.error.problem().id().to_owned(),
            message: stored.error.to_string(),
            hints: stored.error.own_hints().to_vec(),
            server: stored.error.server().map(|server| Server {
                endpoint: server.endpoint.clone(),
                status: server.status,
                code: server.code.clone(),
                description: server.description.clone(),
                debug_id: server.debug_id.clone(),
                retry_after: server.retry_after.map(|wait| wait.as_secs()),
            }),
        }
    }

    /// A failure of a kind that this version does not know is no news to it.
    fn read(self) -> Option<StoredFailure> {
        let error = Error::new(Problem::from_id(&self.problem)?, self.message);
        let mut error = self.hints.into_iter().fold(error, Error::with_hint);
        if let Some(server) = self.server {
            error = error.with_server(ServerAnswer {
                endpoint: server.endpoint,
                status: server.status,
                code: server.code,
                description: server.description,
                debug_id: server.debug_id,
                retry_after: server.retry_after.map(Duration::from_secs),
                ..ServerAnswer::default()
            });
        }
        Some(StoredFailure {
            at: time(self.at)?,
            error,
            fingerprint: self.fingerprint,
        })
    }
}

fn millis(time: SystemTime) -> u64 {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn time(millis: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}
