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

/// Returns the lifetime in milliseconds, and true if there is a notice.
fn lifetime(value: Value, unit: Unit, timestamps: Option<TokenTimestamps>) -> (u64, bool) {
    let resolved = resolve_expiry(Some(&value), unit, timestamps, now(), None);
    let lifetime = resolved.expires_at.duration_since(now()).unwrap();
    (lifetime.as_millis() as u64, resolved.notice.is_some())
}

#[test]
fn value_is_read_in_the_unit_of_the_endpoint() {
    assert_eq!(
        lifetime(json!(86_399_998), Unit::Milliseconds, fresh()),
        (86_399_998, false)
    );
    assert_eq!(
        lifetime(json!(86_399), Unit::Seconds, fresh()),
        (86_399_000, false)
    );
    assert_eq!(
        lifetime(json!(86_399_998), Unit::Milliseconds, None),
        (86_399_998, false)
    );
    assert_eq!(
        lifetime(json!(86_399), Unit::Seconds, None),
        (86_399_000, false)
    );
    assert_eq!(
        lifetime(json!(3599), Unit::Seconds, None),
        (3_599_000, false)
    );
}

#[test]
fn token_decides_the_unit_of_v1() {
    let unit = Endpoint::TokenV1.unit();
    assert_eq!(
        lifetime(json!(86_399_985), unit, fresh()),
        (86_399_985, false)
    );
    assert_eq!(lifetime(json!(86_399), unit, fresh()), (86_399_000, true));
    // An opaque token: the shorter lifetime counts. It costs a refresh and never serves an expired token.
    assert_eq!(lifetime(json!(86_399_985), unit, None), (86_399_985, false));
    assert_eq!(lifetime(json!(86_399), unit, None), (86_399, false));
}

#[test]
fn wrong_unit_is_corrected_by_the_token_or_by_the_size() {
    assert_eq!(
        lifetime(json!(86_399), Unit::Milliseconds, fresh()),
        (86_399_000, true)
    );
    assert_eq!(
        lifetime(json!(86_399_998), Unit::Seconds, fresh()),
        (86_399_998, true)
    );
    assert_eq!(
        lifetime(json!(86_399_998), Unit::Seconds, None),
        (86_399_998, true)
    );
    // Without a readable token the short lifetime is believed: the mistake costs a refresh.
    assert_eq!(
        lifetime(json!(86_399), Unit::Milliseconds, None),
        (86_399, false)
    );
}

#[test]
fn earlier_expiry_counts_and_difference_is_reported() {
    let old = Some(TokenTimestamps {
        created_at: NOW_MS - 23 * 3_600_000,
        expires_in: DAY,
    });
    assert_eq!(
        lifetime(json!(86_399_998), Unit::Milliseconds, old),
        (3_600_000, true)
    );
    assert_eq!(
        lifetime(json!(600_000), Unit::Milliseconds, fresh()),
        (600_000, true)
    );
    let expired = Some(TokenTimestamps {
        created_at: NOW_MS - 2 * DAY,
        expires_in: DAY,
    });
    assert_eq!(
        lifetime(json!(86_399_998), Unit::Milliseconds, expired).0,
        0
    );
}

#[test]
fn hostile_values_are_reported_and_ignored() {
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
            assert_eq!(
                lifetime(value.clone(), unit, fresh()),
                (DAY, true),
                "{value}"
            );
            assert_eq!(
                lifetime(value.clone(), unit, None),
                (ASSUMED, true),
                "{value}"
            );
        }
    }
    assert_eq!(
        lifetime(json!("86399998"), Unit::Milliseconds, fresh()),
        (86_399_998, false)
    );
    assert_eq!(
        lifetime(json!(86_399_998.7), Unit::Milliseconds, fresh()),
        (86_399_998, false)
    );
    assert_eq!(lifetime(json!(0), Unit::Milliseconds, None), (0, false));
}

#[test]
fn lifetime_over_two_days_needs_agreement() {
    let week = 7 * DAY;
    let claims = Some(TokenTimestamps {
        created_at: NOW_MS,
        expires_in: week,
    });
    assert_eq!(
        lifetime(json!(week), Unit::Milliseconds, claims),
        (week, false)
    );
    assert_eq!(
        lifetime(json!(DAY), Unit::Milliseconds, claims),
        (DAY, true)
    );
    assert_eq!(
        lifetime(json!(week), Unit::Milliseconds, fresh()),
        (DAY, true)
    );
}

