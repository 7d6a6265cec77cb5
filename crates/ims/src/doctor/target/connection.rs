//! The way to the API: name, connection, proxy, TLS.

use adobe_ims::Problem;
use adobe_ims::error::Certainty;

use super::destination::Destination;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::report::Report;
use crate::error::Failure;

const ID: CheckId = CheckId::TargetConnection;

pub(super) fn works(destination: &Destination) -> Check {
    Check::ok(ID, format!("{} can be reached", destination.origin()))
}

/// Reports why no answer came. Each of these failures names what happened, so it is certain.
pub(super) fn fails(destination: &Destination, failure: &Failure, report: &Report) -> Check {
    if let Some(earlier) = earlier_reporter(failure, report) {
        let origin = destination.origin();
        return Check::skipped(
            ID,
            format!("{origin} cannot be reached; see {}", earlier.as_str()),
        );
    }
    let cause = FoundCause::of(failure, Certainty::Certain);
    let cause = if failure.is(Problem::NameUnknown) && destination.place.is_aem() {
        cause.fix_first(
            "Compare the host with the one that Cloud Manager shows for the environment.",
        )
    } else {
        cause
    };
    Check::problem(ID, failure.message(), cause)
}

/// Returns the check that has reported the same obstacle on the way to IMS, if it is one of this machine or its network.
fn earlier_reporter(failure: &Failure, report: &Report) -> Option<CheckId> {
    let on_every_way = [
        Problem::FileUnreadable,
        Problem::CaFileInvalid,
        Problem::RootsMissing,
        Problem::TlsUntrusted,
        Problem::ProxyInvalid,
        Problem::ProxyAuthentication,
    ];
    if !on_every_way.iter().any(|problem| failure.is(*problem)) {
        return None;
    }
    report.reporter_of(failure.cause())
}

/// Reports a URL that the token may not be sent to.
pub(super) fn refused(failure: &Failure) -> Check {
    let cause = FoundCause::of(failure, Certainty::Certain);
    Check::problem(ID, failure.message(), cause)
}
