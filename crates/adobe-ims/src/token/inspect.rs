//! The content of a token or an assertion, decoded offline.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use adobe_ims::token::inspect::{Inspection, TokenKind};
//!
//! // {"alg":"RS256"} and {"type":"access_token"}
//! let text = "Bearer eyJhbGciOiJSUzI1NiJ9.eyJ0eXBlIjoiYWNjZXNzX3Rva2VuIn0.c2ln";
//! let inspection = Inspection::parse(text, SystemTime::UNIX_EPOCH)?;
//! assert_eq!(inspection.kind, TokenKind::Ims("access_token".to_owned()));
//! # Ok::<(), adobe_ims::Error>(())
//! ```

use core::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::access_token::TokenClaims;
use super::lifetime::amount;
use crate::crypto::jws;
use crate::error::Result;
use crate::util::secret::Secret;
use crate::util::time;
use crate::value::{self, ValueKind};

/// The smallest number of milliseconds since 1970. In seconds it would lie in the year 5138.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// The kind of a JWT.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// A JWT assertion, which is exchanged for a token. No API accepts it.
    Assertion,
    /// A token of IMS, with its `type`: `access_token`, `refresh_token` and so on.
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

/// The content of a token or an assertion. Nothing is sent and the signature is not checked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The kind.
    pub kind: TokenKind,
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    /// The time of issue: `created_at`, else `iat`.
    pub issued_at: Option<SystemTime>,
    /// The expiry: `created_at` + `expires_in`, else `exp`.
    pub expires_at: Option<SystemTime>,
    /// The scopes of a token, the metascopes of an assertion.
    pub scopes: Vec<String>,
    /// The flaws for which IMS or an API would refuse it.
    pub findings: Vec<String>,
}

impl Inspection {
    /// Decodes a token or an assertion. [`find_token`] lists the forms of the text.
    ///
    /// # Errors
    /// [`Problem::TokenUnreadable`](crate::error::Problem::TokenUnreadable).
    pub fn parse(text: &str, now: SystemTime) -> Result<Self> {
        let token = find_token(text)?;
        let jws::Decoded { header, payload } = jws::decode(token.expose())?;
        let mut inspection = if value::is_assertion(&payload) {
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

    /// Returns a claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }
}

/// Returns the token in a text that a person pasted: the token alone, in quotes, after `Bearer`, in a whole
/// `Authorization` header, or in the JSON of IMS or a console.
///
/// # Errors
/// [`Problem::TokenUnreadable`](crate::error::Problem::TokenUnreadable).
pub fn find_token(text: &str) -> Result<Secret> {
    value::find_token(ValueKind::AnyToken, text)
}

/// Returns the base and the name of the claims `BASE/s/NAME`.
fn metascopes(claims: &Map<String, Value>) -> impl Iterator<Item = (&str, &str)> {
    claims.keys().filter_map(|claim| claim.split_once("/s/"))
}

fn of_assertion(claims: Map<String, Value>) -> Inspection {
    let mut findings = Vec::new();
    let expires_at = assertion_expiry(&claims, &mut findings);
    check_identities(&claims, &mut findings);
    check_metascopes(&claims, &mut findings);
    Inspection {
        kind: TokenKind::Assertion,
        header: Map::new(),
        issued_at: claims.get("iat").and_then(amount).and_then(point_in_time),
        expires_at,
        scopes: metascopes(&claims)
            .map(|(_, name)| name.to_owned())
            .collect(),
        findings,
        claims,
    }
}

/// Returns the time of `exp` and reports its flaws.
fn assertion_expiry(claims: &Map<String, Value>, findings: &mut Vec<String>) -> Option<SystemTime> {
    let Some(exp) = claims.get("exp") else {
        findings.push("it has no exp, which IMS demands".to_owned());
        return None;
    };
    if !exp.is_u64() {
        findings.push("exp is not an integer: IMS calls that undecodable".to_owned());
    }
    let units = amount(exp)?;
    if units >= MILLISECONDS_FROM {
        findings.push(
            "exp is in milliseconds, but its unit is seconds (IMS seems to tolerate it)".to_owned(),
        );
    }
    point_in_time(units)
}

/// Reports flaws of the organisation and the technical account.
fn check_identities(claims: &Map<String, Value>, findings: &mut Vec<String>) {
    for (claim, ending, identity) in [
        ("iss", "@AdobeOrg", "the organisation"),
        ("sub", "@techacct.adobe.com", "the technical account's id"),
    ] {
        let text = claims.get(claim).and_then(Value::as_str);
        if !text.is_some_and(|text| text.ends_with(ending)) {
            findings.push(format!("{claim} should be {identity}, ending in {ending}"));
        }
    }
}

/// Reports flaws of the audience and the metascopes.
fn check_metascopes(claims: &Map<String, Value>, findings: &mut Vec<String>) {
    let audience = claims.get("aud").and_then(Value::as_str);
    let audience_base = audience.and_then(|audience| Some(audience.split_once("/c/")?.0));
    if audience_base.is_none() {
        findings.push("aud should be https://HOST/c/CLIENT_ID".to_owned());
    }
    for (base, name) in metascopes(claims) {
        if audience_base.is_some_and(|audience| audience != base) {
            findings.push(format!("the metascope {name} names another host than aud"));
        }
        if claims.get(&format!("{base}/s/{name}")) != Some(&Value::Bool(true)) {
            findings.push(format!("the metascope {name} should have the value true"));
        }
    }
    if metascopes(claims).next().is_none() {
        findings.push("it requests no metascope".to_owned());
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
        findings.push("it states no expiry".to_owned());
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

/// Returns the time of a number of seconds or milliseconds since 1970. Its size tells the unit.
fn point_in_time(units: u64) -> Option<SystemTime> {
    let since = if units >= MILLISECONDS_FROM {
        Duration::from_millis(units)
    } else {
        Duration::from_secs(units)
    };
    SystemTime::UNIX_EPOCH.checked_add(since)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn number_is_milliseconds_from_the_limit_on() {
        let time = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        assert_eq!(point_in_time(99_999_999_999), time(99_999_999_999));
        assert_eq!(point_in_time(100_000_000_000), time(100_000_000));
        for (exp, is_reported) in [(99_999_999_999_u64, false), (100_000_000_000, true)] {
            let claims = json!({"exp": exp});
            let mut findings = Vec::new();
            assertion_expiry(claims.as_object().unwrap(), &mut findings);
            assert_eq!(!findings.is_empty(), is_reported, "{exp}");
        }
    }

    #[test]
    fn token_has_expired_at_its_expiry() {
        // {"alg":"RS256"} and {"exp":1}
        let text = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln";
        let is_expired = |millis| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
            let findings = Inspection::parse(text, now).unwrap().findings;
            findings
                .iter()
                .any(|finding| finding.starts_with("it expired"))
        };
        assert!(!is_expired(999));
        assert!(is_expired(1000));
    }
}