#[test]
fn claims_are_compared_with_the_time_of_the_server() {
    let ahead = now() + Duration::from_secs(3600);
    let timestamps = Some(TokenTimestamps {
        created_at: NOW_MS + 3_600_000,
        expires_in: DAY,
    });
    let resolved = resolve_expiry(
        Some(&json!(86_399_998)),
        Unit::Milliseconds,
        timestamps,
        now(),
        Some(ahead),
    );
    assert_eq!(resolved.notice, None);
    assert_eq!(
        resolved.expires_at,
        now() + Duration::from_millis(86_399_998)
    );
}

const HOUR: u64 = 3_600_000;

fn issued_now(expires_in: u64) -> Option<TokenTimestamps> {
    Some(TokenTimestamps {
        created_at: NOW_MS,
        expires_in,
    })
}

fn notice(value: u64, unit: Unit, timestamps: Option<TokenTimestamps>) -> String {
    let resolved = resolve_expiry(Some(&json!(value)), unit, timestamps, now(), None);
    resolved.notice.unwrap_or_default()
}

#[test]
fn limits_are_48_hours_and_5_minutes() {
    assert_eq!(MAX_BELIEVABLE, 172_800_000);
    assert_eq!((ASSUMED, TOLERANCE), (300_000, 300_000));
}

#[test]
fn response_alone_is_believed_up_to_48_hours() {
    use Unit::{Milliseconds, Seconds};
    for (value, unit, expected) in [
        (172_800_000, Milliseconds, (MAX_BELIEVABLE, false)),
        (172_800_001, Milliseconds, (ASSUMED, true)),
        (172_800, Seconds, (MAX_BELIEVABLE, false)),
        // One second more is too long in seconds, and is taken for milliseconds.
        (172_801, Seconds, (172_801, true)),
        (172_800_000, Seconds, (MAX_BELIEVABLE, true)),
        (172_800_001, Seconds, (ASSUMED, true)),
    ] {
        assert_eq!(
            lifetime(json!(value), unit, None),
            expected,
            "{value} {unit:?}"
        );
    }
    let text = notice(172_800_001, Milliseconds, None);
    assert_eq!(text, "expires_in 172800001 is too long to be believed");
    let text = notice(172_800_000, Seconds, None);
    assert_eq!(text, "expires_in 172800000 was taken for milliseconds");
}

#[test]
fn token_alone_is_believed_up_to_48_hours() {
    for (expires_in, expected) in [
        (MAX_BELIEVABLE, MAX_BELIEVABLE),
        (MAX_BELIEVABLE + 1, ASSUMED),
    ] {
        let timestamps = issued_now(expires_in);
        let resolved = resolve_expiry(None, Unit::Milliseconds, timestamps, now(), None);
        let milliseconds = resolved
            .expires_at
            .duration_since(now())
            .unwrap()
            .as_millis();
        assert_eq!(milliseconds, u128::from(expected));
        assert_eq!(
            resolved.notice.as_deref(),
            Some("the response has no expires_in")
        );
    }
}

#[test]
fn token_over_48_hours_is_ignored_unless_the_response_agrees() {
    let longest_agreeing = issued_now(MAX_BELIEVABLE + TOLERANCE);
    let ms = Unit::Milliseconds;
    assert_eq!(
        lifetime(json!(MAX_BELIEVABLE), ms, longest_agreeing),
        (MAX_BELIEVABLE, false)
    );
    let too_long = issued_now(MAX_BELIEVABLE + TOLERANCE + 1);
    assert_eq!(
        lifetime(json!(MAX_BELIEVABLE), ms, too_long),
        (MAX_BELIEVABLE, true)
    );
    let text = notice(MAX_BELIEVABLE, ms, too_long);
    assert_eq!(
        text,
        "the token states a lifetime that is too long to be believed"
    );
}

#[test]
fn response_over_48_hours_is_believed_within_5_minutes_of_the_token() {
    let week = 7 * DAY;
    let ms = Unit::Milliseconds;
    for agreeing in [week - TOLERANCE, week + TOLERANCE] {
        let expected = (agreeing.min(week), false);
        assert_eq!(lifetime(json!(agreeing), ms, issued_now(week)), expected);
    }
    for different in [week - TOLERANCE - 1, week + TOLERANCE + 1] {
        let expected = (ASSUMED, true);
        assert_eq!(lifetime(json!(different), ms, issued_now(week)), expected);
    }
}

#[test]
fn response_agrees_with_the_total_lifetime_of_an_older_token() {
    let week = 7 * DAY;
    let older = Some(TokenTimestamps {
        created_at: NOW_MS - DAY,
        expires_in: week,
    });
    // Response and total agree, the rest does not: the response counts, and the rest is too long to be believed.
    assert_eq!(
        lifetime(json!(week), Unit::Milliseconds, older),
        (week, true)
    );
    let text = notice(week, Unit::Milliseconds, older);
    assert_eq!(
        text,
        "the token states a lifetime that is too long to be believed"
    );
}

