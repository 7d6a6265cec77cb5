use std::time::Duration;

/// Reads a length of time as people write it: `30`, `30s`, `500ms`, `2m` or `1h`; more than nothing, a day
/// at most. A number without a unit counts seconds.
///
/// # Errors
/// What to write instead; the text is not repeated.
pub fn parse_span(text: &str) -> Result<Duration, String> {
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
                parse_span(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in [
            "", "s", "0", "-1", "1d", "2 days", "1e9", "25h", "NaN", "1.2.3",
        ] {
            assert!(parse_span(text).is_err(), "{text}");
        }
    }
}
