//! The short texts of cells, where the full ones would not fit.

use std::time::SystemTime;

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
    fn day_is_the_date() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_771_054_537);
        assert_eq!(day(time), "2026-02-14");
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(400_000_000_000);
        assert_eq!(day(far), "after the year 9999");
    }
}
