//! The short texts of cells, where the full ones would not fit.

use std::time::{Duration, SystemTime};

use adobe_ims::Environment;
use adobe_ims::internal::time;

/// Returns the name of an identity service: `prod`, `stage`, or its host.
pub(super) fn environment(url: &str) -> &str {
    if url == Environment::production().base_url() {
        "prod"
    } else if url == Environment::stage().base_url() {
        "stage"
    } else {
        host(url)
    }
}

/// Returns an origin without the scheme that nearly all have.
pub(super) fn host(origin: &str) -> &str {
    origin.strip_prefix("https://").unwrap_or(origin)
}

/// Returns the day of a point in time (UTC).
pub(super) fn day(time: SystemTime) -> String {
    let text = time::display(time);
    match text.split_once('T') {
        Some((day, _)) => day.to_owned(),
        None => text,
    }
}

/// Returns a length of time in one unit, cut and not rounded: `3 years`, `12 days`, `23 h`, `4 min`, `59 s`.
pub(super) fn left(span: Duration) -> String {
    const YEAR: u64 = 365 * 86_400;
    const THREE_YEARS: u64 = 3 * YEAR;
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        172_800..THREE_YEARS => format!("{} days", seconds / 86_400),
        _ => format!("{} years", seconds / YEAR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_environments_have_names() {
        for (url, text) in [
            ("https://ims-na1.adobelogin.com", "prod"),
            ("https://ims-na1-stg1.adobelogin.com", "stage"),
            ("https://ims.example:8443", "ims.example:8443"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ] {
            assert_eq!(environment(url), text);
        }
    }

    #[test]
    fn lengths_have_one_unit() {
        for (seconds, text) in [
            (59, "59 s"),
            (3599, "59 min"),
            (86_400, "24 h"),
            (172_799, "47 h"),
            (172_800, "2 days"),
            (400 * 86_400, "400 days"),
            (3 * 365 * 86_400 - 1, "1094 days"),
            (3 * 365 * 86_400, "3 years"),
        ] {
            assert_eq!(left(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn day_is_the_date() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_771_054_537);
        assert_eq!(day(time), "2026-02-14");
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(400_000_000_000);
        assert_eq!(day(far), "after the year 9999");
    }
}
