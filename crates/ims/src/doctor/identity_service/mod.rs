//! Checks at the identity service: the way to it, a trial exchange, and the token that came.
//!
//! One request tells most: the exchange itself, or else a GET of the key set. The transport records how far its
//! connection came.

mod service;
mod answer;
mod certainty;
mod way;
mod route;
mod connection;
mod tls;
mod clock;
mod obstacle;
mod cached;
mod session;
mod trial;
mod exchange;
mod throttling;
mod lifetime;
mod claims;
mod products;
mod probe;
mod findings;

use adobe_ims::AccessToken;

use super::check::{Check, CheckId, Stage};
use super::report::Report;
use super::subject::Subject;

/// Makes all checks of the stage, and returns the token for the checks of the target.
pub(crate) fn checks(subject: &Subject<'_>, report: &mut Report) -> Option<AccessToken> {
    let given = trial::given_token(subject, report);
    let environment = match service::find(subject) {
        Ok(environment) => environment,
        Err(reason) => {
            report.extend(skipped(CheckId::Route, &reason));
            return given;
        }
    };
    let network = match probe::Network::open(subject, environment) {
        Ok(network) => network,
        Err(check) => {
            let reason = format!("no connection is made: see `{}`", check.id().as_str());
            let id = check.id();
            report.add(*check);
            let others = skipped(CheckId::Route, &reason).into_iter();
            report.extend(others.filter(|it| it.id() != id));
            return given;
        }
    };
    let trial = trial::prepare(subject, report, network.ims.clone());
    let probe = network.probe(&trial, subject.context);
    findings::add(subject, &network, trial, probe, report)
}

/// Returns the checks of the stage from this one on as skipped.
fn skipped(first: CheckId, reason: &str) -> Vec<Check> {
    let ids = CheckId::ALL.iter().copied();
    let of_stage = ids.filter(|id| id.stage() == Stage::IdentityService && *id >= first);
    of_stage.map(|id| Check::skipped(id, reason)).collect()
}
