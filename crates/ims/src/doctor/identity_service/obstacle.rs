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

/// These say why a technical account cannot sign.
const OF_THE_KEY: &[CheckId] = &[
    CheckId::PrivateKey,
    CheckId::KeyPassphrase,
    CheckId::KeyCertificate,
];

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

/// Returns the cause that IMS may confirm.
pub(super) fn presumed(report: &Report) -> Option<FoundCause> {
    match first(report)? {
        Obstacle::Presumed(cause) => Some(cause),
        Obstacle::Certain(_) => None,
    }
}

/// Returns the first check that found why the private key cannot be used, however certain it is of the cause.
pub(super) fn of_the_key(report: &Report) -> Option<CheckId> {
    let mut problems = report
        .checks()
        .filter(|check| check.verdict() == Verdict::Problem)
        .map(Check::id);
    problems.find(|id| OF_THE_KEY.contains(id))
}

#[cfg(test)]
mod tests {
    use adobe_ims::Problem;

    use super::*;

    fn report(checks: &[(CheckId, Certainty)]) -> Report {
        let mut report = Report::default();
        for (id, certainty) in checks {
            let cause = FoundCause::new(Problem::KeyMissing, *certainty);
            report.add(Check::problem(*id, "what", cause));
        }
        report
    }

    fn obstacle(checks: &[(CheckId, Certainty)]) -> Option<Obstacle> {
        first(&report(checks))
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

    #[test]
    fn unusable_key_is_found_behind_another_problem_and_however_certain_it_is() {
        use Certainty::{Certain, Likely};
        for certainty in [Certain, Likely] {
            let report = report(&[
                (CheckId::Deprecation, Certain),
                (CheckId::KeyPassphrase, certainty),
            ]);
            assert!(matches!(first(&report), Some(Obstacle::Presumed(_))));
            assert_eq!(of_the_key(&report), Some(CheckId::KeyPassphrase));
        }
        let others = report(&[(CheckId::Deprecation, Certain), (CheckId::Scopes, Likely)]);
        assert_eq!(of_the_key(&others), None);
        let mut warned = Report::default();
        warned.add(Check::warning(CheckId::PrivateKey, "what"));
        assert_eq!(of_the_key(&warned), None);
    }
}
