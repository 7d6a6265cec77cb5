//! The checks that follow from the first request and its answer.

use std::cmp::Ordering;

use adobe_ims::api::{ProfileVersion, Warning};
use adobe_ims::internal::is_of_emulator;
use adobe_ims::internal::network::ConnectionFacts;
use adobe_ims::{AccessToken, Credentials, Environment, Error, Problem, Secret};

use super::claims::Requested;
use super::clock::{Effect, Offset, Times};
use super::probe::{Network, Outcome, Probe};
use super::trial::{NoTrial, Trial};
use super::way::{Need, Part};
use super::{
    certainty, claims, clock, connection, exchange, lifetime, obstacle, products, route, service,
    skipped, throttling, tls, way,
};
use crate::auth::EMULATOR_DOCUMENT;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::offline;
use crate::doctor::report::Report;
use crate::doctor::subject::Subject;

/// Adds the checks of the stage, and returns the token that can be used.
pub(super) fn add(
    subject: &Subject<'_>,
    network: &Network,
    trial: Trial,
    probe: Probe,
    report: &mut Report,
) -> Option<AccessToken> {
    let findings = Findings {
        subject,
        network,
        secrets: subject.examination.secrets(),
        probe: &probe,
    };
    let facts = network.facts(&findings.secrets);
    let end = probe.error().and_then(|error| {
        let part = way::failed_part(error, &facts, &network.route)?;
        Some(End::of(part, error, report))
    });
    report.extend(findings.way(&facts, end, trial.need()));
    match end {
        Some(end) => findings.without_answer(end, trial, report),
        None => findings.with_answer(trial, report),
    }
}

/// The part of the way that failed, and the check that says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    part: Part,
    reporter: CheckId,
}

impl End {
    /// The offline checks know a proxy that cannot be used from its variable.
    fn of(part: Part, error: &Error, report: &Report) -> Self {
        let is_of_variable = error.problem() == Problem::ProxyInvalid;
        let earlier = is_of_variable.then(|| report.reporter_of(error.problem().into()));
        Self {
            part,
            reporter: earlier.flatten().unwrap_or(part.check_id()),
        }
    }

    /// Returns true if the check of this part has nothing to look at, or another one reports the failure.
    fn skips(self, part: Part) -> bool {
        match self.part.cmp(&part) {
            Ordering::Less => true,
            Ordering::Equal => self.reporter != part.check_id(),
            Ordering::Greater => false,
        }
    }

    fn reason(self) -> String {
        format!("no answer came: see `{}`", self.reporter.as_str())
    }
}

struct Findings<'a> {
    subject: &'a Subject<'a>,
    network: &'a Network,
    /// The secrets that a server could hide in its texts.
    secrets: Vec<Secret>,
    probe: &'a Probe,
}