#[test]
fn difference_is_reported_from_5_minutes_on() {
    let ms = Unit::Milliseconds;
    for agreeing in [DAY - TOLERANCE, DAY + TOLERANCE] {
        let expected = (agreeing.min(DAY), false);
        assert_eq!(lifetime(json!(agreeing), ms, fresh()), expected);
    }
    for different in [DAY - TOLERANCE - 1, DAY + TOLERANCE + 1] {
        let expected = (different.min(DAY), true);
        assert_eq!(lifetime(json!(different), ms, fresh()), expected);
    }
    let text = notice(HOUR, ms, fresh());
    let expected = "the response states a lifetime of 1 h 0 min, the token one of 1 day 0 h; the shorter counts";
    assert_eq!(text, expected);
}

#[test]
fn unit_of_the_endpoint_counts_if_the_token_speaks_for_neither() {
    // 2 h in milliseconds, 2000 h in seconds; the token lives 24 h.
    assert_eq!(
        lifetime(json!(2 * HOUR), Unit::Milliseconds, fresh()),
        (2 * HOUR, true)
    );
    // In seconds the value is too long, and the token does not agree with milliseconds: the token counts.
    assert_eq!(
        lifetime(json!(2 * HOUR), Unit::Seconds, fresh()),
        (DAY, true)
    );
    let text = notice(2 * HOUR, Unit::Seconds, fresh());
    assert_eq!(text, "expires_in 7200000 is too long to be believed");
}

#[test]
fn rest_of_a_second_counts() {
    let received = now() + Duration::from_millis(999);
    let resolved = resolve_expiry(
        Some(&json!(DAY)),
        Unit::Milliseconds,
        fresh(),
        received,
        None,
    );
    assert_eq!(resolved.expires_at, now() + Duration::from_millis(DAY));
}

/// Returns the claims of a token with this rest of its lifetime.
fn aged(total: u64, remaining: u64) -> Option<TokenTimestamps> {
    Some(TokenTimestamps {
        created_at: NOW_MS + remaining - total,
        expires_in: total,
    })
}

#[test]
fn nearer_reading_counts_if_both_agree_with_the_token() {
    let (milliseconds, seconds) = (Unit::Milliseconds, Unit::Seconds);
    for (value, unit, expected) in [
        // In the unit of the endpoint.
        (300_000, milliseconds, (300_000, false)),
        (300, seconds, (300_000, false)),
        (299, seconds, (299_000, false)),
        // In the other unit.
        (300, milliseconds, (300_000, true)),
        (299, milliseconds, (299_000, true)),
        (300_000, seconds, (300_000, true)),
        // The reading that is as near as the other is that of the endpoint.
        (0, milliseconds, (0, false)),
        (0, seconds, (0, false)),
    ] {
        let found = lifetime(json!(value), unit, aged(300_000, 300_000));
        assert_eq!(found, expected, "{value} {unit:?}");
    }
    // The rest of an older token.
    for total in [DAY, 200_000] {
        let found = lifetime(json!(200), milliseconds, aged(total, 200_000));
        assert_eq!(found, (200_000, true));
    }
    assert_eq!(
        lifetime(json!(1), milliseconds, aged(1000, 1000)),
        (1000, true)
    );
}

proptest! {
    #[test]
    fn rest_of_a_token_is_found_whatever_the_unit(
        remaining in prop_oneof![0u64..600_000, 0..4 * DAY],
        age in prop_oneof![Just(0), 0..600_000u64, 0..4 * DAY],
        is_stated_in_seconds: bool,
        unit in prop_oneof![Just(Unit::Seconds), Just(Unit::Milliseconds)],
    ) {
        let value = if is_stated_in_seconds { remaining / 1000 } else { remaining };
        let (found, _) = lifetime(json!(value), unit, aged(remaining + age, remaining));
        prop_assert!(found <= remaining && remaining - found < 1000, "{found}");
    }

    #[test]
    fn lifetime_without_agreement_is_at_most_two_days(
        answer in any::<u64>(), created in any::<u64>(), expires in any::<u64>(), seconds in any::<bool>(),
    ) {
        let unit = if seconds { Unit::Seconds } else { Unit::Milliseconds };
        let timestamps = TokenTimestamps { created_at: created, expires_in: expires };
        let (milliseconds, _) = lifetime(json!(answer), unit, Some(timestamps));
        prop_assert!(milliseconds <= MAX_BELIEVABLE || milliseconds.abs_diff(expires) <= TOLERANCE
            || u128::from(milliseconds) <= u128::from(created) + u128::from(expires));
    }
}
