//! The place on the way to IMS at which a request ended.

use adobe_ims::internal::network::{ConnectionFacts, Route, Step};
use adobe_ims::{Error, ErrorClass, Problem};

use crate::doctor::check::{Check, CheckId, FoundCause};

/// The weight of a failure on the way to IMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Without IMS there is no token.
    Token,
    /// This run needs no new token of IMS.
    Nothing,
}

impl Need {
    /// Returns the check of a part of the way that failed.
    pub(super) fn check(self, id: CheckId, summary: &str, cause: FoundCause) -> Check {
        match self {
            Self::Token => Check::problem(id, summary, cause),
            Self::Nothing => Check::warning(id, summary).because(cause),
        }
    }
}

/// A part of the way. Each is needed by the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Route,
    Connection,
    Tls,
}

impl Part {
    pub(super) fn check_id(self) -> CheckId {
        match self {
            Self::Route => CheckId::Route,
            Self::Connection => CheckId::Connection,
            Self::Tls => CheckId::Tls,
        }
    }
}

/// Returns the part that failed; `None` if an answer came, whatever it was.
pub(super) fn failed_part(error: &Error, facts: &ConnectionFacts, route: &Route) -> Option<Part> {
    let problem = error.problem();
    if problem == Problem::ProxyAuthentication {
        return Some(Part::Connection);
    }
    if error.server().is_some() {
        return None;
    }
    match problem {
        Problem::NameUnknown | Problem::ProxyInvalid => Some(Part::Route),
        Problem::AnswerNotHttp | Problem::EndpointInsecure | Problem::TlsNotSpoken => {
            Some(Part::Connection)
        }
        _ if is_during_handshake(facts.step, route) => Some(Part::Tls),
        _ if error.class() == ErrorClass::Unreachable => Some(Part::Connection),
        _ => None,
    }
}

/// Returns true if the server was connected, and TLS was not set up. A connection without TLS is established at once.
fn is_during_handshake(step: Step, route: &Route) -> bool {
    let start = match route {
        Route::Proxy { .. } => Step::TunnelOpened,
        _ => Step::Connected,
    };
    (start..Step::Established).contains(&step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(problem: Problem, step: Step, route: &Route) -> Option<Part> {
        let facts = ConnectionFacts {
            step,
            ..ConnectionFacts::default()
        };
        failed_part(&Error::new(problem, "what"), &facts, route)
    }

    #[test]
    fn part_follows_from_the_error_and_the_last_step() {
        let direct = Route::ThisMachine;
        let proxy = Route::Proxy {
            variable: "HTTPS_PROXY",
            address: "proxy.example:3128".to_owned(),
        };
        let failed = Problem::ConnectionFailed;
        let late = Problem::DeadlineExceeded;
        for (problem, step, route, expected) in [
            (
                Problem::NameUnknown,
                Step::Started,
                &direct,
                Some(Part::Route),
            ),
            (failed, Step::NameResolved, &direct, Some(Part::Connection)),
            (late, Step::NameResolved, &direct, Some(Part::Connection)),
            (failed, Step::Connected, &direct, Some(Part::Tls)),
            (failed, Step::Connected, &proxy, Some(Part::Connection)),
            (late, Step::Connected, &proxy, Some(Part::Connection)),
            (failed, Step::TunnelOpened, &proxy, Some(Part::Tls)),
            (late, Step::CertificateReceived, &proxy, Some(Part::Tls)),
            (
                Problem::TlsUntrusted,
                Step::CertificateReceived,
                &direct,
                Some(Part::Tls),
            ),
            (
                Problem::TlsNotSpoken,
                Step::Connected,
                &direct,
                Some(Part::Connection),
            ),
            (failed, Step::Established, &direct, Some(Part::Connection)),
            (late, Step::Established, &direct, Some(Part::Connection)),
            (
                Problem::AnswerNotHttp,
                Step::Established,
                &direct,
                Some(Part::Connection),
            ),
            (Problem::AnswerTruncated, Step::Established, &direct, None),
            (
                Problem::ProxyAuthentication,
                Step::Connected,
                &proxy,
                Some(Part::Connection),
            ),
        ] {
            assert_eq!(part(problem, step, route), expected, "{problem} {step:?}");
        }
    }
}
