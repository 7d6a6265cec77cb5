//! Times by RFC 3339.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::{Date, Month, OffsetDateTime, Time};

use crate::clock::{Clock, LATEST, at_second};

impl Clock {
    /// Reads a time of the years 1970 to 9998 by RFC 3339. Returns `None` for any other text.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use adobe_ims_emulator::Clock;
    ///
    /// let time = Clock::parse_time("2027-01-15T08:00:00Z");
    /// assert_eq!(time, Some(UNIX_EPOCH + Duration::from_secs(1_800_000_000)));
    /// ```
    pub fn parse_time(text: &str) -> Option<SystemTime> {
        from_rfc3339(text)
    }
}

/// Reads a time of the years 1970 to 9998 by RFC 3339, such as `2027-01-15T08:00:00Z`.
pub(crate) fn from_rfc3339(text: &str) -> Option<SystemTime> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.strip_prefix(['T', 't', ' '])?.split_at_checked(8)?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let (nanos, zone) = match rest.strip_prefix('.') {
        Some(fraction) => {
            let end = fraction.find(|c: char| !c.is_ascii_digit())?;
            (nanos(&fraction[..end])?, &fraction[end..])
        }
        None => (0, rest),
    };
    let small = |number: u16| u8::try_from(number).ok();
    let month = Month::try_from(small(month)?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, small(day)?).ok()?;
    let time = Time::from_hms_nano(small(hour)?, small(minute)?, small(second)?, nanos).ok()?;
    let local = OffsetDateTime::new_utc(date, time).unix_timestamp_nanos();
    let nanos = local - i128::from(zone_seconds(zone)?) * 1_000_000_000;
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanos % 1_000_000_000).ok()?;
    let time = UNIX_EPOCH.checked_add(Duration::new(seconds, rest))?;
    (time <= at_second(LATEST)).then_some(time)
}

/// Reads three numbers of fixed widths.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        *number = digits(parts.next()?, width)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn digits(text: &str, width: usize) -> Option<u16> {
    let is_number = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Reads the digits of a fraction of a second. Those after the ninth do not count.
fn nanos(digits: &str) -> Option<u32> {
    let digits = digits.get(..9).unwrap_or(digits);
    let number: u32 = digits.parse().ok()?;
    Some(number * 10_u32.pow(9 - u32::try_from(digits.len()).ok()?))
}

/// Reads `Z` or an offset such as `+01:00`.
fn zone_seconds(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = text[1..].split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let is_zone = hours < 24 && minutes < 60;
    is_zone.then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
}

/// Returns a time by RFC 3339 with milliseconds, such as `2027-01-15T08:00:00.000Z`.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::unix_millis;

    const START: SystemTime = UNIX_EPOCH;

    #[test]
    fn time_is_written_by_rfc_3339() {
        let time = START + Duration::from_millis(1_800_000_000_007);
        assert_eq!(rfc3339(time), "2027-01-15T08:00:00.007Z");
    }

    #[test]
    fn rfc_3339_is_read() {
        let millis = |text: &str| from_rfc3339(text).map(unix_millis);
        for (text, expected) in [
            ("2027-01-15T08:00:00Z", Some(1_800_000_000_000)),
            ("2027-01-15t08:00:00.007z", Some(1_800_000_000_007)),
            (
                "2027-01-15 09:00:00.0079999999+01:00",
                Some(1_800_000_000_007),
            ),
            ("2027-01-14T20:30:00-11:30", Some(1_800_000_000_000)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("9998-12-31T23:59:59Z", Some(LATEST * 1000)),
            ("1970-01-01T00:00:00+00:01", None),
            ("9999-01-01T00:00:00Z", None),
            ("2027-01-15T08:00:00", None),
            ("2027-01-15", None),
            ("2027-02-29T00:00:00Z", None),
            ("2027-01-15T24:00:00Z", None),
            ("2027-01-15T08:00:60Z", None),
            ("2027-01-15T08:00:00.Z", None),
            ("2027-01-15T08:00:00+1:00", None),
            ("2027-01-15T08:00:00+24:00", None),
            ("2027-1-15T08:00:00Z0", None),
            ("+027-01-15T08:00:00Z", None),
            ("2027-01-15T08:00:00Zé", None),
            ("ééééé", None),
            ("", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
