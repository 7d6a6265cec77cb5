//! The ends of credentials, and those that are due.

use std::time::{Duration, SystemTime};

use crate::auth::offline::{CredentialFacts, Kind, NotRead, SignIn, TokenState};

/// The time before the end of a certificate from which on `ims token` warns, too.
const CERTIFICATE_WARNING: Duration = Duration::from_secs(30 * 86_400);

/// The part of credentials that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Certificate,
    SignIn,
    /// An access token that nothing renews.
    Token,
    DeviceToken,
}

impl Subject {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::SignIn => "sign-in",
            Self::Token => "access token",
            Self::DeviceToken => "device token",
        }
    }
}

/// A point in time after which the credentials work no more, until a person does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) subject: Subject,
    pub(super) at: SystemTime,
}

/// Returns the ends of credentials. A cached access token has none: calls renew it.
pub(super) fn ends(facts: &CredentialFacts) -> impl Iterator<Item = End> {
    let sign_in = match &facts.sign_in {
        Some(SignIn::Session { ends_at, .. }) => Some(*ends_at),
        Some(SignIn::Nobody) | None => None,
    };
    let token = match facts.token {
        TokenState::Fixed(end) => end,
        _ => None,
    };
    let all = [
        (Subject::Certificate, facts.certificate_ends_at),
        (Subject::SignIn, sign_in),
        (Subject::Token, token),
        (Subject::DeviceToken, facts.device_token_ends_at),
    ];
    let known = all.into_iter();
    known.filter_map(|(subject, at)| Some(End { subject, at: at? }))
}

/// Returns true if credentials may have an end that is not known here.
pub(super) fn may_hide_an_end(facts: &CredentialFacts) -> bool {
    let never_ends = matches!(
        facts.kind,
        Some(Kind::OauthServerToServer | Kind::ServiceCode)
    );
    let is_unknown = facts.kind.is_none() && !facts.not_read.is_empty();
    let is_unread = facts.not_read.iter().any(NotRead::may_state_an_end);
    let is_unusable = facts.problem.is_some() && !never_ends;
    (is_unknown || is_unread || is_unusable) && ends(facts).next().is_none()
}

/// The relation of an end to the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timing {
    Ended,
    Soon,
    Later,
}

/// The present, and the period in which an end is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Horizon {
    pub(super) now: SystemTime,
    /// The period of `--check-expiry`. Without it a certificate is due 30 days before its end, and everything else when
    /// it has ended.
    pub(super) within: Option<Duration>,
}

impl Horizon {
    pub(super) fn timing(&self, end: End) -> Timing {
        let usual = match end.subject {
            Subject::Certificate => CERTIFICATE_WARNING,
            _ => Duration::ZERO,
        };
        match end.at.duration_since(self.now) {
            Err(_) | Ok(Duration::ZERO) => Timing::Ended,
            Ok(left) if left <= self.within.unwrap_or(usual) => Timing::Soon,
            Ok(_) => Timing::Later,
        }
    }

    /// Returns the ends that have come, or come within the period.
    pub(super) fn due(&self, facts: &CredentialFacts) -> impl Iterator<Item = (End, Timing)> {
        let timed = ends(facts).map(|end| (end, self.timing(end)));
        timed.filter(|(_, timing)| *timing != Timing::Later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const SECOND: Duration = Duration::from_secs(1);

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + 20_000 * DAY
    }

    fn due(facts: &CredentialFacts, within: Option<Duration>) -> Vec<(Subject, Timing)> {
        let horizon = Horizon { now: now(), within };
        let due = horizon.due(facts);
        due.map(|(end, timing)| (end.subject, timing)).collect()
    }

    fn certificate(at: SystemTime) -> CredentialFacts {
        CredentialFacts {
            certificate_ends_at: Some(at),
            ..CredentialFacts::default()
        }
    }

    fn token(token: TokenState) -> CredentialFacts {
        CredentialFacts {
            token,
            ..CredentialFacts::default()
        }
    }

    fn signed_in_until(ends_at: SystemTime) -> CredentialFacts {
        CredentialFacts {
            sign_in: Some(SignIn::Session {
                user_id: None,
                signed_in_at: now() - DAY,
                ends_at,
            }),
            ..CredentialFacts::default()
        }
    }

    #[test]
    fn end_is_due_from_the_beginning_of_the_period_on() {
        let month = Some(30 * DAY);
        for (at, timing) in [
            (now() - DAY, Some(Timing::Ended)),
            (now(), Some(Timing::Ended)),
            (now() + SECOND, Some(Timing::Soon)),
            (now() + 30 * DAY, Some(Timing::Soon)),
            (now() + 30 * DAY + SECOND, None),
        ] {
            for (facts, subject) in [
                (certificate(at), Subject::Certificate),
                (signed_in_until(at), Subject::SignIn),
                (token(TokenState::Fixed(Some(at))), Subject::Token),
            ] {
                let expected = timing.map(|timing| (subject, timing));
                assert_eq!(due(&facts, month), Vec::from_iter(expected), "{at:?}");
            }
        }
    }

    #[test]
    fn without_a_check_only_certificates_are_due_before_their_end() {
        let at = now() + 30 * DAY;
        let soon = (Subject::Certificate, Timing::Soon);
        assert_eq!(due(&certificate(at), None), [soon]);
        assert_eq!(due(&certificate(at + SECOND), None), []);
        assert_eq!(due(&signed_in_until(now() + SECOND), None), []);
        let ended = (Subject::SignIn, Timing::Ended);
        assert_eq!(due(&signed_in_until(now()), None), [ended]);
    }

    #[test]
    fn cached_token_never_counts() {
        for state in [
            TokenState::Cached(now() - DAY),
            TokenState::Cached(now() + SECOND),
            TokenState::Fixed(None),
            TokenState::Missing,
            TokenState::Unknown,
            TokenState::CacheOff,
        ] {
            assert_eq!(due(&token(state), Some(365 * DAY)), [], "{state:?}");
        }
    }

    #[test]
    fn unread_credentials_may_hide_an_end() {
        let unread = |key, kind, certificate_ends_at| CredentialFacts {
            kind,
            certificate_ends_at,
            not_read: vec![NotRead {
                key,
                reason: "it is not run".to_owned(),
            }],
            ..CredentialFacts::default()
        };
        let hides = |facts| may_hide_an_end(&facts);
        assert!(hides(unread("credentials", None, None)));
        assert!(hides(unread("token", Some(Kind::Static), None)));
        // The cache knew the end of the certificate.
        assert!(!hides(unread("credentials", None, Some(now()))));
        // The document was not read, because its key was not.
        assert!(hides(unread("private_key", None, None)));
        assert!(!hides(unread("private_key", Some(Kind::Jwt), None)));
        assert!(!hides(unread("passphrase", Some(Kind::Jwt), None)));
        // A client secret states no end.
        let client = Some(Kind::OauthServerToServer);
        assert!(!hides(unread("client_secrets", client, None)));
    }

    #[test]
    fn unusable_credentials_may_hide_an_end_if_their_kind_has_one() {
        use crate::error::Failure;

        let hides = |kind, certificate_ends_at| {
            may_hide_an_end(&CredentialFacts {
                kind,
                certificate_ends_at,
                ..CredentialFacts::of_problem(Failure::usage("unusable"))
            })
        };
        assert!(hides(None, None));
        assert!(hides(Some(Kind::Person), None));
        assert!(!hides(Some(Kind::OauthServerToServer), None));
        assert!(!hides(None, Some(now())));
    }
}
