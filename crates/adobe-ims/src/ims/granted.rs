use std::time::SystemTime;

use crate::{Exchanged, Secret};

/// An access token, and what came with it because a person stands behind it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Granted {
    /// The access token, its expiry normalised, and the answer.
    pub exchanged: Exchanged,
    /// What gets the next access token without the person: it takes the place of the one that was shown.
    /// It comes with the scope `offline_access` only (documented by Adobe for v3).
    pub refresh_token: Option<Secret>,
    /// When the refresh token ends, on this machine's clock, by the claim `rtea` of the access token
    /// (observed). Where it is not said, Adobe documents 14 days.
    pub refresh_expires_at: Option<SystemTime>,
    /// Who signed in, as a signed token; it comes with the scope `openid` only (documented by Adobe).
    pub id_token: Option<Secret>,
    /// Who signed in: `userId` or `sub` of the answer, or else `user_id` of the access token. Nothing was
    /// verified.
    pub user_id: Option<String>,
}

impl From<Granted> for Exchanged {
    fn from(granted: Granted) -> Self {
        granted.exchanged
    }
}
