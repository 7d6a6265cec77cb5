//! Values that have the same form in the configuration and on a command line.
//!
//! ```
//! use std::time::Duration;
//! use adobe_ims::Environment;
//! use adobe_ims_config::values::{parse_duration, parse_environment};
//!
//! assert_eq!(parse_duration("1.5m")?, Duration::from_secs(90));
//! assert_eq!(parse_environment("stage")?, Environment::stage());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::fmt;
use std::time::Duration;

use adobe_ims::{Environment, Problem};

use crate::error::{ConfigError, Result};

/// The seconds of a day.
const DAY: f64 = 86_400.0;

/// The error of [`parse_duration`]. Its text says what to write; it does not repeat the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseDurationError {
    /// The text is not a number with an optional unit.
    Syntax,
    /// The duration is zero, negative or longer than a day.
    OutOfRange,
}

impl fmt::Display for ParseDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "give a time such as 30s, 500ms or 2m",
            Self::OutOfRange => "it must be more than nothing and a day at most",
        })
    }
}

impl core::error::Error for ParseDurationError {}

/// Parses a duration such as `30`, `30s`, `500ms`, `2m`, `1h` or `1d`. A number without a unit counts seconds.
/// The duration is longer than zero and at most a day.
///
/// # Errors
/// [`ParseDurationError`].
pub fn parse_duration(text: &str) -> Result<Duration, ParseDurationError> {
    let (seconds, _) = parse_seconds(text).ok_or(ParseDurationError::Syntax)?;
    if !(seconds > 0.0 && seconds <= DAY) {
        return Err(ParseDurationError::OutOfRange);
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Parses a number with an optional unit, up to weeks. Returns the seconds, and true if there is a unit.
pub(crate) fn parse_seconds(text: &str) -> Option<(f64, bool)> {
    let text = text.trim();
    let digits = text.len()
        - text
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
            .len();
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    let seconds_per_unit = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => DAY,
        "w" => 7.0 * DAY,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    Some((number * seconds_per_unit, !unit.is_empty()))
}

/// Parses `prod`, `stage`, or the address of another identity service.
///
/// # Errors
/// [`Problem::EndpointInvalid`] for any other word, and the errors of [`Environment::parse`] for an address.
pub fn parse_environment(text: &str) -> Result<Environment> {
    match text {
        "prod" | "production" => Ok(Environment::production()),
        "stage" => Ok(Environment::stage()),
        word if !word.contains(['.', ':', '/']) => Err(ConfigError::new(
            Problem::EndpointInvalid,
            "the environment is neither prod nor stage nor an address",
        )),
        address => Ok(Environment::parse(address)?),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_with_and_without_a_unit() {
        for (text, milliseconds) in [
            ("30", 30_000),
            ("30s", 30_000),
            ("500ms", 500),
            ("2m", 120_000),
            ("1.5 s", 1500),
            ("1h", 3_600_000),
            ("0.5d", 43_200_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in ["", "s", "-1", "2 days", "1y", "1e9", "NaN", "1.2.3"] {
            assert_eq!(
                parse_duration(text),
                Err(ParseDurationError::Syntax),
                "{text}"
            );
        }
        for text in ["0", "25h", "0ms", "86401", "2d", "1w", "0d"] {
            assert_eq!(
                parse_duration(text),
                Err(ParseDurationError::OutOfRange),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_of_each_unit_are_read_exactly(count in 1_u64..=24, unit in 0_usize..4) {
            let (name, milliseconds) = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)][unit];
            let expected = Duration::from_millis(count * milliseconds);
            prop_assert_eq!(parse_duration(&format!(" {count}{name} ")), Ok(expected));
        }
    }
}
