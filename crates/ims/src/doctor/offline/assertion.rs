//! The assertion that the exchange would send, signed and decoded again, and the clock that it depends on.

use std::time::{Duration, SystemTime};

use adobe_ims::assertion::{Assertion, AssertionOptions, TechnicalAccount};
use adobe_ims::error::Certainty;
use adobe_ims::internal::time;
use adobe_ims::internal::value::shown_id;
use adobe_ims::token::inspect::Inspection;
use adobe_ims::{Error, Problem};
use serde_json::{Map, Value};

use super::account::ExaminedAccount;
use super::clock::ClockState;
use super::evidence::{cause_of, quoted};
use crate::doctor::check::{Check, CheckId, FoundCause, Verdict};

const ID: CheckId = CheckId::Assertion;

/// Adobe's older documents allowed no longer assertions.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Signs an assertion as the exchange would, and looks at its claims.
pub(super) fn assertion(
    account: &ExaminedAccount<'_>,
    clock: &ClockState,
    now: SystemTime,
) -> Check {
    if let Some(check) = wrong_clock(clock) {
        return check;
    }
    let opened = match account.open() {
        Err(reason) => return Check::skipped(ID, reason),
        Ok(Err(_)) => {
            return Check::skipped(ID, "the private key does not belong to the certificate");
        }
        Ok(Ok(opened)) => opened,
    };
    let check = match signed(&opened, now) {
        Ok(inspection) => of_claims(&inspection, account.credentials.client_id(), now),
        Err(error) => Check::problem(ID, error.to_string(), cause_of(&error, Certainty::Certain)),
    };
    match clock {
        ClockState::Doubtful(seen) if check.verdict() == Verdict::Ok => {
            let summary = "the clock of this machine may be behind, and assertions depend on it";
            Check::warning(ID, summary)
                .because(FoundCause::new(Problem::ClockWrong, Certainty::Possible))
                .seen(seen)
        }
        _ => check,
    }
}

/// Returns the problem of a clock that cannot be right.
pub(super) fn wrong_clock(clock: &ClockState) -> Option<Check> {
    let (certainty, seen) = match clock {
        ClockState::Impossible(seen) => (Certainty::Certain, seen),
        ClockState::Contradicted(seen) => (Certainty::Likely, seen),
        ClockState::Plausible | ClockState::Doubtful(_) => return None,
    };
    let cause = FoundCause::new(Problem::ClockWrong, certainty);
    let mut check = Check::problem(ID, "the clock of this machine is wrong", cause).seen(seen);
    if certainty != Certainty::Certain {
        let other = FoundCause::new(Problem::CertificateNotYetValid, Certainty::Possible);
        check = check.because(other);
    }
    Some(check)
}

fn signed(account: &TechnicalAccount, now: SystemTime) -> Result<Inspection, Error> {
    let assertion = Assertion::sign(account, now, &AssertionOptions::default())?;
    Inspection::parse(assertion.as_secret().expose(), now)
}

fn of_claims(inspection: &Inspection, client_id: &str, now: SystemTime) -> Check {
    let claims = &inspection.claims;
    let check = match flaw_of_expiry(claims, now) {
        None => Check::ok(
            ID,
            "an assertion can be signed, and its claims have the right form",
        ),
        Some(flaw) => {
            let cause = FoundCause::new(Problem::AssertionLifetime, Certainty::Certain);
            Check::problem(ID, flaw, cause)
        }
    };
    let texts = ["aud", "iss", "sub"].into_iter().filter_map(|name| {
        let text = inspection.text(name)?;
        Some(format!(
            "{name}: {}",
            quoted(&without_secret(text, client_id))
        ))
    });
    let metascopes = claims.iter().filter(|(name, _)| name.contains("/s/"));
    let metascopes = metascopes.map(|(name, value)| format!("{}: {value}", quoted(name)));
    let expiry = inspection.expires_at.map(|end| {
        let left = end.duration_since(now).unwrap_or_default();
        format!("exp: {} (in {})", time::display(end), time::human(left))
    });
    let seen = expiry.into_iter().chain(texts).chain(metascopes);
    seen.fold(check, Check::seen)
}

/// Returns a claim without a client id that has the form of a secret: both may be swapped.
fn without_secret(claim: &str, client_id: &str) -> String {
    match shown_id(client_id).as_str() {
        "…" => claim.replace(client_id, "…"),
        _ => claim.to_owned(),
    }
}

/// Returns what is wrong with `exp`.
fn flaw_of_expiry(claims: &Map<String, Value>, now: SystemTime) -> Option<&'static str> {
    let Some(seconds) = claims.get("exp").and_then(Value::as_u64) else {
        return Some("`exp` of the assertion is no integer");
    };
    let end = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    let left = end.and_then(|end| end.duration_since(now).ok());
    match left.filter(|left| !left.is_zero()) {
        None => Some("`exp` of the assertion is not in the future"),
        Some(left) if left > LONGEST => Some("`exp` of the assertion is more than 24 h ahead"),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_795_867_200;

    #[test]
    fn expiry_is_an_integer_of_seconds_up_to_a_day_ahead() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let day = 86_400;
        for (exp, is_right) in [
            (json!(NOW + 1), true),
            (json!(NOW), false),
            (json!(NOW + day), true),
            (json!(NOW + day + 1), false),
            (json!(NOW - 1), false),
            (json!(NOW * 1000), false),
            (json!((NOW + 60).to_string()), false),
            (json!(1.5), false),
            (Value::Null, false),
        ] {
            let claims = json!({ "exp": exp });
            let flaw = flaw_of_expiry(claims.as_object().unwrap(), now);
            assert_eq!(flaw.is_none(), is_right, "{exp}");
        }
    }

    #[test]
    fn client_id_in_the_form_of_a_secret_is_left_out() {
        let secret = "0f3c1b1a-1111-4222-8333-444455556666";
        let audience = |id: &str| without_secret(&format!("https://ims.example/c/{id}"), id);
        assert_eq!(audience(secret), "https://ims.example/c/…");
        assert_eq!(audience("client!+ID"), "https://ims.example/c/client!+ID");
    }

    #[test]
    fn only_an_impossible_clock_is_certainly_wrong() {
        let found =
            |state| wrong_clock(&state).map(|check| (check.verdict(), check.causes()[0].certainty));
        let seen = String::new;
        assert_eq!(found(ClockState::Plausible), None);
        assert_eq!(found(ClockState::Doubtful(seen())), None);
        let likely = (Verdict::Problem, Certainty::Likely);
        assert_eq!(found(ClockState::Contradicted(seen())), Some(likely));
        let certain = (Verdict::Problem, Certainty::Certain);
        assert_eq!(found(ClockState::Impossible(seen())), Some(certain));
    }
}
