//! The likely reason of a refusal of an assertion: what the credentials and the clocks say about it.

use std::time::SystemTime;

use super::refusal::{self, Asked, Reason};
use super::token_response::clock_difference;
use crate::assertion::Assertion;
use crate::credentials::JWT_CREDENTIALS_ENDED;
use crate::credentials::ServiceCredentials;
use crate::error::Problem;
use crate::error::{Error, ErrorClass};
use crate::util::time;

/// Adds what the credentials and the clocks say to the error of an exchange. `now` is the time of this machine.
pub(super) fn explain(error: Error, assertion: &Assertion<'_>, now: SystemTime) -> Error {
    let credentials = assertion.account().credentials();
    let may_be_ended =
        error.class() == ErrorClass::Refused || error.problem() == Problem::InternalError;
    let clocks = Clocks {
        now,
        server: error.server().and_then(|server| server.date),
    };
    let error = detect_migration(error);
    let problem = error.problem();
    let reason = match problem {
        Problem::SignatureNotBound | Problem::AssertionRefused => {
            certificate_reason(credentials, clocks.best())
        }
        Problem::ClientUnknown => Asked::from(credentials).other_environment(),
        Problem::ClientInvalid => Asked::from(credentials)
            .other_environment()
            .or_else(|| ended_reason(credentials)),
        Problem::GrantNotAllowed => ended_reason(credentials),
        Problem::AssertionExpired => clocks.reason(assertion.expires_at()),
        _ => None,
    };
    let is_named = reason.is_some();
    let mut error = refusal::with_reason(error, reason, &credentials.notes);
    if is_of_ended_kind(credentials)
        && may_be_ended
        && error.problem() != Problem::JwtCredentialsEnded
    {
        error = error.with_hint(JWT_CREDENTIALS_ENDED);
    }
    let facts = match problem {
        Problem::SignatureNotBound | Problem::IdentityMalformed | Problem::AssertionRefused => {
            account_facts(credentials, clocks.best(), is_named)
        }
        Problem::AssertionExpired if !is_named => clocks.difference().into_iter().collect(),
        Problem::MetascopeNotBound | Problem::ScopeInvalid => {
            let metascopes = credentials.metascopes().join(", ");
            vec![format!("requested metascopes: {metascopes}")]
        }
        Problem::ClientUnknown | Problem::ClientInvalid => vec![Asked::from(credentials).hint()],
        _ => Vec::new(),
    };
    let error = facts.into_iter().fold(error, Error::with_hint);
    Asked::from(credentials).point_to_emulator(error)
}

/// Recognises the response to the assertion of a client that was migrated to OAuth server-to-server (observed). A real
/// outage may have the same text, so the problem stays transient; its hints say that waiting may not help.
fn detect_migration(error: Error) -> Error {
    let server = error.server().filter(|server| {
        let description = server.description.as_deref().unwrap_or_default();
        error.problem() == Problem::InternalError
            && server.status == 500
            && description.to_ascii_lowercase().contains("try again later")
    });
    match server.cloned() {
        Some(server) => Error::new(Problem::ClientMigrated, error.to_string()).with_server(server),
        None => error,
    }
}

/// The time of this machine, and that of the server, if its answer has a `Date`.
#[derive(Clone, Copy)]
struct Clocks {
    now: SystemTime,
    server: Option<SystemTime>,
}

impl Clocks {
    /// The server refuses by its own clock.
    fn best(self) -> SystemTime {
        self.server.unwrap_or(self.now)
    }

    fn difference(self) -> Option<String> {
        clock_difference(self.now, self.server?)
    }

    /// Returns the reason why the server calls an assertion expired: a clock of this machine that is behind, or the
    /// age of the assertion.
    fn reason(self, expires_at: SystemTime) -> Option<Reason> {
        let server = self.server?;
        let past = server.duration_since(expires_at).ok()?;
        let behind = self.difference().filter(|_| server > self.now);
        let fact =
            behind.unwrap_or_else(|| format!("the assertion expired {} before", time::human(past)));
        Some(Reason {
            problem: Problem::AssertionExpired,
            fact,
        })
    }
}

/// Returns the reason that lies in the validity of the certificate.
///
/// The certificate itself counts. The date that a document states beside it counts where there is no certificate.
fn certificate_reason(credentials: &ServiceCredentials, now: SystemTime) -> Option<Reason> {
    let expired = |subject: &str, end: SystemTime| Reason {
        problem: Problem::CertificateExpired,
        fact: format!("{subject} expired on {}", time::display(end)),
    };
    if let Some(Ok(certificate)) = credentials.certificate() {
        let start = certificate.not_before();
        if now < start {
            let start = time::display(start);
            return Some(Reason {
                problem: Problem::CertificateNotYetValid,
                fact: format!("the certificate of these credentials is not valid before {start}"),
            });
        }
        let end = certificate.not_after();
        return (end < now).then(|| expired("the certificate of these credentials", end));
    }
    let end = credentials.stated_certificate_expiry()?;
    (end < now).then(|| {
        expired(
            "the certificate of these credentials (by its date in the document)",
            end,
        )
    })
}

fn ended_reason(credentials: &ServiceCredentials) -> Option<Reason> {
    is_of_ended_kind(credentials).then(|| Reason {
        problem: Problem::JwtCredentialsEnded,
        fact: "Adobe has ended JWT credentials of the Adobe Developer Console".to_owned(),
    })
}

/// Adobe has not ended the technical accounts of the AEM Developer Console, which other notations may hold, too. Their
/// client ids have a form of their own (observed).
fn is_of_ended_kind(credentials: &ServiceCredentials) -> bool {
    credentials.ended && !credentials.client_id.starts_with("cm-p")
}

/// Returns the odd fields of the credentials, for the case that IMS does not know the account or its key.
fn account_facts(
    credentials: &ServiceCredentials,
    now: SystemTime,
    is_certificate_named: bool,
) -> Vec<String> {
    let mut facts = Vec::new();
    let expired = credentials
        .certificate_expires_at()
        .filter(|end| *end <= now && !is_certificate_named);
    if let Some(end) = expired {
        let end = time::display(end);
        facts.push(format!(
            "the certificate of these credentials expired on {end}"
        ));
    }
    if credentials.email() == Some(credentials.technical_account_id()) {
        facts.push(
            "`id` of the document holds the e-mail address instead of the account id".to_owned(),
        );
    }
    facts
}
