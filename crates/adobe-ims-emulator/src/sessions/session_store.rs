//! The store of sign-ins, authorization codes, and used and revoked tokens.

use std::collections::{HashMap, HashSet};

use crate::sessions::authorization::Authorization;
use crate::sessions::authorization_request::AuthorizationRequest;

/// An authorization code that was not redeemed yet.
#[derive(Clone)]
pub(crate) struct PendingCode {
    pub(crate) authorization: Authorization,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// A sign-in whose page is open in a browser.
#[derive(Clone)]
pub(crate) struct PendingSignIn {
    pub(crate) request: AuthorizationRequest,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// The state of all sign-ins. Tokens are known by their `id`, sessions by their `sid`.
#[derive(Clone, Default)]
pub(crate) struct SessionStore {
    codes: HashMap<String, PendingCode>,
    /// By the ticket in the form of the page.
    sign_ins: HashMap<String, PendingSignIn>,
    /// The user id of each browser's cookie.
    browsers: HashMap<String, String>,
    used_refresh_tokens: HashSet<String>,
    revoked_tokens: HashSet<String>,
    ended_sessions: HashSet<String>,
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
}
