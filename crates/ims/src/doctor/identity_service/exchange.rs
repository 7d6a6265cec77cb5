//! The answer of IMS to the credentials.

use adobe_ims::api::{Validation, Warning};
use adobe_ims::error::Certainty;
use adobe_ims::source::FetchedToken;
use adobe_ims::{Error, ErrorClass, Problem};

use super::answer;
use crate::doctor::check::{Check, CheckId, FoundCause};

const ID: CheckId = CheckId::Exchange;

/// Returns the check of a token that IMS issued. `presumed` was found before, and IMS did not confirm it.
pub(super) fn issued(fetched: &FetchedToken, presumed: Option<&FoundCause>) -> Check {
    let summary = "IMS issued an access token";
    let is_secret_refused = fetched.warnings.contains(&Warning::SecretRefused);
    let check = if is_secret_refused {
        let cause = FoundCause::new(Problem::ClientSecretOutdated, Certainty::Certain);
        let summary = "IMS issued an access token, but not for the first client secret";
        Check::warning(ID, summary).because(cause)
    } else {
        Check::ok(ID, summary)
    };
    let check = match presumed {
        Some(cause) => check.seen(format!("IMS did not confirm {}", cause.cause.id())),
        None => check,
    };
    let facts = fetched.server.iter().flat_map(answer::facts);
    facts.fold(check, Check::seen)
}

/// Returns the check of an answer without a token. `own` is its cause, `presumed` the one that was found before.
pub(super) fn refused(error: &Error, own: FoundCause, presumed: Option<FoundCause>) -> Check {
    if let Some(presumed) = presumed.filter(|it| confirms(error, &own, it)) {
        let seen = own.evidence.into_iter();
        return seen.fold(Check::problem(ID, error.to_string(), presumed), Check::seen);
    }
    let check = Check::problem(ID, error.to_string(), own);
    match error.problem() {
        // IMS was observed to answer so for migrated clients; an outage looks the same.
        Problem::ClientMigrated => {
            check.because(FoundCause::new(Problem::InternalError, Certainty::Possible))
        }
        _ => check,
    }
}

/// Returns true if a refusal fits the cause that was found before. A refusal that names another one does not.
fn confirms(error: &Error, own: &FoundCause, presumed: &FoundCause) -> bool {
    let fits = own.certainty != Certainty::Certain
        || own.cause == presumed.cause
        // IMS says this of an expired certificate, too.
        || error.problem() == Problem::SignatureNotBound;
    let may_be_refusal =
        error.class() == ErrorClass::Refused || error.problem() == Problem::ClientMigrated;
    may_be_refusal && fits
}

/// Returns the check of a verdict on a token that was given.
pub(super) fn validated(validation: &Validation) -> Check {
    let check = if validation.valid {
        Check::ok(ID, "IMS says that the token is valid; none was requested")
    } else {
        let summary = match &validation.reason {
            Some(reason) => format!("IMS says that the token is not valid: {reason}"),
            None => "IMS says that the token is not valid".to_owned(),
        };
        let cause = FoundCause::new(Problem::TokenRefused, Certainty::Certain);
        Check::problem(ID, summary, cause)
    };
    answer::facts(&validation.server).fold(check, Check::seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::identity_service::certainty;

    fn causes(problem: Problem, presumed: Option<FoundCause>) -> Vec<(&'static str, Certainty)> {
        let error = Error::new(problem, "what");
        let check = refused(&error, certainty::cause(&error), presumed);
        let causes = check.causes().iter();
        causes.map(|it| (it.cause.id(), it.certainty)).collect()
    }

    #[test]
    fn refusal_confirms_what_was_found_before_or_names_its_own_cause() {
        use Certainty::{Certain, Likely, Possible};
        let presumed = || Some(FoundCause::new(Problem::CertificateUnreadable, Certain));
        let before = vec![("certificate-unreadable", Certain)];
        for confirming in [
            Problem::SignatureNotBound,
            Problem::ClientInvalid,
            Problem::RefusedOtherwise,
            Problem::ClientMigrated,
        ] {
            assert_eq!(causes(confirming, presumed()), before, "{confirming}");
        }
        let own = vec![("client-secret-wrong", Certain)];
        assert_eq!(causes(Problem::ClientSecretWrong, presumed()), own);
        let outage = vec![("server-error", Likely)];
        assert_eq!(causes(Problem::ServerError, presumed()), outage);
        assert_eq!(
            causes(Problem::ClientMigrated, None),
            [("client-migrated", Likely), ("internal-error", Possible)]
        );
    }
}
