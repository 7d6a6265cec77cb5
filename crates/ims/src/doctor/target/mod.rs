//! Checks at the API that the token is for.
//!
//! They send GET requests only, and follow no redirect. An answer is examined once: one check reports what is wrong,
//! and the others refer to it.

mod destination;
mod user;
mod probe;
mod reading;
mod findings;
mod connection;
mod answer;
mod headers;
mod gateway;
mod allowed_clients;
mod aem_user;

use adobe_ims::api_error::ApiProblem;
use adobe_ims::error::Certainty;
use http::Uri;

use self::destination::Destination;
use self::findings::Findings;
use self::probe::{Answer, Probe};
use self::user::{Account, AemUser, CURRENT_USER};
use super::check::{Check, CheckId, Verdict};
use super::probe_token::ProbeToken;
use super::report::Report;
use super::subject::Subject;
use crate::error::Failure;
use crate::http::target::{check_target, with_path};

const IDS: [CheckId; 6] = [
    CheckId::TargetConnection,
    CheckId::TargetAnswer,
    CheckId::TargetHeaders,
    CheckId::Gateway,
    CheckId::AllowedClients,
    CheckId::AemUser,
];

/// Makes all checks of the stage, with the token or the reason why there is none.
pub(crate) fn checks(
    subject: &Subject<'_>,
    token: Result<&ProbeToken, &String>,
    report: &Report,
) -> Vec<Check> {
    let Some(target) = &subject.target else {
        return skipped(&IDS, "no API was named; --target URL names one");
    };
    let profile = subject.settings.profile.as_ref();
    if let Err(failure) = check_target(target, subject.allow_host, profile) {
        return refused(&failure, report);
    }
    let token = match token {
        Ok(token) => token,
        Err(reason) => return skipped(&IDS, reason),
    };
    if let Err(error) = token.token.check_target(target) {
        return refused(&Failure::from(error), report);
    }
    examine(subject, Destination::of(target), token, report)
}

fn examine(
    subject: &Subject<'_>,
    destination: Destination,
    token: &ProbeToken,
    report: &Report,
) -> Vec<Check> {
    let asked = Probe::new(subject, &destination, token).and_then(|probe| {
        let answer = probe.get(&destination.url)?;
        Ok((probe, answer))
    });
    let (probe, answer) = match asked {
        Ok(asked) => asked,
        Err(failure) => {
            let mut checks = vec![connection::fails(&destination, &failure, report)];
            checks.extend(skipped(&IDS[1..], "there was no answer"));
            return checks;
        }
    };
    let user = ask_for_user(&probe, &destination, token, &answer);
    let works = connection::works(&destination);
    let findings = Findings::new(destination, token, answer, user, report);
    vec![
        works,
        answer::answer(&findings),
        headers::headers(&findings),
        gateway::gateway(&findings),
        allowed_clients::allowed_clients(&findings),
        aem_user::aem_user(&findings),
    ]
}

/// Reports a URL that the token may not be sent to, unless the check of the host has found the reason.
fn refused(failure: &Failure, report: &Report) -> Vec<Check> {
    let mut known = report
        .checks()
        .filter(|check| check.id() == CheckId::TargetHost && check.verdict() == Verdict::Problem);
    if known.next().is_some() {
        return skipped(&IDS, "nothing was sent; see target-host");
    }
    let mut checks = vec![connection::refused(failure)];
    checks.extend(skipped(&IDS[1..], "nothing was sent"));
    checks
}

fn skipped(ids: &[CheckId], reason: &str) -> Vec<Check> {
    ids.iter().map(|id| Check::skipped(*id, reason)).collect()
}

/// Asks AEM who the account is, where its answer so far does not settle that.
fn ask_for_user(
    probe: &Probe<'_>,
    destination: &Destination,
    token: &ProbeToken,
    answer: &Answer,
) -> AemUser {
    let not_asked = |reason: &str| AemUser::NotAsked(reason.to_owned());
    if !destination.place.is_aem() {
        return not_asked("the API is not one of AEM");
    }
    if !may_tell_user(answer) {
        return not_asked("the answer of AEM is not one to a user");
    }
    let secrets = [token.token.as_secret().clone()];
    let Some(told) = get(probe, &destination.url, CURRENT_USER) else {
        return not_asked("AEM did not say who the user is");
    };
    let user = AemUser::parse(told.body.as_bytes(), &secrets);
    match user.filter(|_| told.status.is_success()) {
        None => AemUser::NotAsked(format!(
            "AEM does not say who the user is: {CURRENT_USER} is {}",
            told.status()
        )),
        Some(AemUser::Known(account)) => {
            AemUser::Known(with_groups(account, probe, &destination.url, &secrets))
        }
        Some(other) => other,
    }
}

fn with_groups(
    account: Account,
    probe: &Probe<'_>,
    url: &Uri,
    secrets: &[adobe_ims::Secret],
) -> Account {
    let Some(home) = &account.home else {
        return account;
    };
    let path = format!("{home}.rw.json?props=memberOf");
    match get(probe, url, &path) {
        Some(told) if told.status.is_success() => {
            account.with_groups(told.body.as_bytes(), secrets)
        }
        _ => account,
    }
}

fn get(probe: &Probe<'_>, url: &Uri, path: &str) -> Option<Answer> {
    probe.get(&with_path(url, path)?).ok()
}

/// Returns false for an answer that comes before any user: the token, the client or the way to AEM is refused.
fn may_tell_user(answer: &Answer) -> bool {
    let causes = answer.diagnosis.as_ref().map(|it| it.causes());
    let first = causes.and_then(|causes| causes.first());
    let is_settled = first.is_some_and(|first| {
        let in_account = [
            ApiProblem::AccountLacksRights,
            ApiProblem::NotInFormsUsers,
            ApiProblem::PathDoubled,
            ApiProblem::WrongTier,
        ];
        first.certainty() == Certainty::Certain && !in_account.contains(&first.problem())
    });
    match answer.status.as_u16() {
        200..=299 => answer.diagnosis.is_none(),
        400 | 403 | 404 | 405 | 406 | 409 | 411 | 412 | 415 | 422 => !is_settled,
        _ => false,
    }
}
