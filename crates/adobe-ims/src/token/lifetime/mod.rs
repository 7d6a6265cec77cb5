//! How long a token lives, whatever unit the answer was in.

mod endpoint;

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::util::time;

pub use endpoint::TokenVersion;
pub(crate) use endpoint::{Endpoint, Unit};

/// A token lives 24 hours; nothing above twice that is believed unless answer and token agree.
const BELIEVABLE: u64 = 48 * 3_600_000;

/// When neither answer nor token says anything of use. Short, so that little can go wrong with it.
const ASSUMED: u64 = 5 * 60_000;

/// What answer and token may differ by and still agree: the answer counts down from the moment of
/// minting, and clocks differ a little.
const TOLERANCE: u64 = 5 * 60_000;

/// What the token says of its own life, both in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenTimestamps {
    /// `created_at`, since the Unix epoch.
    pub created_at: u64,
    /// `expires_in`, from then on.
    pub expires_in: u64,
}

/// What was made of an answer and a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Lifetime {
    /// The end of the token, on this machine's clock.
    pub expires_at: SystemTime,
    /// What did not fit, to be reported once.
    pub notice: Option<String>,
}

/// The expiry of a token: the earlier of what the answer says and what the token says of itself.
///
/// `received` is this machine's time, `server_time` that of the server's `Date` header: the
/// token's claims were made by the server's clock, so they are read by it.
pub(crate) fn resolve_expiry(
    expires_in: Option<&Value>,
    unit: Unit,
    own: Option<TokenTimestamps>,
    received: SystemTime,
    server_time: Option<SystemTime>,
) -> Lifetime {
    let mut notice = None;
    let by_token = own.map(|own| {
        let now = server_time.unwrap_or(received);
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        let end = u128::from(own.created_at) + u128::from(own.expires_in);
        u64::try_from(end.saturating_sub(now)).unwrap_or(u64::MAX)
    });
    let agrees = |answer: u64| {
        [by_token, own.map(|own| own.expires_in)]
            .into_iter()
            .flatten()
            .any(|token| answer.abs_diff(token) <= TOLERANCE)
    };
    let raw = expires_in.map_or_else(String::new, display);
    let by_answer = match expires_in.and_then(amount) {
        None => {
            notice = Some(match expires_in {
                None => "the answer has no expires_in".to_owned(),
                Some(_) => format!("expires_in is {raw}, which is no length of time"),
            });
            None
        }
        Some(amount) => {
            let [nominal, other] = match unit {
                Unit::Milliseconds => [amount, amount.saturating_mul(1000)],
                Unit::Seconds => [amount.saturating_mul(1000), amount],
            };
            if agrees(nominal) || (nominal <= BELIEVABLE && !agrees(other)) {
                Some(nominal)
            } else if agrees(other) || (other <= BELIEVABLE && by_token.is_none()) {
                let meant = match unit {
                    Unit::Milliseconds => "seconds",
                    Unit::Seconds => "milliseconds",
                };
                notice = Some(format!("expires_in {raw} was taken for {meant}"));
                Some(other)
            } else {
                notice = Some(format!("expires_in {raw} is too long to be believed"));
                None
            }
        }
    };
    let by_token = by_token.filter(|&token| {
        let credible =
            token <= BELIEVABLE || by_answer.is_some_and(|a| a.abs_diff(token) <= TOLERANCE);
        if !credible {
            notice.get_or_insert_with(|| {
                "the token claims a lifetime too long to be believed".to_owned()
            });
        }
        credible
    });
    if let (Some(answer), Some(token), None) = (by_answer, by_token, &notice)
        && answer.abs_diff(token) > TOLERANCE
    {
        notice = Some(format!(
            "the answer gives the token {}, the token itself {}; the shorter counts",
            time::human(Duration::from_millis(answer)),
            time::human(Duration::from_millis(token)),
        ));
    }
    let life = by_answer.into_iter().chain(by_token).min();
    Lifetime {
        expires_at: received
            .checked_add(Duration::from_millis(life.unwrap_or(ASSUMED)))
            .unwrap_or(received),
        notice,
    }
}

