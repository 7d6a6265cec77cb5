//! What a token or an assertion says, offline.

use core::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::access_token::TokenClaims;
use super::lifetime::amount;
use crate::crypto::jws;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;
use crate::util::time;

/// Above this a number of seconds since 1970 would lie in the year 5138: it is milliseconds.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// What was given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// A JWT assertion, to be exchanged for a token. It opens no API by itself.
    Assertion,
    /// A token of IMS, with its `type`: `access_token`, `refresh_token`…
    Ims(String),
    /// Another JWT.
    Other,
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assertion => f.write_str("assertion"),
            Self::Ims(kind) => f.write_str(kind),
            Self::Other => f.write_str("jwt"),
        }
    }
}

/// A token or an assertion, taken apart. Nothing was sent and no signature was checked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// What it is.
    pub kind: TokenKind,
    /// Its header.
    pub header: Map<String, Value>,
    /// Its claims.
    pub claims: Map<String, Value>,
    /// `created_at`, or `iat`.
    pub issued_at: Option<SystemTime>,
    /// `created_at` + `expires_in`, or `exp`.
    pub expires_at: Option<SystemTime>,
    /// The scopes of a token, the metascopes of an assertion.
    pub scopes: Vec<String>,
    /// What IMS or an API would object to.
    pub findings: Vec<String>,
}

impl Inspection {
    /// Takes apart a token or an assertion: bare, with `Bearer` or a whole `Authorization` header
    /// before it, or inside of the JSON that IMS or a console gave.
    ///
    /// # Errors
    /// [`Problem::TokenUnreadable`].
    pub fn of(text: &str, now: SystemTime) -> Result<Self> {
        let token = find_token(text)?;
        let jws::Decoded { header, payload } = jws::decode(token.expose())?;
        let mut inspection = if is_assertion(&payload) {
            of_assertion(payload)
        } else {
            of_token(payload)
        };
        if inspection.kind == TokenKind::Assertion && header.get("alg") != Some(&"RS256".into()) {
            inspection
                .findings
                .push("it is not signed with RS256".to_owned());
        }
        inspection.header = header;
        if let Some(end) = inspection.expires_at
            && end <= now
        {
            inspection.findings.push(format!(
                "it expired {} ago",
                time::human(now.duration_since(end).unwrap_or_default())
            ));
        }
        Ok(inspection)
    }

    /// A claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }
}

/// The token inside of what people paste: bare, with `Bearer` or a whole `Authorization` header before it,
/// or inside of the JSON that IMS or a console gave.
///
/// # Errors
/// [`Problem::TokenUnreadable`].
pub fn find_token(text: &str) -> Result<Secret> {
    let text = text
        .trim()
        .trim_start_matches('\u{feff}')
        .trim_matches(['"', '\'']);
    let mut text = Secret::new(text);
    if text.expose().starts_with('{') {
        let object: Map<String, Value> = serde_json::from_str(text.expose()).map_err(|_| {
            Error::new(
                Problem::TokenUnreadable,
                "this looks like JSON, but is not valid",
            )
        })?;
        let names = ["access_token", "accessToken", "jwt_token", "token"];
        text = names
            .iter()
            .find_map(|name| object.get(*name)?.as_str())
            .map(Secret::new)
            .ok_or_else(|| {
                Error::new(Problem::TokenUnreadable, "this JSON holds no access_token")
            })?;
    }
    let mut rest = text.expose().trim();
    for prefix in ["authorization:", "bearer "] {
        if rest
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        {
            rest = rest[prefix.len()..].trim_start();
        }
    }
    if rest.is_empty() {
        return Err(Error::new(
            Problem::TokenUnreadable,
            "there is no token: the text is empty",
        ));
    }
    Ok(Secret::new(rest))
}

fn is_assertion(claims: &Map<String, Value>) -> bool {
    let names_client = claims
        .get("aud")
        .and_then(Value::as_str)
        .is_some_and(|audience| audience.contains("/c/"));
    names_client || metascopes(claims).next().is_some()
}

/// The claims `BASE/s/NAME`, as base and name.
fn metascopes(claims: &Map<String, Value>) -> impl Iterator<Item = (&str, &str)> {
    claims.keys().filter_map(|claim| claim.split_once("/s/"))
}

fn of_assertion(claims: Map<String, Value>) -> Inspection {
    let mut findings = Vec::new();
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let expires_at = match claims.get("exp") {
        None => {
            findings.push("it has no exp, which IMS demands".to_owned());
            None
        }
        Some(exp) => {
            if !exp.is_u64() {
                findings.push("exp is not an integer: IMS calls that undecodable".to_owned());
            }
            let units = amount(exp);
            if units.is_some_and(|units| units >= MILLISECONDS_FROM) {
                findings.push(
                    "exp is in milliseconds; it is meant to be seconds (IMS seems to tolerate it)"
                        .to_owned(),
                );
            }
            units.and_then(point_in_time)
        }
    };
    for (claim, end, what) in [
        ("iss", "@AdobeOrg", "the organisation"),
        ("sub", "@techacct.adobe.com", "the technical account's id"),
    ] {
        if !text(claim).is_some_and(|value| value.ends_with(end)) {
            findings.push(format!("{claim} should be {what}, ending in {end}"));
        }
    }
    let audience_base = text("aud").and_then(|audience| Some(audience.split_once("/c/")?.0));
    if audience_base.is_none() {
        findings.push("aud should be https://HOST/c/CLIENT_ID".to_owned());
    }
    let mut scopes = Vec::new();
    for (base, name) in metascopes(&claims) {
        scopes.push(name.to_owned());
        if audience_base.is_some_and(|audience| audience != base) {
            findings.push(format!("the metascope {name} names another host than aud"));
        }
        if claims.get(&format!("{base}/s/{name}")) != Some(&Value::Bool(true)) {
            findings.push(format!("the metascope {name} should have the value true"));
        }
    }
    if scopes.is_empty() {
        findings.push("it asks for no metascope".to_owned());
    }
    Inspection {
        kind: TokenKind::Assertion,
        header: Map::new(),
        issued_at: claims.get("iat").and_then(amount).and_then(point_in_time),
        expires_at,
        scopes,
        findings,
        claims,
    }
}

fn of_token(claims: Map<String, Value>) -> Inspection {
    let known = TokenClaims::from_payload(&claims);
    let mut findings = Vec::new();
    if let Some(kind) = known.kind.as_deref().filter(|kind| *kind != "access_token") {
        findings.push(format!(
            "it is no access token (its type is {kind:?}), so APIs will refuse it"
        ));
    }
    let expires_at = known.expires_at();
    if expires_at.is_none() {
        findings.push("it does not say when it expires".to_owned());
    }
    Inspection {
        kind: known.kind.clone().map_or(TokenKind::Other, TokenKind::Ims),
        header: Map::new(),
        issued_at: known
            .created_at
            .or_else(|| claims.get("iat").and_then(amount).and_then(point_in_time)),
        expires_at,
        scopes: known.scopes,
        findings,
        claims,
    }
}

/// Seconds or milliseconds since the epoch, told apart by their size.
fn point_in_time(units: u64) -> Option<SystemTime> {
    let since = if units >= MILLISECONDS_FROM {
        Duration::from_millis(units)
    } else {
        Duration::from_secs(units)
    };
    SystemTime::UNIX_EPOCH.checked_add(since)
}
