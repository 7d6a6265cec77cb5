//! The text format of a stored entry, version 1. `docs/token-cache.md` describes it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::lines::{Lines, Writer};
use super::{StoreEntry, StoreKey, StoredFailure, StoredThrottle, StoredToken};
use crate::error::redact::Redactor;
use crate::error::{Error, Problem, ServerResponse};
use crate::token::AccessToken;
use crate::util::secret::Secret;

pub(super) const TITLE: &str = "adobe-ims.token-cache/1";

/// Writes an entry as text, token included. Returns `None` if a value contains a line break.
pub(crate) fn write(key: &StoreKey, entry: &StoreEntry) -> Option<Zeroizing<Vec<u8>>> {
    let token = entry.token.as_ref();
    let mut text = Writer::new(TITLE, token.map(|token| token.token.as_secret()));
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
        text.line("failure", &write_error(&failure.error)?);
    }
    if let Some(throttle) = &entry.throttle {
        text.time("throttled_at", throttle.at);
        text.time("throttled_until", throttle.until);
        text.line("throttled_fingerprint", &throttle.fingerprint);
        text.line("throttle", &write_error(&throttle.error)?);
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
    Some(ParsedEntry {
        entry: StoreEntry {
            token,
            failure: parse_failure(lines),
            throttle: parse_throttle(lines),
        },
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

/// Parses the last failure. One that cannot be read does not discard the token.
fn parse_failure(lines: Lines<'_>) -> Option<StoredFailure> {
    let at = lines.time("failed_at")?;
    Some(StoredFailure {
        // Older files lack the line.
        started_at: lines.time("attempt_started_at").unwrap_or(at),
        at,
        error: parse_error(lines.get("failure")?)?,
        fingerprint: lines.get("failed_fingerprint")?.to_owned(),
    })
}

fn parse_throttle(lines: Lines<'_>) -> Option<StoredThrottle> {
    Some(StoredThrottle {
        at: lines.time("throttled_at")?,
        until: lines.time("throttled_until")?,
        error: parse_error(lines.get("throttle")?)?,
        fingerprint: lines.get("throttled_fingerprint")?.to_owned(),
    })
}

/// Writes an error as one line.
pub(crate) fn write_error(error: &Error) -> Option<String> {
    serde_json::to_string(&Failure::from(error)).ok()
}

/// Parses the line of an error. Returns `None` for a problem that this version does not know.
pub(crate) fn parse_error(line: &str) -> Option<Error> {
    let failure: Failure = serde_json::from_str(line).ok()?;
    failure.into_error()
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

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            problem: error.problem().id().to_owned(),
            message: error.to_string(),
            hints: error.own_hints().to_vec(),
            server: error.server().map(|server| Server {
                endpoint: server.endpoint.clone(),
                status: server.status,
                code: server.code.clone().map(String::from),
                description: server.description.clone().map(String::from),
                debug_id: server.debug_id.clone().map(String::from),
                retry_after: server.retry_after.map(|wait| wait.as_secs()),
            }),
        }
    }
}

impl Failure {
    fn into_error(self) -> Option<Error> {
        let shown = |text: Option<String>| Redactor::default().shown(&text?);
        let error = Error::new(Problem::from_id(&self.problem)?, self.message);
        let error = self.hints.into_iter().fold(error, Error::with_hint);
        Some(match self.server {
            None => error,
            Some(server) => error.with_server(ServerResponse {
                endpoint: server.endpoint,
                status: server.status,
                code: shown(server.code),
                description: shown(server.description),
                debug_id: shown(server.debug_id),
                retry_after: server.retry_after.map(Duration::from_secs),
                ..ServerResponse::default()
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use proptest::prelude::*;

    use super::*;
    use crate::cache::Grant;
    use crate::environment::Environment;

    fn at(millis: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
    }

    fn key() -> StoreKey {
        let environment = Environment::production();
        let scopes = ["openid".to_owned(), "AdobeID".to_owned()];
        StoreKey::new(&environment, "client!+ID", Grant::Jwt, &scopes, "a b", &[])
    }

    fn failure(started_at: u64, failed_at: u64, message: &str) -> StoredFailure {
        let server = ServerResponse {
            endpoint: "https://ims-na1.adobelogin.com/ims/exchange/jwt".to_owned(),
            status: 503,
            code: Redactor::default().shown("server_error"),
            description: Redactor::default().shown("a description"),
            debug_id: Redactor::default().shown("a-debug-id"),
            retry_after: Some(Duration::from_secs(7)),
            ..ServerResponse::default()
        };
        StoredFailure {
            started_at: at(started_at),
            at: at(failed_at),
            error: Error::new(Problem::ServerError, message)
                .with_hint("a hint")
                .with_server(server),
            fingerprint: "0123".to_owned(),
        }
    }

    fn throttle(millis: u64) -> StoredThrottle {
        StoredThrottle {
            at: at(millis),
            until: at(millis + 1),
            error: failure(0, 0, "throttled").error,
            fingerprint: "89ab".to_owned(),
        }
    }

    fn token(millis: u64) -> StoredToken {
        let expires_at = at(millis + 2);
        StoredToken {
            token: AccessToken::until(expires_at, Secret::new("SECRET?%&=")).unwrap(),
            obtained_at: at(millis),
            refresh_at: at(millis + 1),
            expires_at,
            fingerprint: "4567".to_owned(),
        }
    }

    fn written(entry: &StoreEntry) -> Zeroizing<Vec<u8>> {
        write(&key(), entry).unwrap()
    }

    #[test]
    fn failure_of_an_older_file_began_when_it_ended() {
        let failure = Some(failure(1000, 2000, ""));
        let text = written(&StoreEntry {
            failure,
            ..StoreEntry::default()
        });
        let text = str::from_utf8(&text).unwrap();
        let line = "attempt_started_at: 1000\n";
        assert!(text.contains(line), "{text}");
        let started_at = |text: &str| {
            parse(text.as_bytes())
                .unwrap()
                .entry
                .failure
                .unwrap()
                .started_at
        };
        assert_eq!(started_at(text), at(1000));
        assert_eq!(started_at(&text.replace(line, "")), at(2000));
        let damaged = text.replace(line, "attempt_started_at: x\n");
        assert_eq!(started_at(&damaged), at(2000));
    }

    #[test]
    fn failure_that_cannot_be_read_does_not_discard_the_token() {
        let entry = StoreEntry {
            token: Some(token(5)),
            failure: Some(failure(1, 2, "")),
            throttle: Some(throttle(5)),
        };
        let text = written(&entry);
        let text = str::from_utf8(&text).unwrap();
        for (line, other, has_throttle) in [
            ("failed_at: 2\n", "", true),
            ("failed_fingerprint: 0123\n", "", true),
            ("failure: {\"problem\"", "failure: {\"cause\"", true),
            ("\"problem\"", "\"cause\"", false),
            ("server-error", "of-a-later-version", false),
        ] {
            assert!(text.contains(line), "{line}");
            let entry = parse(text.replace(line, other).as_bytes()).unwrap().entry;
            assert!(entry.failure.is_none(), "{line}");
            assert_eq!(entry.throttle.is_some(), has_throttle, "{line}");
            assert!(entry.token.is_some(), "{line}");
        }
        for (line, other) in [
            ("throttled_at: 5\n", ""),
            ("throttled_until: 6\n", "throttled_until: never\n"),
            ("throttled_fingerprint: 89ab\n", ""),
            ("throttle: {", "throttle: "),
        ] {
            assert!(text.contains(line), "{line}");
            let entry = parse(text.replace(line, other).as_bytes()).unwrap().entry;
            assert!(entry.throttle.is_none(), "{line}");
            assert!(entry.failure.is_some() && entry.token.is_some(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn entry_survives_writing_and_parsing(
            started_at in 0u64..1 << 45, failed_at in 0u64..1 << 45, millis in 0u64..1 << 45,
            message in "\\PC{0,20}", has_token: bool, has_failure: bool, has_throttle: bool,
        ) {
            let entry = StoreEntry {
                token: has_token.then(|| token(millis)),
                failure: has_failure.then(|| failure(started_at, failed_at, &message)),
                throttle: has_throttle.then(|| throttle(millis)),
            };
            let text = written(&entry);
            let parsed = parse(&text).unwrap();
            prop_assert!(parsed.belongs_to(&key()));
            prop_assert_eq!(&written(&parsed.entry), &text);
            prop_assert_eq!(parsed.entry.token.map(|token| token.obtained_at), has_token.then(|| at(millis)));
            prop_assert_eq!(parsed.entry.throttle.map(|throttle| (throttle.at, throttle.until)),
                has_throttle.then(|| (at(millis), at(millis + 1))));
            let stored = parsed.entry.failure;
            prop_assert_eq!(stored.as_ref().map(|stored| (stored.started_at, stored.at)),
                has_failure.then(|| (at(started_at), at(failed_at))));
            prop_assert_eq!(stored.map(|stored| stored.error.report().to_string()),
                has_failure.then(|| failure(0, 0, &message).error.report().to_string()));
        }

        #[test]
        fn damaged_entry_does_not_panic(at: prop::sample::Index, byte: u8) {
            let entry = StoreEntry { token: Some(token(5)), failure: Some(failure(1, 2, "")), throttle: Some(throttle(9)) };
            let mut text = written(&entry).to_vec();
            let at = at.index(text.len());
            text[at] = byte;
            // A damaged entry that still parses, and has no carriage return, survives another round.
            if let Some(parsed) = parse(&text)
                && let Some(again) = write(&key(), &parsed.entry)
            {
                prop_assert_eq!(&written(&parse(&again).unwrap().entry), &again);
            }
        }
    }
}