impl Findings<'_> {
    /// Returns the checks of the way to the first answer.
    fn way(&self, facts: &ConnectionFacts, end: Option<End>, need: Need) -> Vec<Check> {
        let (host, route) = (self.network.host(), &self.network.route);
        let variables = &self.subject.context.variables;
        let way = route::Examined {
            host,
            route,
            facts,
            ignored_variable: route::ignored_variable(route, variables),
        };
        let connection = connection::Examined {
            host,
            route,
            facts,
            timeout: self.subject.settings.connection.timeout,
        };
        let tls = tls::Examined {
            host,
            certificate: facts.certificate.as_ref(),
            now: self.probe.received,
        };
        let part = |part: Part| -> Check {
            let is_end = end.is_some_and(|end| end.part == part);
            let error = self.probe.error().filter(|_| is_end);
            let id = part.check_id();
            if let Some(end) = end.filter(|end| end.skips(part)) {
                return Check::skipped(id, end.reason());
            }
            let cause = error.map(|error| (error.to_string(), self.cause(error)));
            match (part, cause) {
                (Part::Route, None) => route::good(&way),
                (Part::Route, Some((message, cause))) => route::failed(&way, need, &message, cause),
                (Part::Connection, None) => connection::good(&connection, self.probe.server()),
                (Part::Connection, Some((message, cause))) => {
                    connection::failed(&connection, need, &message, cause)
                }
                (Part::Tls, None) if !self.network.is_encrypted() => {
                    Check::skipped(id, "http to this machine is not encrypted")
                }
                (Part::Tls, None) => tls::good(&tls),
                (Part::Tls, Some((message, cause))) => tls::failed(&tls, need, &message, cause),
            }
        };
        [Part::Route, Part::Connection, Part::Tls].map(part).into()
    }

    /// Adds the checks that need an answer, as skipped.
    fn without_answer(&self, end: End, trial: Trial, report: &mut Report) -> Option<AccessToken> {
        let reason = end.reason();
        let ids = skipped(CheckId::Clock, &reason).into_iter();
        match trial {
            Trial::None(trial) => {
                let NoTrial {
                    check,
                    token,
                    throttle,
                } = *trial;
                let throttling = throttle.map(|it| throttling::stored(&it, token.is_some()));
                let own = [Some(check), throttling].into_iter().flatten();
                let own: Vec<_> = own.collect();
                let is_own = |id: CheckId| own.iter().any(|it| it.id() == id);
                report.extend(ids.filter(|it| !is_own(it.id())));
                report.extend(own);
                token
            }
            Trial::Validation(asked) => {
                report.extend(ids);
                Some(asked.token)
            }
            Trial::Exchange(_) => {
                report.extend(ids);
                None
            }
        }
    }

    /// Adds the checks of the answer and of the token.
    fn with_answer(&self, trial: Trial, report: &mut Report) -> Option<AccessToken> {
        let times = self.times();
        let effect = self.effect(times);
        report.add(clock::check(self.network.host(), times, effect));
        if let Some(times) = times.filter(|it| it.offset() != Offset::Tolerable) {
            let certificate = offline::certificate_by_ims(self.subject, times.date);
            certificate.into_iter().for_each(|it| report.replace(it));
        }
        let presumed = obstacle::presumed(report);
        let (exchange, throttling, token) = self.exchange(trial, presumed, effect);
        report.add(exchange);
        report.add(throttling);
        let Some(token) = token else {
            let reason = "there is no token of IMS to look at";
            report.extend(skipped(CheckId::Lifetime, reason));
            return None;
        };
        report.extend(self.token(&token));
        Some(token)
    }

    /// Returns the cause of a failed request.
    fn cause(&self, error: &Error) -> FoundCause {
        let cause = certainty::cause(error);
        let is_production = self.network.environment == Environment::production();
        if is_production && self.subject.credentials().is_some_and(is_of_emulator) {
            return cause.fix_first(EMULATOR_DOCUMENT);
        }
        cause
    }

    fn times(&self) -> Option<Times> {
        Some(Times {
            sent: self.probe.sent,
            received: self.probe.received,
            date: self.probe.server()?.date?,
        })
    }

    /// Returns what the exchange showed about the clocks.
    fn effect(&self, times: Option<Times>) -> Effect {
        let is_wrong = times.is_some_and(|times| times.offset() != Offset::Tolerable);
        match &self.probe.outcome {
            Outcome::Issued(fetched)
                if fetched
                    .warnings
                    .iter()
                    .any(|it| matches!(it, Warning::Clock(_))) =>
            {
                Effect::Corrected
            }
            Outcome::Failed(error) if is_wrong && is_about_dates(error) => Effect::Refused,
            _ => Effect::None,
        }
    }

    /// Returns the checks `exchange` and `throttling`, and the token that can be used.
    fn exchange(
        &self,
        trial: Trial,
        presumed: Option<FoundCause>,
        effect: Effect,
    ) -> (Check, Check, Option<AccessToken>) {
        let token = match trial {
            Trial::None(trial) => {
                let NoTrial {
                    check,
                    token,
                    throttle,
                } = *trial;
                let throttling = match throttle {
                    Some(throttle) => throttling::stored(&throttle, token.is_some()),
                    None => Check::skipped(CheckId::Throttling, "no token was requested"),
                };
                return (check, throttling, token);
            }
            Trial::Exchange(_) => None,
            Trial::Validation(asked) => Some(asked.token),
        };
        let skipped = |reason: &str| Check::skipped(CheckId::Exchange, reason);
        match &self.probe.outcome {
            Outcome::Issued(fetched) => (
                exchange::issued(fetched, presumed.as_ref()),
                throttling::none(),
                Some(fetched.token.clone()),
            ),
            Outcome::Validated(validation) => (
                exchange::validated(validation),
                throttling::none(),
                token.filter(|_| validation.valid),
            ),
            Outcome::Answered(_) => (
                skipped("nothing was asked about the credentials"),
                Check::skipped(CheckId::Throttling, "no token was requested"),
                token,
            ),
            Outcome::Failed(error) if error.problem() == Problem::Throttled => (
                skipped("IMS answered 429, which says nothing about the credentials"),
                throttling::answered(error),
                token,
            ),
            Outcome::Failed(error) => {
                let check = match (effect, &token) {
                    (Effect::Refused, _) => {
                        skipped("the clock of this machine has to be set first")
                            .seen(error.to_string())
                    }
                    (_, None) => exchange::refused(error, self.cause(error), presumed),
                    (_, Some(_)) => {
                        let cause = self.cause(error);
                        Need::Nothing.check(CheckId::Exchange, &error.to_string(), cause)
                    }
                };
                (check, throttling::none(), token)
            }
        }
    }

    /// Returns the checks of a token.
    fn token(&self, token: &AccessToken) -> Vec<Check> {
        let lifetime = match &self.probe.outcome {
            Outcome::Issued(fetched) => {
                lifetime::check(fetched, self.probe.received, self.subject.job)
            }
            _ => Check::skipped(
                CheckId::Lifetime,
                "no token was requested, so no answer states a lifetime",
            ),
        };
        // A token in a variable need not belong to the credentials beside it.
        let is_given = self.subject.examination.token_of_variable().is_some();
        let credentials = self.subject.credentials().filter(|_| !is_given);
        let claims = claims::claims(&claims::Examined {
            token,
            client_id: credentials.and_then(client_id),
            environment: &self.network.environment,
            secrets: &self.secrets,
        });
        let requested = credentials.map_or(Requested::Unknown, requested);
        let scopes = claims::scopes(token, requested, &self.secrets);
        vec![lifetime, claims, scopes, self.products(token)]
    }

    /// Asks for the profile of the account.
    fn products(&self, token: &AccessToken) -> Check {
        let (ims, environment) = (&self.network.ims, &self.network.environment);
        let profile = ims.profile(token, ProfileVersion::default(), None, environment);
        match self.subject.context.wait(profile) {
            Ok(Ok(profile)) => products::listed(token, &profile, &self.secrets),
            Ok(Err(error)) => products::unknown(&error),
            Err(failure) => Check::skipped(CheckId::ProductContexts, failure.message()),
        }
    }
}

