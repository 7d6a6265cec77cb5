//! What is remembered of sign-ins and of the tokens that came of them.

use std::collections::{HashMap, HashSet};

use crate::ims::authorize::endpoint::AuthorizationRequest;
use crate::sessions::authorization::Authorization;

/// A code that was not used yet.
pub(crate) struct PendingCode {
    pub(crate) authorization: Authorization,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// A sign-in page that somebody looks at.
struct PendingSignIn {
    wanted: AuthorizationRequest,
    /// Milliseconds since 1970.
    expires_at: i64,
}

/// Tokens by their `id`, sign-ins by their `sid`.
#[derive(Default)]
pub(crate) struct Sessions {
    codes: HashMap<String, PendingCode>,
    tickets: HashMap<String, PendingSignIn>,
    /// The user id of whoever is signed in, by the cookie of their browser.
    browsers: HashMap<String, String>,
    /// The refresh tokens that were used.
    used: HashSet<String>,
    revoked: HashSet<String>,
    ended: HashSet<String>,
}

impl Sessions {
    /// Remembers a code; those whose time has run out are forgotten.
    pub(crate) fn add_code(&mut self, id: String, code: PendingCode, now: i64) {
        self.codes.retain(|_, code| code.expires_at > now);
        self.codes.insert(id, code);
    }

    /// Remembers what a sign-in page is for.
    pub(crate) fn add_sign_in(
        &mut self,
        ticket: String,
        wanted: AuthorizationRequest,
        expires_at: i64,
        now: i64,
    ) {
        self.tickets.retain(|_, ticket| ticket.expires_at > now);
        self.tickets
            .insert(ticket, PendingSignIn { wanted, expires_at });
    }

    /// What a sign-in page was for, once.
    pub(crate) fn take_sign_in(&mut self, ticket: &str, now: i64) -> Option<AuthorizationRequest> {
        let ticket = self.tickets.remove(ticket)?;
        (ticket.expires_at > now).then_some(ticket.wanted)
    }

    pub(crate) fn sign_in(&mut self, browser: String, user_id: &str) {
        self.browsers.insert(browser, user_id.to_owned());
    }

    pub(crate) fn signed_in(&self, browser: &str) -> Option<&str> {
        self.browsers.get(browser).map(String::as_str)
    }

    pub(crate) fn sign_out(&mut self, browser: &str) {
        self.browsers.remove(browser);
    }

    pub(crate) fn code(&self, id: &str) -> Option<&PendingCode> {
        self.codes.get(id)
    }

    /// Forgets a code that is used.
    pub(crate) fn remove_code(&mut self, id: &str) {
        self.codes.remove(id);
    }

    /// Notes the use of a refresh token.
    pub(crate) fn mark_used(&mut self, id: &str) {
        self.used.insert(id.to_owned());
    }

    pub(crate) fn is_used(&self, id: &str) -> bool {
        self.used.contains(id)
    }

    pub(crate) fn revoke(&mut self, id: String) {
        self.revoked.insert(id);
    }

    /// Makes all tokens of a sign-in good for nothing.
    pub(crate) fn end(&mut self, session: &str) {
        self.ended.insert(session.to_owned());
    }

    pub(crate) fn is_revoked(&self, id: &str, session: Option<&str>) -> bool {
        self.revoked.contains(id) || session.is_some_and(|session| self.ended.contains(session))
    }
}
