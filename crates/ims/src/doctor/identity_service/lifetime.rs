//! The lifetime of a token: what the answer says, in which unit, and what the token says.

use std::time::{Duration, SystemTime};

use adobe_ims::Problem;
use adobe_ims::api::Warning;
use adobe_ims::error::Certainty;
use adobe_ims::internal::lifetime::{Endpoint, Unit};
use adobe_ims::internal::time;
use adobe_ims::source::FetchedToken;
use adobe_ims::token::TokenClaims;

use crate::doctor::check::{Check, CheckId, FoundCause};

const ID: CheckId = CheckId::Lifetime;

/// Two readings of a length of time agree up to this difference. Answer and token count from different moments.
const TOLERANCE: Duration = Duration::from_secs(300);

/// A token that lives for less is useless to most programs.
const SHORT: Duration = Duration::from_secs(300);

/// The usual lives of tokens. A day in seconds, read as milliseconds, is 86 s.
const USUAL: [Duration; 2] = [Duration::from_secs(86_400), Duration::from_secs(3_600)];

const ENDPOINTS: [Endpoint; 5] = [
    Endpoint::ExchangeJwt,
    Endpoint::TokenV1,
    Endpoint::TokenV2,
    Endpoint::TokenV3,
    Endpoint::TokenV4,
];

/// Compares the statements about the lifetime of a token. `received` is the time of the answer by this machine's clock.
pub(super) fn check(fetched: &FetchedToken, received: SystemTime, job: Option<Duration>) -> Check {
    let left = fetched.token.remaining(received).unwrap_or_default();
    let unit = fetched
        .server
        .as_ref()
        .and_then(|server| unit_of(&server.endpoint));
    let amount = fetched.raw_expires_in.as_deref().and_then(amount);
    let contradiction = fetched.warnings.iter().find_map(|warning| match warning {
        Warning::Lifetime(sentence) => Some(sentence.clone()),
        _ => None,
    });
    let claims = fetched.token.claims();
    let suspicion = || suspicion(claims, amount, left);
    let check = match contradiction.map(Ok).or_else(|| suspicion().map(Err)) {
        Some(Ok(sentence)) => contradictory(sentence, Certainty::Certain),
        Some(Err(sentence)) => contradictory(sentence, Certainty::Likely),
        None => match job.filter(|job| *job > left) {
            Some(job) => too_short(left, job),
            None => Check::ok(ID, format!("the token is valid for {}", time::human(left))),
        },
    };
    let raw = fetched.raw_expires_in.as_deref().unwrap_or("missing");
    let check = check
        .seen(format!("expires_in of the answer: {raw}"))
        .seen(reading(amount, unit, left));
    let check = match unit {
        Some(unit) => check.seen(format!("the endpoint counts in {}", name(unit))),
        None => check,
    };
    check.seen(stated_by_token(claims))
}

fn contradictory(sentence: String, certainty: Certainty) -> Check {
    let cause = FoundCause::new(Problem::LifetimeContradictory, certainty);
    Check::warning(ID, sentence).because(cause)
}

fn too_short(left: Duration, job: Duration) -> Check {
    let (left, job) = (time::human(left), time::human(job));
    let summary = format!("the token is valid for {left}, and the job takes {job}");
    Check::warning(ID, summary).fix(
        "a program that runs for longer than a token asks for the token before each request: a call of `ims token` takes it from the cache, or renews it",
    )
}

/// Returns what speaks for the other unit if the token itself is silent.
fn suspicion(claims: Option<&TokenClaims>, amount: Option<u64>, left: Duration) -> Option<String> {
    let is_silent = claims.and_then(TokenClaims::expires_at).is_none();
    let in_seconds = Duration::from_secs(amount.filter(|_| is_silent && left < SHORT)?);
    let is_usual = |usual: &Duration| {
        let used_up = usual.checked_sub(in_seconds);
        used_up.is_some_and(|used_up| used_up < Duration::from_secs(60))
    };
    USUAL.iter().any(is_usual).then(|| {
        format!(
            "the token is valid for {}; if expires_in counts seconds here, for {}",
            time::human(left),
            time::human(in_seconds)
        )
    })
}

