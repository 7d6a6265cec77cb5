//! The check that the clock of this machine can be right, by what is known without a network.

use std::time::{Duration, SystemTime};

use adobe_ims::internal::time;

/// This program did not exist before 2026.
const EARLIEST: u64 = 1_767_225_600;

/// The beginning of the year 2100. A clock beyond it was never set, or was set in another unit.
const LATEST: u64 = 4_102_444_800;

/// The clock of a server of files may differ by this much.
const TOLERANCE: Duration = Duration::from_secs(120);

/// The known facts about the clock. The texts say what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ClockState {
    Plausible,
    /// A file was written at a later time.
    Doubtful(String),
    /// The certificate is not valid yet, and a file was written at a later time.
    Contradicted(String),
    /// Nobody can use this program at such a time.
    Impossible(String),
}

/// Returns true for a time before this program. What ended before it has ended by any clock.
pub(super) fn is_long_ago(time: SystemTime) -> bool {
    time::unix_seconds(time) < EARLIEST
}

/// Returns true for a time of the clock at which nobody can use this program.
pub(super) fn is_impossible(now: SystemTime) -> bool {
    is_long_ago(now) || time::unix_seconds(now) >= LATEST
}

/// Judges the clock by the times at which the files of the credentials were written, and by the begin of the
/// certificate.
pub(super) fn judge(
    now: SystemTime,
    written: Option<SystemTime>,
    begin: Option<SystemTime>,
) -> ClockState {
    let shown = time::display(now);
    if is_impossible(now) {
        let seen = format!("the clock of this machine says {shown}");
        return ClockState::Impossible(seen);
    }
    let is_ahead = |time: &SystemTime| *time > now + TOLERANCE;
    let Some(written) = written.filter(is_ahead) else {
        return ClockState::Plausible;
    };
    let written = time::display(written);
    let seen = format!(
        "the clock of this machine says {shown}, and a file of the credentials was written on {written}"
    );
    match begin {
        Some(begin) if begin > now => ClockState::Contradicted(seen),
        _ => ClockState::Doubtful(seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_867_200;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn times_before_this_program_and_far_ahead_are_impossible() {
        for (now, is_impossible) in [
            (0, true),
            (EARLIEST - 1, true),
            (EARLIEST, false),
            (NOW, false),
            (LATEST - 1, false),
            (LATEST, true),
        ] {
            let state = judge(at(now), None, None);
            let found = matches!(state, ClockState::Impossible(_));
            assert_eq!(found, is_impossible, "{now}");
        }
    }

    #[test]
    fn later_file_makes_the_clock_doubtful_and_with_the_certificate_wrong() {
        let judge = |written, begin| judge(at(NOW), Some(at(NOW + written)), Some(at(NOW + begin)));
        assert_eq!(judge(120, 0), ClockState::Plausible);
        assert_eq!(judge(0, 1), ClockState::Plausible);
        let seen = "the clock of this machine says 2026-11-28T12:00:00Z, and a file of the credentials was written on 2026-11-28T12:02:01Z";
        assert_eq!(judge(121, 0), ClockState::Doubtful(seen.to_owned()));
        assert_eq!(judge(121, 1), ClockState::Contradicted(seen.to_owned()));
    }
}
