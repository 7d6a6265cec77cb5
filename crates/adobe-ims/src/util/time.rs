//! Points in time and lengths of time as people write them.

use std::time::{Duration, SystemTime};

use der::DateTime;

/// Returns the time in RFC 3339, UTC, whole seconds: `2026-11-20T09:00:00Z`. Returns `None` before 1970 and after 9999.
pub fn rfc3339(time: SystemTime) -> Option<String> {
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let date = DateTime::from_unix_duration(Duration::from_secs(since_epoch.as_secs())).ok()?;
    Some(date.to_string())
}

/// Returns the time for people: in RFC 3339, or in words before 1970 and after 9999.
pub fn display(time: SystemTime) -> String {
    rfc3339(time).unwrap_or_else(|| {
        let text = if time < SystemTime::UNIX_EPOCH {
            "before 1970"
        } else {
            "after the year 9999"
        };
        text.to_owned()
    })
}

/// Reads RFC 3339 in UTC. A fraction of a second is dropped.
pub fn parse_rfc3339(text: &str) -> Option<SystemTime> {
    let whole = text.trim().strip_suffix('Z')?;
    let whole = whole
        .split_once('.')
        .map_or(whole, |(seconds, _fraction)| seconds);
    let date: DateTime = format!("{whole}Z").parse().ok()?;
    Some(SystemTime::UNIX_EPOCH + date.unix_duration())
}

/// Returns the whole seconds since the Unix epoch; zero before it.
pub fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Returns a length of time in two units, cut and not rounded: `23 h 59 min`, `4 min 59 s`, `12 days 3 h`. Below a second
/// it is in milliseconds.
pub fn human(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let days_text = if days == 1 { "1 day" } else { "days" };
    match (days, hours, minutes) {
        (0, 0, 0) if seconds == 0 && !span.is_zero() => format!("{} ms", span.as_millis()),
        (0, 0, 0) => format!("{} s", seconds % 60),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (1, _, _) => format!("{days_text} {hours} h"),
        (2..100, _, _) => format!("{days} {days_text} {hours} h"),
        _ => format!("{days} {days_text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_and_read() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_771_054_537);
        assert_eq!(rfc3339(time).as_deref(), Some("2026-02-14T07:35:37Z"));
        assert_eq!(parse_rfc3339("2026-02-14T07:35:37.000Z"), Some(time));
        assert_eq!(parse_rfc3339("2026-02-14T07:35:37Z"), Some(time));
        for not_a_date in ["", "Z", "2026-02-14", "2026-13-14T07:35:37Z", "…Z", "0.Z"] {
            assert_eq!(parse_rfc3339(not_a_date), None, "{not_a_date}");
        }
    }

    #[test]
    fn extremes_do_not_panic() {
        assert_eq!(
            display(SystemTime::UNIX_EPOCH - Duration::from_secs(1)),
            "before 1970"
        );
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(400_000_000_000);
        assert_eq!(
            (rfc3339(far), display(far).as_str()),
            (None, "after the year 9999")
        );
        assert_eq!(
            unix_seconds(SystemTime::UNIX_EPOCH - Duration::from_secs(5)),
            0
        );
    }

    #[test]
    fn lengths_have_two_units() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (299, "4 min 59 s"),
            (86_399, "23 h 59 min"),
            (90_000, "1 day 1 h"),
            (183_600, "2 days 3 h"),
            (364 * 86_400, "364 days"),
        ] {
            assert_eq!(human(Duration::from_secs(seconds)), text);
        }
        assert_eq!(human(Duration::from_millis(999)), "999 ms");
    }
}
