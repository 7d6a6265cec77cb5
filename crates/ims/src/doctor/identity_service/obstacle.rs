//! Problems of the stage before that keep IMS from issuing a token.

use adobe_ims::error::Certainty;

use crate::doctor::check::{Check, CheckId, FoundCause, Verdict};
use crate::doctor::report::Report;

/// The checks whose problems explain a refusal of IMS.
const EXPLAINING: &[CheckId] = &[
    CheckId::Sources,
    CheckId::Document,
    CheckId::DocumentKind,
    CheckId::Values,
    CheckId::Grant,
    CheckId::Deprecation,
    CheckId::Environment,
    CheckId::Identities,
    CheckId::Scopes,
    CheckId::Metascopes,
    CheckId::PrivateKey,
    CheckId::KeyPassphrase,
    CheckId::KeyCertificate,
    CheckId::CertificateValidity,
    CheckId::Assertion,
    CheckId::ClientSecrets,
    CheckId::GivenToken,
];

/// Of these IMS is the judge: the clock of this machine may be wrong, and a console may know more than the document.
const JUDGED_BY_IMS: &[CheckId] = &[CheckId::CertificateValidity, CheckId::Deprecation];

/// A problem that was found before.
#[derive(Debug)]
pub(super) enum Obstacle {
    /// It is certain. IMS need not be asked.
    Certain(CheckId),
    /// IMS may confirm it.
    Presumed(FoundCause),
}

/// Returns the first problem that explains why IMS issues no token.
pub(super) fn first(report: &Report) -> Option<Obstacle> {
    let explains =
        |check: &&Check| check.verdict() == Verdict::Problem && EXPLAINING.contains(&check.id());
    let check = report.checks().find(explains)?;
    let cause = check.causes().first()?;
    let is_certain = cause.certainty == Certainty::Certain;
    if is_certain && !JUDGED_BY_IMS.contains(&check.id()) {
        Some(Obstacle::Certain(check.id()))
    } else {
        Some(Obstacle::Presumed(cause.clone()))
    }
}

#[cfg(test)]
mod tests {
    use adobe_ims::Problem;

    use super::*;

    fn obstacle(checks: &[(CheckId, Certainty)]) -> Option<Obstacle> {
        let mut report = Report::default();
        for (id, certainty) in checks {
            let cause = FoundCause::new(Problem::KeyMissing, *certainty);
            report.add(Check::problem(*id, "what", cause));
        }
        first(&report)
    }

    #[test]
    fn certain_problem_stops_the_exchange_unless_ims_is_its_judge() {
        use Certainty::{Certain, Likely};
        let stopped = obstacle(&[(CheckId::PrivateKey, Certain)]);
        assert!(matches!(
            stopped,
            Some(Obstacle::Certain(CheckId::PrivateKey))
        ));
        for (id, certainty) in [
            (CheckId::PrivateKey, Likely),
            (CheckId::CertificateValidity, Certain),
        ] {
            let found = obstacle(&[(id, certainty)]);
            assert!(matches!(found, Some(Obstacle::Presumed(_))), "{id:?}");
        }
        assert!(obstacle(&[]).is_none());
        assert!(obstacle(&[(CheckId::SecretFiles, Certain)]).is_none());
        let both = obstacle(&[(CheckId::Cache, Certain), (CheckId::Values, Certain)]);
        assert!(matches!(both, Some(Obstacle::Certain(CheckId::Values))));
    }
}