/// A number of units, from an integer, a fraction (cut) or a text of digits; never negative.
pub(crate) fn amount(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let fraction = number.as_f64()?;
            // Far below u64::MAX, and far above any lifetime: the cast cannot saturate.
            (0.0..1e18).contains(&fraction).then_some(fraction as u64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A value of `expires_in` for people. Only numbers are shown: a text may be anything, even a secret
/// that the server sends back.
pub(crate) fn display(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if amount(value).is_some() => format!("\"{}\"", text.trim()),
        Value::String(_) => "a text".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW_MS: u64 = 1_800_000_000_000;
    const DAY: u64 = 86_400_000;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MS)
    }

    fn fresh() -> Option<TokenTimestamps> {
        Some(TokenTimestamps {
            created_at: NOW_MS,
            expires_in: DAY,
        })
    }

    /// Milliseconds of life, and whether something was noticed.
    fn life(value: Value, unit: Unit, own: Option<TokenTimestamps>) -> (u64, bool) {
        let found = resolve_expiry(Some(&value), unit, own, now(), None);
        let life = found.expires_at.duration_since(now()).unwrap();
        (life.as_millis() as u64, found.notice.is_some())
    }

    #[test]
    fn the_unit_is_that_of_the_endpoint() {
        assert_eq!(
            life(json!(86_399_998), Unit::Milliseconds, fresh()),
            (86_399_998, false)
        );
        assert_eq!(
            life(json!(86_399), Unit::Seconds, fresh()),
            (86_399_000, false)
        );
        assert_eq!(
            life(json!(86_399_998), Unit::Milliseconds, None),
            (86_399_998, false)
        );
        assert_eq!(
            life(json!(86_399), Unit::Seconds, None),
            (86_399_000, false)
        );
        assert_eq!(life(json!(3599), Unit::Seconds, None), (3_599_000, false));
    }

    #[test]
    fn the_dispute_about_v1_is_settled_by_the_token() {
        let unit = Endpoint::TokenV1.unit();
        assert_eq!(life(json!(86_399_985), unit, fresh()), (86_399_985, false));
        assert_eq!(life(json!(86_399), unit, fresh()), (86_399_000, true));
        // An opaque token: the shorter reading, which costs a refresh and never serves a dead token.
        assert_eq!(life(json!(86_399_985), unit, None), (86_399_985, false));
        assert_eq!(life(json!(86_399), unit, None), (86_399, false));
    }

    #[test]
    fn a_wrong_unit_is_found_by_the_token_or_by_reason() {
        assert_eq!(
            life(json!(86_399), Unit::Milliseconds, fresh()),
            (86_399_000, true)
        );
        assert_eq!(
            life(json!(86_399_998), Unit::Seconds, fresh()),
            (86_399_998, true)
        );
        assert_eq!(
            life(json!(86_399_998), Unit::Seconds, None),
            (86_399_998, true)
        );
        // Without the token's word a short life is believed: the mistake costs a refresh.
        assert_eq!(
            life(json!(86_399), Unit::Milliseconds, None),
            (86_399, false)
        );
    }

    #[test]
    fn the_earlier_wins_and_a_difference_is_noticed() {
        let old = Some(TokenTimestamps {
            created_at: NOW_MS - 23 * 3_600_000,
            expires_in: DAY,
        });
        assert_eq!(
            life(json!(86_399_998), Unit::Milliseconds, old),
            (3_600_000, true)
        );
        assert_eq!(
            life(json!(600_000), Unit::Milliseconds, fresh()),
            (600_000, true)
        );
        let dead = Some(TokenTimestamps {
            created_at: NOW_MS - 2 * DAY,
            expires_in: DAY,
        });
        assert_eq!(life(json!(86_399_998), Unit::Milliseconds, dead).0, 0);
    }

    #[test]
    fn hostile_values_are_noticed_and_harmless() {
        let hostile = [
            json!(-1),
            json!("soon"),
            json!(null),
            json!(true),
            json!([1]),
            json!({"a": 1}),
            json!(1e300),
            json!(u64::MAX),
            json!(-0.5),
            json!("99999999999999999999999"),
            json!(""),
        ];
        for value in hostile {
            for unit in [Unit::Milliseconds, Unit::Seconds] {
                assert_eq!(life(value.clone(), unit, fresh()), (DAY, true), "{value}");
                assert_eq!(life(value.clone(), unit, None), (ASSUMED, true), "{value}");
            }
        }
        assert_eq!(
            life(json!("86399998"), Unit::Milliseconds, fresh()),
            (86_399_998, false)
        );
        assert_eq!(
            life(json!(86_399_998.7), Unit::Milliseconds, fresh()),
            (86_399_998, false)
        );
        assert_eq!(life(json!(0), Unit::Milliseconds, None), (0, false));
    }

    #[test]
    fn more_than_two_days_needs_agreement_of_both() {
        let week = 7 * DAY;
        let claims = Some(TokenTimestamps {
            created_at: NOW_MS,
            expires_in: week,
        });
        assert_eq!(life(json!(week), Unit::Milliseconds, claims), (week, false));
        assert_eq!(life(json!(DAY), Unit::Milliseconds, claims), (DAY, true));
        assert_eq!(life(json!(week), Unit::Milliseconds, fresh()), (DAY, true));
    }

    #[test]
    fn the_tokens_claims_are_read_by_the_servers_clock() {
        let ahead = now() + Duration::from_secs(3600);
        let own = Some(TokenTimestamps {
            created_at: NOW_MS + 3_600_000,
            expires_in: DAY,
        });
        let found = resolve_expiry(
            Some(&json!(86_399_998)),
            Unit::Milliseconds,
            own,
            now(),
            Some(ahead),
        );
        assert_eq!(found.notice, None);
        assert_eq!(found.expires_at, now() + Duration::from_millis(86_399_998));
    }

    proptest! {
        #[test]
        fn never_longer_than_believable_without_agreement(
            answer in any::<u64>(), created in any::<u64>(), expires in any::<u64>(), seconds in any::<bool>(),
        ) {
            let unit = if seconds { Unit::Seconds } else { Unit::Milliseconds };
            let own = TokenTimestamps { created_at: created, expires_in: expires };
            let (life, _) = life(json!(answer), unit, Some(own));
            prop_assert!(life <= BELIEVABLE || life.abs_diff(expires) <= TOLERANCE
                || u128::from(life) <= u128::from(created) + u128::from(expires));
        }
    }
}
