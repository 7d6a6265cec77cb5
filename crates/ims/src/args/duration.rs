//! The parsers of lengths of time, which are written as in the configuration.

use std::time::Duration;

use adobe_ims_config::internal::parse_seconds;
pub(crate) use adobe_ims_config::values::parse_duration as parse;

/// Parses the lifetime of a token, such as `90s`, `15m` or `24h`. A number alone counts seconds.
pub(crate) fn parse_lifetime(text: &str) -> Result<Duration, &'static str> {
    let (seconds, _) = parse_seconds(text).ok_or("give a time such as 90s, 15m or 24h")?;
    period(seconds)
}

/// The longest period in seconds: ten years.
const LONGEST_PERIOD: f64 = 3660.0 * 86_400.0;

/// Parses a period such as `30d`, `2w` or `12h`. It needs a unit: a number alone counts seconds elsewhere, and a person
/// who writes it here means hours or days.
pub(crate) fn parse_period(text: &str) -> Result<Duration, &'static str> {
    match parse_seconds(text) {
        Some((_, false)) | None => Err("give a time with its unit, such as 30d, 2w or 12h"),
        Some((seconds, true)) => period(seconds),
    }
}

/// Returns a period of a number of seconds.
fn period(seconds: f64) -> Result<Duration, &'static str> {
    if seconds > 0.0 && seconds <= LONGEST_PERIOD {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("it must be more than nothing and ten years at most")
    }
}

/// Parses a length of virtual time in seconds, which may be zero: `90`, `90s`, `15m`, `24h`. The emulator limits it.
pub(super) fn parse_virtual(text: &str) -> Result<f64, &'static str> {
    parse_seconds(text)
        .map(|(seconds, _)| seconds)
        .filter(|seconds| seconds.is_finite())
        .ok_or("give a time such as 90, 90s, 15m, 24h or 30d")
}

/// Parses whole seconds that may be negative: `90s`, `-2m`.
pub(super) fn parse_offset(text: &str) -> Result<i64, &'static str> {
    let wrong = "give whole seconds such as 90s or -2m";
    let (sign, length) = match text.trim().strip_prefix('-') {
        Some(length) => (-1.0, length),
        None => (1.0, text),
    };
    let (seconds, _) = parse_seconds(length).ok_or(wrong)?;
    let offset = format!("{}", sign * seconds);
    // A number that is not whole, or too large for the field, is no integer.
    offset.parse().map_err(|_| wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_is_whole_seconds_with_a_sign() {
        for (text, seconds) in [
            ("90", 90),
            ("-2m", -120),
            ("0", 0),
            ("1.5m", 90),
            (" -1h", -3600),
        ] {
            assert_eq!(parse_offset(text), Ok(seconds), "{text}");
        }
        for text in ["", "-", "--1", "0.5s", "9999999999999999999w", "m"] {
            assert!(parse_offset(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lifetime_may_be_seconds() {
        for (text, millis) in [
            ("90", 90_000),
            ("90s", 90_000),
            ("15m", 900_000),
            ("1500ms", 1500),
            ("2w", 14 * 86_400_000),
        ] {
            assert_eq!(parse_lifetime(text), Ok(Duration::from_millis(millis)));
        }
        for (text, error) in [
            ("", "give a time such as 90s, 15m or 24h"),
            ("soon", "give a time such as 90s, 15m or 24h"),
            ("0s", "it must be more than nothing and ten years at most"),
            ("600w", "it must be more than nothing and ten years at most"),
        ] {
            assert_eq!(parse_lifetime(text), Err(error), "{text}");
        }
    }

    #[test]
    fn period_has_a_unit() {
        for (text, seconds) in [
            ("30d", 30 * 86_400),
            ("2w", 14 * 86_400),
            (" 12 h ", 12 * 3600),
            ("1.5d", 36 * 3600),
            ("3660d", 3660 * 86_400),
        ] {
            assert_eq!(
                parse_period(text),
                Ok(Duration::from_secs(seconds)),
                "{text}"
            );
        }
        for text in ["", "30", "d", "30 days", "-1d", "1e3d"] {
            let error = parse_period(text).unwrap_err();
            assert!(error.starts_with("give a time with its unit"), "{text}");
        }
        for text in ["0d", "3661d", "600w"] {
            let error = parse_period(text).unwrap_err();
            assert!(error.starts_with("it must be more"), "{text}");
        }
    }
}
