//! The change that a refresh makes to a stored entry.

use std::time::SystemTime;

use crate::cache::{StoreEntry, StoreKey, StoredFailure, StoredThrottle, StoredToken};
use crate::error::Error;
use crate::token::AccessToken;

pub(super) enum NewEntry {
    /// A token that this process fetched.
    NewToken {
        token: AccessToken,
        obtained_at: SystemTime,
        refresh_at: SystemTime,
        expires_at: SystemTime,
    },
    /// A token that another store had.
    Token(StoredToken),
    Failure {
        started_at: SystemTime,
        at: SystemTime,
        error: Error,
    },
    Nothing,
}

impl NewEntry {
    /// Changes the entry. Returns false if there is nothing to change.
    pub(super) fn apply(&self, entry: &mut StoreEntry, key: &StoreKey) -> bool {
        match self {
            Self::NewToken {
                token,
                obtained_at,
                refresh_at,
                expires_at,
            } => {
                entry.failure = None;
                entry.throttle = None;
                entry.token = Some(StoredToken {
                    token: token.clone(),
                    obtained_at: *obtained_at,
                    refresh_at: *refresh_at,
                    expires_at: *expires_at,
                    fingerprint: key.fingerprint().to_owned(),
                });
            }
            Self::Token(stored) => {
                entry.failure = None;
                entry.throttle = None;
                entry.token = Some(stored.clone());
            }
            Self::Failure {
                started_at,
                at,
                error,
            } => {
                // Another failure does not end a throttle.
                if let Some(throttle) = StoredThrottle::new(key, *at, error) {
                    entry.throttle = Some(throttle);
                }
                entry.failure = Some(StoredFailure::new(key, *started_at, *at, error.clone()));
            }
            Self::Nothing => return false,
        }
        true
    }
}
