//! The token of one side: what it says, and what the response said of its lifetime.

use std::time::{Duration, SystemTime};

use adobe_ims::api::Warning;
use adobe_ims::source::FetchedToken;
use adobe_ims::token::inspect::Inspection;
use adobe_ims::{AccessToken, ImsClient, Secret};

use crate::console::rows;
use crate::doctor::subject::Subject;
use crate::error::Failure;

/// In milliseconds: the response states a little less than the whole lifetime.
const TOLERANCE: u128 = 60_000;

/// The result of a request for a token.
pub(super) enum Fetched {
    Token(Box<TokenFacts>),
    /// IMS refused, or could not be reached.
    Failed(Failure),
    /// There was nothing to send: another check says why.
    NotSent(String),
}

impl Fetched {
    pub(super) fn token(&self) -> Option<&TokenFacts> {
        match self {
            Self::Token(facts) => Some(facts),
            Self::Failed(_) | Self::NotSent(_) => None,
        }
    }
}

/// A token and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct TokenFacts {
    pub(super) token: AccessToken,
    pub(super) user_id: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) organization_id: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) expires_in: Option<String>,
    pub(super) unit: Option<Unit>,
    pub(super) warnings: Vec<Warning>,
}

/// The unit of `expires_in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Milliseconds,
    Seconds,
}

impl Unit {
    /// Finds the unit in which a number states this lifetime.
    fn of(number: &str, lifetime: Duration) -> Option<Self> {
        let number: u128 = number.parse().ok()?;
        let is_near = |milliseconds: u128| milliseconds.abs_diff(lifetime.as_millis()) <= TOLERANCE;
        match (is_near(number), is_near(number.checked_mul(1000)?)) {
            (true, false) => Some(Self::Milliseconds),
            (false, true) => Some(Self::Seconds),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
        }
    }
}

impl TokenFacts {
    /// Reads a response. A server could hide one of `secrets` in a claim, or control characters.
    fn of(fetched: FetchedToken, secrets: &[Secret], now: SystemTime) -> Self {
        let shown = |text: String| {
            let holds = |secret: &Secret| !secret.is_empty() && text.contains(secret.expose());
            if secrets.iter().any(holds) {
                "(not shown: it holds a secret)".to_owned()
            } else {
                rows::clean(&text)
            }
        };
        let token = fetched.token;
        let claims = token.claims().cloned().unwrap_or_default();
        let inspection = Inspection::parse(token.as_secret().expose(), now).ok();
        let organization = inspection.as_ref().and_then(|it| {
            let names = ["org_id", "orgId"];
            names.into_iter().find_map(|name| it.text(name))
        });
        let lifetime = token.remaining(now);
        let unit = |number: &String| Unit::of(number, lifetime?);
        Self {
            user_id: claims.user_id.map(shown),
            client_id: claims.client_id.map(shown),
            organization_id: organization.map(str::to_owned).map(shown),
            kind: claims.kind.map(shown),
            scopes: claims.scopes.into_iter().map(shown).collect(),
            unit: fetched.raw_expires_in.as_ref().and_then(unit),
            expires_in: fetched.raw_expires_in.map(shown),
            warnings: fetched.warnings,
            token,
        }
    }

    pub(super) fn lifetime(&self) -> Option<String> {
        let number = self.expires_in.as_deref()?;
        Some(match self.unit {
            Some(unit) => format!("{number} ({})", unit.as_str()),
            None => number.to_owned(),
        })
    }
}

/// Requests a token.
pub(super) fn fetch(subject: &Subject<'_>, ims: &ImsClient) -> Fetched {
    let not_sent = |failure: &Failure| Fetched::NotSent(failure.line());
    let examination = &subject.examination;
    let credentials = match examination.credentials() {
        Ok(credentials) => credentials,
        Err(failure) => return not_sent(failure),
    };
    let source = match examination.source(credentials, ims.clone()) {
        Ok(source) => source,
        Err(failure) => return not_sent(&failure),
    };
    match subject.context.wait(source.fetch()) {
        Ok(Ok(fetched)) => {
            let secrets = examination.secrets();
            let now = subject.context.now();
            Fetched::Token(Box::new(TokenFacts::of(fetched, &secrets, now)))
        }
        Ok(Err(error)) => Fetched::Failed(error.into()),
        Err(failure) => Fetched::Failed(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_follows_from_the_lifetime() {
        let day = Duration::from_secs(86_400);
        for (number, expected) in [
            ("86399999", Some(Unit::Milliseconds)),
            ("86399", Some(Unit::Seconds)),
            ("3600", None),
            ("-1", None),
            ("soon", None),
            ("340282366920938463463374607431768211455", None),
        ] {
            assert_eq!(Unit::of(number, day), expected, "{number}");
        }
        assert_eq!(Unit::of("0", Duration::ZERO), None);
    }

    #[test]
    fn secrets_and_control_characters_of_a_token_are_not_shown() {
        // {"alg":"RS256"} and {"client_id":"a\u001bb","user_id":"x SECRET?%&=ü"}
        let token = concat!(
            "eyJhbGciOiJSUzI1NiJ9.",
            "eyJjbGllbnRfaWQiOiJhXHUwMDFiYiIsInVzZXJfaWQiOiJ4IFNFQ1JFVD8lJj3DvCJ9.",
            "c2ln"
        );
        let token = AccessToken::new(token.into()).unwrap();
        let secrets = ["".into(), "SECRET?%&=ü".into()];
        let now = SystemTime::UNIX_EPOCH;
        let facts = TokenFacts::of(FetchedToken::new(token), &secrets, now);
        assert_eq!(facts.client_id.as_deref(), Some("a\u{fffd}b"));
        let hidden = "(not shown: it holds a secret)";
        assert_eq!(facts.user_id.as_deref(), Some(hidden));
    }
}
