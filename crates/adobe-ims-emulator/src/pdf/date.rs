//! Dates in the forms of PDF and XMP.

use std::time::SystemTime;

use time::OffsetDateTime;

/// Returns a date as the Info dictionary has it: `D:20260131120000Z`.
pub(super) fn in_pdf(time: SystemTime) -> String {
    let utc = utc(time);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

/// Turns a date of the Info dictionary into one of XMP. XMP and Info have to agree in PDF/A.
pub(super) fn pdf_to_xmp(date: &str) -> Option<String> {
    let rest = date.strip_prefix("D:").unwrap_or(date);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, zone) = rest.split_at(digits);
    if !matches!(digits.len(), 4 | 6 | 8 | 12 | 14) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range);
    let mut xmp = part(0..4)?.to_owned();
    for (range, mark) in [
        (4..6, '-'),
        (6..8, '-'),
        (8..10, 'T'),
        (10..12, ':'),
        (12..14, ':'),
    ] {
        let Some(value) = part(range) else { break };
        xmp.push(mark);
        xmp.push_str(value);
    }
    if digits.len() >= 12 {
        xmp.push_str(&xmp_zone(zone));
    }
    Some(xmp)
}

/// Turns `+02'00'` into `+02:00`. Anything else is taken for UTC.
fn xmp_zone(zone: &str) -> String {
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    match (zone.chars().next(), digits.len()) {
        (Some(sign @ ('+' | '-')), 2) => format!("{sign}{digits}:00"),
        (Some(sign @ ('+' | '-')), 4) => format!("{sign}{}:{}", &digits[..2], &digits[2..]),
        _ => "Z".to_owned(),
    }
}

fn utc(time: SystemTime) -> OffsetDateTime {
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_of_info_and_xmp_agree() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_061);
        assert_eq!(in_pdf(time), "D:20270115080101Z");
        assert_eq!(
            pdf_to_xmp(&in_pdf(time)).as_deref(),
            Some("2027-01-15T08:01:01Z")
        );
    }

    #[test]
    fn zones_and_short_dates_are_kept_and_nonsense_is_refused() {
        let xmp = |date| pdf_to_xmp(date);
        assert_eq!(
            xmp("D:20260131120000+02'00'").as_deref(),
            Some("2026-01-31T12:00:00+02:00")
        );
        assert_eq!(xmp("D:202601").as_deref(), Some("2026-01"));
        assert_eq!(
            xmp("20260131120000-05").as_deref(),
            Some("2026-01-31T12:00:00-05:00")
        );
        assert_eq!(xmp("D:2026-01-31é"), Some("2026".to_owned()));
        assert_eq!(xmp("yesterday"), None);
    }
}