/// Says in which unit the amount was taken.
fn reading(amount: Option<u64>, unit: Option<Unit>, left: Duration) -> String {
    let Some(amount) = amount else {
        return "it is no length of time".to_owned();
    };
    let of = |unit: Unit| match unit {
        Unit::Seconds => Duration::from_secs(amount),
        _ => Duration::from_millis(amount),
    };
    let fits = |unit: &Unit| of(*unit).abs_diff(left) <= TOLERANCE;
    let usual = unit.unwrap_or(Unit::Seconds);
    let other = match usual {
        Unit::Seconds => Unit::Milliseconds,
        _ => Unit::Seconds,
    };
    // Both fit a token of a few minutes. None fits if the claims of the token state an earlier end.
    let taken = [usual, other].into_iter().find(fits);
    match taken {
        Some(unit) => format!("taken for {}: {}", name(unit), time::human(of(unit))),
        None => format!("not used: the token ends in {}", time::human(left)),
    }
}

fn stated_by_token(claims: Option<&TokenClaims>) -> String {
    let Some(claims) = claims else {
        return "the token is opaque, so it states no lifetime itself".to_owned();
    };
    match (claims.created_at, claims.expires_in, claims.expires_at()) {
        (Some(created), Some(life), Some(end)) => format!(
            "the token states: created {}, lifetime {}, end {}",
            time::display(created),
            time::human(life),
            time::display(end)
        ),
        (_, _, Some(end)) => format!("the token states: end {}", time::display(end)),
        _ => "the token states no lifetime".to_owned(),
    }
}

fn unit_of(url: &str) -> Option<Unit> {
    let endpoint = ENDPOINTS.into_iter().find(|it| url.ends_with(it.path()));
    endpoint.map(Endpoint::unit)
}

/// Returns the number in `expires_in`, which may be a text.
fn amount(raw: &str) -> Option<u64> {
    raw.trim_matches('"').split('.').next()?.parse().ok()
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "seconds",
        _ => "milliseconds",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn unit_that_fits_the_lifetime_is_named() {
        let day = 24 * HOUR;
        for (amount, unit, left, expected) in [
            (
                86_399_999,
                Unit::Milliseconds,
                day,
                "taken for milliseconds: 23 h 59 min",
            ),
            (
                86_399,
                Unit::Milliseconds,
                day,
                "taken for seconds: 23 h 59 min",
            ),
            (86_399, Unit::Seconds, day, "taken for seconds: 23 h 59 min"),
            (
                86_399_999,
                Unit::Seconds,
                day,
                "taken for milliseconds: 23 h 59 min",
            ),
            (
                86_399_999,
                Unit::Milliseconds,
                HOUR,
                "not used: the token ends in 1 h 0 min",
            ),
        ] {
            assert_eq!(
                reading(Some(amount), Some(unit), left),
                expected,
                "{amount}"
            );
        }
        assert_eq!(reading(None, None, day), "it is no length of time");
    }

    #[test]
    fn short_life_of_an_opaque_token_may_be_a_day_in_seconds() {
        let claims = TokenClaims::default();
        let sentence = suspicion(Some(&claims), Some(86_399), Duration::from_millis(86_399));
        assert_eq!(
            sentence.as_deref(),
            Some(
                "the token is valid for 1 min 26 s; if expires_in counts seconds here, for 23 h 59 min"
            )
        );
        assert!(suspicion(None, Some(86_399_999), 24 * HOUR).is_none());
        assert!(suspicion(None, Some(3_600), Duration::from_millis(3_600)).is_some());
        assert!(suspicion(None, Some(60_000), Duration::from_secs(60)).is_none());
        let mut stated = TokenClaims::default();
        stated.exp = Some(SystemTime::UNIX_EPOCH);
        assert!(suspicion(Some(&stated), Some(86_399), Duration::from_secs(86)).is_none());
    }

    #[test]
    fn amount_is_read_in_each_notation() {
        for (raw, expected) in [
            ("86399", Some(86_399)),
            ("\"86399\"", Some(86_399)),
            ("86399.5", Some(86_399)),
            ("a text", None),
            ("null", None),
        ] {
            assert_eq!(amount(raw), expected, "{raw}");
        }
    }

    #[test]
    fn endpoint_decides_the_unit() {
        let base = "https://ims.example";
        assert_eq!(
            unit_of(&format!("{base}/ims/exchange/jwt")),
            Some(Unit::Milliseconds)
        );
        assert_eq!(
            unit_of(&format!("{base}/ims/token/v3")),
            Some(Unit::Seconds)
        );
        assert_eq!(unit_of(base), None);
    }
}
