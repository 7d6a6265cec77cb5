//! The check that a token lives as long as the job that uses it.

use std::time::{Duration, SystemTime};

use adobe_ims::internal::time;

use crate::doctor::check::{Check, CheckId};

const ID: CheckId = CheckId::JobLength;

/// The life of a token of IMS (documented).
const USUAL_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The token that a job would start with.
#[derive(Clone, Copy, Debug)]
pub(super) enum FirstToken {
    /// A token that was given, with the end that it states.
    Given(Option<SystemTime>),
    /// A token of the cache, with the time left for it.
    Cached(Duration),
    /// A new one.
    New,
}

/// Compares the life of the token with the length of the job. `min_ttl` is the shortest life that is asked for.
pub(super) fn job_length(
    job: Duration,
    token: FirstToken,
    min_ttl: Option<Duration>,
    now: SystemTime,
) -> Check {
    let job_text = time::human(job);
    let (left, what) = match token {
        FirstToken::Given(None) => {
            return Check::skipped(ID, "the given token does not state its expiry");
        }
        FirstToken::Given(Some(end)) => {
            let left = end.duration_since(now).unwrap_or_default();
            (left, "the given token ends")
        }
        // A cached token that ends too soon is replaced.
        FirstToken::Cached(left) if min_ttl.is_none_or(|wanted| wanted <= left) => {
            (left, "the cached token ends")
        }
        FirstToken::Cached(_) | FirstToken::New => (USUAL_LIFE, "a token of IMS ends"),
    };
    let left_text = time::human(left);
    if left >= job {
        return Check::ok(
            ID,
            format!("{what} in {left_text}, after a job of {job_text}"),
        )
        .seen("the life of a new token is 24 h (documented)");
    }
    let check = Check::warning(
        ID,
        format!("{what} in {left_text}, before a job of {job_text}"),
    );
    let is_long = job >= USUAL_LIFE;
    let check = match token {
        FirstToken::Given(_) => {
            check.fix("name credentials in place of the token: a given token is never renewed")
        }
        FirstToken::Cached(_) if !is_long => {
            let seconds = job.as_secs();
            return check.fix(format!(
                "ask for a token that lasts: --min-ttl {seconds}s, and the cached one is replaced"
            ));
        }
        FirstToken::Cached(_) | FirstToken::New => check,
    };
    if !is_long {
        return check;
    }
    check
        .fix("run each step of the job with its own `ims exec --min-ttl TIME -- COMMAND`: each step starts with a token that lasts")
        .fix("in a program, use the TokenProvider of the library adobe-ims, which renews the token")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3600;

    fn hours(number: u64) -> Duration {
        Duration::from_secs(number * HOUR)
    }

    #[test]
    fn token_is_compared_with_the_job() {
        let now = SystemTime::UNIX_EPOCH + hours(500_000);
        let given = |left| FirstToken::Given(Some(now + hours(left)));
        for (job, token, min_ttl, expected) in [
            (6, FirstToken::New, None, "ok, 0 fixes"),
            (24, FirstToken::New, None, "ok, 0 fixes"),
            (25, FirstToken::New, None, "warning, 2 fixes"),
            (6, given(6), None, "ok, 0 fixes"),
            (6, given(5), None, "warning, 1 fixes"),
            (30, given(5), None, "warning, 3 fixes"),
            (6, FirstToken::Given(None), None, "skipped, 0 fixes"),
            (6, FirstToken::Cached(hours(6)), None, "ok, 0 fixes"),
            (6, FirstToken::Cached(hours(5)), None, "warning, 1 fixes"),
            (6, FirstToken::Cached(hours(5)), Some(6), "ok, 0 fixes"),
            (6, FirstToken::Cached(hours(5)), Some(4), "warning, 1 fixes"),
            (30, FirstToken::Cached(hours(5)), None, "warning, 2 fixes"),
        ] {
            let check = job_length(hours(job), token, min_ttl.map(hours), now);
            let found = format!(
                "{}, {} fixes",
                check.verdict().as_str(),
                check.fixes().count()
            );
            assert_eq!(found, expected, "{job} {token:?} {min_ttl:?}");
        }
    }

    #[test]
    fn warning_names_both_times() {
        let now = SystemTime::UNIX_EPOCH;
        let check = job_length(hours(6), FirstToken::Cached(hours(5)), None, now);
        assert_eq!(
            check.summary(),
            "the cached token ends in 5 h 0 min, before a job of 6 h 0 min"
        );
        let fix = check.fixes().next().unwrap();
        assert_eq!(
            fix,
            "ask for a token that lasts: --min-ttl 21600s, and the cached one is replaced"
        );
    }
}
