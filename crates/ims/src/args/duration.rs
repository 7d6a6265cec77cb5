//! The parsers of lengths of time, which are written as in the configuration.

use std::time::Duration;

use adobe_ims_config::internal::parse_seconds;
pub(crate) use adobe_ims_config::values::parse_duration as parse;

/// The longest period in seconds: ten years.
const LONGEST_PERIOD: f64 = 3660.0 * 86_400.0;

/// Parses a period such as `30d`, `2w` or `12h`. It needs a unit: a number alone counts seconds elsewhere, and a person
/// who writes it here means hours or days.
pub(crate) fn parse_period(text: &str) -> Result<Duration, &'static str> {
    match parse_seconds(text) {
        Some((_, false)) | None => Err("give a time with its unit, such as 30d, 2w or 12h"),
        Some((seconds, true)) if seconds > 0.0 && seconds <= LONGEST_PERIOD => {
            Ok(Duration::from_secs_f64(seconds))
        }
        Some(_) => Err("it must be more than nothing and ten years at most"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
