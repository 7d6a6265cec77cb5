//! The text format of a stored entry, version 1. `docs/token-cache.md` describes it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::lines::{Lines, Writer};
use super::{StoreEntry, StoreKey, StoredFailure, StoredToken};
use crate::error::{Error, Problem, ServerResponse};
use crate::token::AccessToken;
use crate::util::secret::Secret;

pub(super) const TITLE: &str = "adobe-ims.token-cache/1";

/// Writes an entry as text, token included. Returns `None` if a value contains a line break.
pub(crate) fn write(key: &StoreKey, entry: &StoreEntry) -> Option<Zeroizing<Vec<u8>>> {
    let token = entry.token.as_ref();
    let length = token.map_or(0, |token| token.token.as_secret().expose().len());
    let mut text = Writer::new(TITLE, length + 16 * 1024);
    write_key(&mut text, key);
    if let Some(token) = token {
        text.time("obtained_at", token.obtained_at);
        text.time("refresh_at", token.refresh_at);
        text.time("expires_at", token.expires_at);
        text.line("fingerprint", &token.fingerprint);
        if let Some(id) = token.token.organization_id() {
            text.line("organization_id", id);
        }
        text.line("access_token", token.token.as_secret().expose());
    }
    if let Some(failure) = &entry.failure {
        text.time("attempt_started_at", failure.started_at);
        text.time("failed_at", failure.at);
        text.line("failed_fingerprint", &failure.fingerprint);
        text.line(
            "failure",
            &serde_json::to_string(&Failure::from(failure)).ok()?,
        );
    }
    text.finish()
}

/// Writes the identity of a token.
pub(crate) fn write_key(text: &mut Writer, key: &StoreKey) {
    text.line("environment", key.environment());
    text.line("client_id", key.client_id());
    text.line("grant", key.grant().as_str());
    text.line("scopes", &key.scopes().join(","));
    text.line("subject", key.subject());
}

/// Parses the value of the line `scopes`.
pub(crate) fn parse_scopes(line: &str) -> Vec<String> {
    let scopes = line.split(',').filter(|scope| !scope.is_empty());
    scopes.map(str::to_owned).collect()
}

/// Parses an entry. Returns `None` if the content is not an entry of this version.
pub(crate) fn parse(content: &[u8]) -> Option<ParsedEntry<'_>> {
    let lines = Lines::parse(content, TITLE)?;
    let token = match lines.get("access_token") {
        Some(token) => Some(parse_token(lines, token)?),
        None => None,
    };
    let failure = lines.get("failure").and_then(|failure| {
        let failure: Failure = serde_json::from_str(failure).ok()?;
        let at = lines.time("failed_at")?;
        Some(StoredFailure {
            // Older files lack the line.
            started_at: lines.time("attempt_started_at").unwrap_or(at),
            at,
            error: failure.into_error()?,
            fingerprint: lines.get("failed_fingerprint")?.to_owned(),
        })
    });
    Some(ParsedEntry {
        entry: StoreEntry { token, failure },
        lines,
    })
}

/// An entry with the lines that name its key.
pub(crate) struct ParsedEntry<'a> {
    pub(crate) entry: StoreEntry,
    lines: Lines<'a>,
}

impl ParsedEntry<'_> {
    /// Returns true if the entry was written for this key. An entry that was copied to another file was not.
    pub(crate) fn belongs_to(&self, key: &StoreKey) -> bool {
        self.get("environment") == key.environment()
            && self.get("client_id") == key.client_id()
            && self.get("grant") == key.grant().as_str()
            && self.get("scopes") == key.scopes().join(",")
            && self.get("subject") == key.subject()
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.lines.get(name).unwrap_or_default()
    }
}

fn parse_token(lines: Lines<'_>, token: &str) -> Option<StoredToken> {
    let expires_at = lines.time("expires_at")?;
    Some(StoredToken {
        token: AccessToken::until(expires_at, Secret::new(token))
            .ok()?
            .with_identity(lines.get("client_id"), lines.get("organization_id")),
        obtained_at: lines.time("obtained_at")?,
        refresh_at: lines.time("refresh_at")?,
        expires_at,
        fingerprint: lines.get("fingerprint")?.to_owned(),
    })
}

/// The JSON object of a failure, on one line.
#[derive(Deserialize, Serialize)]
struct Failure {
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

impl From<&StoredFailure> for Failure {
    fn from(stored: &StoredFailure) -> Self {
        Self {
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
}

impl Failure {
    /// Returns the error. Returns `None` for a problem that this version does not know.
    fn into_error(self) -> Option<Error> {
        let error = Error::new(Problem::from_id(&self.problem)?, self.message);
        let error = self.hints.into_iter().fold(error, Error::with_hint);
        Some(match self.server {
            None => error,
            Some(server) => error.with_server(ServerResponse {
                endpoint: server.endpoint,
                status: server.status,
                code: server.code,
                description: server.description,
                debug_id: server.debug_id,
                retry_after: server.retry_after.map(Duration::from_secs),
                ..ServerResponse::default()
            }),
        })
    }
}
