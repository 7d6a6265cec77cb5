//! Values that have the same form in the configuration and on a command line.

use std::time::Duration;

use adobe_ims::{Environment, Problem};

use crate::error::{ConfigError, Result};

/// Reads a length of time as people write it: `30`, `30s`, `500ms`, `2m` or `1h`; more than nothing, a day
/// at most. A number without a unit counts seconds.
///
/// # Errors
/// What to write instead; the text is not repeated.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.len()
        - text
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
            .len();
    let (number, unit) = text.split_at(digits);
    let seconds_per_unit = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("give a time such as 30s, 500ms or 2m".to_owned()),
    };
    let seconds = number
        .parse::<f64>()
        .map_err(|_| "give a time such as 30s, 500ms or 2m".to_owned())?
        * seconds_per_unit;
    if !(seconds > 0.0 && seconds <= 86_400.0) {
        return Err("it must be more than nothing and a day at most".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// `prod`, `stage`, or the address of another identity service.
///
/// # Errors
/// What [`Environment::parse`] says of an address.
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
    use super::*;

    #[test]
    fn people_write_times_in_many_ways() {
        for (text, milliseconds) in [
            ("30", 30_000),
            ("30s", 30_000),
            ("500ms", 500),
            ("2m", 120_000),
            ("1.5 s", 1500),
            ("1h", 3_600_000),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in [
            "", "s", "0", "-1", "1d", "2 days", "1e9", "25h", "NaN", "1.2.3",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
