//! A token in the forms that programs want it in.

use std::time::SystemTime;

use adobe_ims::timestamp;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::acquire::Found;

/// `Authorization: Bearer …`
pub(crate) fn header(found: &Found) -> Zeroizing<String> {
    let token = found.token.as_secret().expose();
    Zeroizing::new(["Authorization: Bearer ", token].concat())
}

/// `ims.token/1`: fields are added, never removed.
pub(crate) fn json(found: &Found, now: SystemTime) -> impl Serialize {
    let token = &found.token;
    TokenJson {
        schema: "ims.token/1",
        access_token: token.as_secret().expose(),
        token_type: "bearer",
        issued_at: token
            .claims()
            .and_then(|claims| claims.created_at)
            .and_then(timestamp::rfc3339),
        expires_at: token.expires_at().and_then(timestamp::rfc3339),
        expires_at_unix: token.expires_at().map(timestamp::unix_seconds),
        expires_in: token.remaining(now).map(|left| left.as_secs()),
        source: found.source,
        ims_url: found.environment.as_deref(),
        client_id: found.client_id.as_deref(),
        org_id: found.organization_id.as_deref(),
        scopes: token.claims().map_or(&[], |claims| &claims.scopes),
    }
}

#[derive(Serialize)]
struct TokenJson<'a> {
    schema: &'static str,
    access_token: &'a str,
    token_type: &'static str,
    issued_at: Option<String>,
    expires_at: Option<String>,
    expires_at_unix: Option<u64>,
    expires_in: Option<u64>,
    source: &'static str,
    ims_url: Option<&'a str>,
    client_id: Option<&'a str>,
    org_id: Option<&'a str>,
    scopes: &'a [String],
}