/// Returns true for the failure of a request that a wrong clock can be the reason of.
fn is_about_dates(error: &Error) -> bool {
    matches!(
        error.problem(),
        Problem::AssertionExpired | Problem::TokenDeadOnArrival
    )
}

fn client_id(credentials: &Credentials) -> Option<&str> {
    match credentials {
        Credentials::Service(service) => Some(service.client_id()),
        other => Some(service::client(other)?.client_id()),
    }
}

fn requested(credentials: &Credentials) -> Requested<'_> {
    match credentials {
        Credentials::Service(service) => Requested::Metascopes(service.metascopes()),
        Credentials::OauthServerToServer(oauth) => Requested::Scopes(oauth.scopes()),
        Credentials::User(user) => Requested::Scopes(user.scopes()),
        Credentials::PermanentCode(code) => Requested::Scopes(code.scopes()),
        Credentials::Device(device) => Requested::Scopes(device.scopes()),
        _ => Requested::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use adobe_ims::error::Certainty;

    use super::*;

    #[test]
    fn unusable_proxy_is_reported_where_its_variable_is_or_else_as_the_route() {
        let failure = |problem| Error::new(problem, "what");
        let mut report = Report::default();
        let end = End::of(Part::Route, &failure(Problem::ProxyInvalid), &report);
        assert_eq!(end.reporter, CheckId::Route);
        let skipped = [Part::Route, Part::Connection, Part::Tls].map(|part| end.skips(part));
        assert_eq!(skipped, [false, true, true]);
        for problem in [Problem::ProxyInvalid, Problem::NameUnknown] {
            let cause = FoundCause::new(problem, Certainty::Certain);
            report.add(Check::problem(CheckId::Variables, "what", cause));
        }
        let end = End::of(Part::Route, &failure(Problem::ProxyInvalid), &report);
        assert_eq!(end.reporter, CheckId::Variables);
        assert!(end.skips(Part::Route));
        // Another host may have the same problem.
        let end = End::of(Part::Route, &failure(Problem::NameUnknown), &report);
        assert_eq!(end.reporter, CheckId::Route);
        let end = End::of(Part::Tls, &failure(Problem::TlsFailed), &report);
        assert!(!end.skips(Part::Route) && !end.skips(Part::Connection) && !end.skips(Part::Tls));
    }
}
