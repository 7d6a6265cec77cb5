//! The store of sign-ins, authorization codes, and used and revoked tokens.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::sessions::authorization::Authorization;
use crate::sessions::authorization_request::AuthorizationRequest;

/// An authorization code that was not redeemed yet.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct PendingCode {
    pub(crate) authorization: Authorization,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// A sign-in whose page is open in a browser.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct PendingSignIn {
    pub(crate) request: AuthorizationRequest,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// The number of times that a client or a user was removed before a token was issued for both. The
/// id of a token ends in it, so that a client that is registered again does not bring back the
/// tokens of its predecessor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TokenEpoch(u32);

impl TokenEpoch {
    /// Returns the end of a token id. It is empty for nearly all tokens.
    pub(crate) fn suffix(self) -> String {
        match self.0 {
            0 => String::new(),
            number => format!("-{number}"),
        }
    }

    /// Reads the epoch of a token id.
    fn of_token(id: &str) -> Self {
        let number = id.rsplit_once("_emulator-").map(|(_, number)| number);
        Self(number.and_then(|number| number.parse().ok()).unwrap_or(0))
    }
}

/// The state of all sign-ins. Tokens are known by their `id`, sessions by their `sid`.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct SessionStore {
    codes: HashMap<String, PendingCode>,
    /// By the ticket in the form of the page.
    sign_ins: HashMap<String, PendingSignIn>,
    /// The user id of each browser's cookie.
    browsers: HashMap<String, String>,
    used_refresh_tokens: HashSet<String>,
    revoked_tokens: HashSet<String>,
    ended_sessions: HashSet<String>,
    /// The number of removals of each client id and user id.
    removals: HashMap<String, u32>,
}

impl SessionStore {
    /// Adds a code and removes the expired ones. `now` is in milliseconds since 1970.
    pub(crate) fn add_code(&mut self, id: String, code: PendingCode, now: i64) {
        self.codes.retain(|_, code| code.expires_at > now);
        self.codes.insert(id, code);
    }

    pub(crate) fn code(&self, id: &str) -> Option<&PendingCode> {
        self.codes.get(id)
    }

    /// Removes a code that was redeemed.
    pub(crate) fn remove_code(&mut self, id: &str) {
        self.codes.remove(id);
    }

    /// Adds a sign-in and removes the expired ones. `now` is in milliseconds since 1970.
    pub(crate) fn add_sign_in(&mut self, ticket: String, sign_in: PendingSignIn, now: i64) {
        self.sign_ins.retain(|_, sign_in| sign_in.expires_at > now);
        self.sign_ins.insert(ticket, sign_in);
    }

    /// Removes a sign-in, and returns its request unless it has expired.
    pub(crate) fn take_sign_in(&mut self, ticket: &str, now: i64) -> Option<AuthorizationRequest> {
        let sign_in = self.sign_ins.remove(ticket)?;
        (sign_in.expires_at > now).then_some(sign_in.request)
    }

    pub(crate) fn add_browser(&mut self, cookie: String, user_id: &str) {
        self.browsers.insert(cookie, user_id.to_owned());
    }

    /// Returns the user id of the person who is signed in.
    pub(crate) fn browser_user(&self, cookie: &str) -> Option<&str> {
        self.browsers.get(cookie).map(String::as_str)
    }

    pub(crate) fn remove_browser(&mut self, cookie: &str) {
        self.browsers.remove(cookie);
    }

    pub(crate) fn mark_refresh_token_used(&mut self, id: &str) {
        self.used_refresh_tokens.insert(id.to_owned());
    }

    pub(crate) fn is_refresh_token_used(&self, id: &str) -> bool {
        self.used_refresh_tokens.contains(id)
    }

    pub(crate) fn revoke_token(&mut self, id: String) {
        self.revoked_tokens.insert(id);
    }

    /// Revokes all tokens of a session.
    pub(crate) fn end_session(&mut self, session: &str) {
        self.ended_sessions.insert(session.to_owned());
    }

    pub(crate) fn is_revoked(&self, id: &str, session: Option<&str>) -> bool {
        self.revoked_tokens.contains(id)
            || session.is_some_and(|session| self.ended_sessions.contains(session))
    }

    /// Ends all tokens of a client, a technical account or a person that was removed.
    pub(crate) fn end_tokens_of(&mut self, id: &str) {
        *self.removals.entry(id.to_owned()).or_default() += 1;
    }

    /// Returns the epoch of a new token.
    pub(crate) fn token_epoch(&self, client_id: &str, user_id: &str) -> TokenEpoch {
        let removals = |id: &str| self.removals.get(id).copied().unwrap_or_default();
        TokenEpoch(removals(client_id).saturating_add(removals(user_id)))
    }

    /// Returns whether the client or the user of a token was removed after the token was issued.
    pub(crate) fn is_orphan(&self, id: &str, client_id: &str, user_id: &str) -> bool {
        TokenEpoch::of_token(id) < self.token_epoch(client_id, user_id)
    }
}
