//! The statements of Adobe about the end of the old credentials. The dates are from Adobe's pages, and nothing is guessed.

use std::time::{Duration, SystemTime};

use adobe_ims::internal::time;

use super::side::{Console, Pair};
use crate::doctor::check::{Check, CheckId};

const ID: CheckId = CheckId::MigrateDeprecation;

/// Adobe Developer Console: on 2026-03-01 Adobe converts the JWT credentials that are left (documented).
const CONVERTED: Duration = Duration::from_secs(1_772_323_200);

/// Adobe Developer Console, JWT credentials (documented: migration guide and its questions, last move of 2024-12-23).
const OF_ADOBE_DEVELOPER_CONSOLE: [&str; 4] = [
    "2023-05-01: Adobe announced the end of these credentials",
    "2024-06-03: no new ones from then on",
    "2025-06-30: certificates cannot be renewed from then on",
    "2026-03-01, or earlier when the certificate expires: Adobe converts them to OAuth",
];

/// AEM Developer Console, service credentials (documented: Adobe's page on the deprecation, and the renamed page on
/// access tokens).
const OF_AEM_DEVELOPER_CONSOLE: [&str; 3] = [
    "they are of the AEM Developer Console, not of the Adobe Developer Console",
    "Adobe's page on the end of JWT (2024, 2025): these are not deprecated",
    "Adobe's page on tokens (2026): \"JWT (Legacy)\", deprecated, new work uses OAuth",
];

/// Says what ends when.
pub(super) fn deprecation(pair: Pair<'_>, now: SystemTime) -> Check {
    let old = &pair.old.own;
    let check = match old.console {
        Some(Console::Aem) => {
            let summary = "no end of the old credentials is published";
            seen(Check::ok(ID, summary), &OF_AEM_DEVELOPER_CONSOLE)
        }
        Some(Console::Adobe) => of_adobe(old.project.as_deref(), now),
        None => {
            let reason = "the console of the old credentials is not known";
            let check = Check::skipped(ID, reason);
            let check = check.seen("if it is the AEM Developer Console: no end is published");
            check.seen("if it is the Adobe Developer Console: the end was 2026-03-01 at the latest")
        }
    };
    match old.certificate_ends {
        Some(end) => {
            let (shown, verb) = (
                time::display(end),
                if end <= now { "ended" } else { "ends" },
            );
            check.seen(format!(
                "the old certificate {verb} {shown}; OAuth has none to renew"
            ))
        }
        None => check,
    }
}

fn of_adobe(project: Option<&str>, now: SystemTime) -> Check {
    if let Some(project) = project.filter(|name| is_generated(name)) {
        let summary = format!("Adobe itself migrates the project {project}");
        let check = Check::warning(ID, summary)
            .seen("Adobe's page: customers should not migrate projects that Adobe generated")
            .fix("change nothing in this project; if it does not work, contact Adobe's support");
        return seen(check, &OF_ADOBE_DEVELOPER_CONSOLE);
    }
    let summary = if now < SystemTime::UNIX_EPOCH + CONVERTED {
        "Adobe converts these until 2026-03-01"
    } else {
        "Adobe ended these credentials by 2026-03-01"
    };
    let check =
        Check::warning(ID, summary).fix("use the OAuth server-to-server credential from now on");
    seen(check, &OF_ADOBE_DEVELOPER_CONSOLE)
}

fn seen(check: Check, facts: &[&str]) -> Check {
    facts.iter().fold(check, |check, fact| check.seen(*fact))
}

/// Returns true for `AEM-p1-e2`, the name of a project that Cloud Manager generates (documented).
pub(super) fn is_generated(project: &str) -> bool {
    let number = |part: Option<&str>, letter: char| {
        let digits = part.and_then(|it| it.strip_prefix(letter));
        digits.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut parts = project.split('-');
    parts.next() == Some("AEM")
        && number(parts.next(), 'p')
        && number(parts.next(), 'e')
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;
    use crate::doctor::migration::side::{Jwt, examples};

    fn at(date: &str, own: Jwt) -> Check {
        let (mut old, new) = (examples::old(), examples::new());
        old.own = own;
        let pair = Pair {
            old: &old,
            new: &new,
        };
        deprecation(pair, time::parse_rfc3339(date).unwrap())
    }

    fn of(console: Option<Console>) -> Jwt {
        Jwt {
            console,
            ..Jwt::default()
        }
    }

    #[test]
    fn each_console_has_its_own_end() {
        let check = at("2026-11-20T00:00:00Z", of(Some(Console::Aem)));
        assert_eq!(check.verdict(), Verdict::Ok);
        assert!(!check.evidence().iter().any(|it| it.contains("2026-03-01")));
        let last = at("2026-02-28T23:59:59Z", of(Some(Console::Adobe)));
        assert_eq!(last.verdict(), Verdict::Warning);
        let summary = "Adobe converts these until 2026-03-01";
        assert_eq!(last.summary(), summary);
        let ended = at("2026-03-01T00:00:00Z", of(Some(Console::Adobe)));
        assert!(ended.summary().starts_with("Adobe ended"), "{ended:?}");
        assert_eq!(ended.evidence().len(), 4);
        let unknown = at("2026-11-20T00:00:00Z", of(None));
        assert_eq!(unknown.verdict(), Verdict::Skipped);
        assert_eq!(unknown.evidence().len(), 2);
    }

    #[test]
    fn end_of_the_certificate_is_named() {
        let own = Jwt {
            certificate_ends: time::parse_rfc3339("2027-03-01T08:09:10Z"),
            ..of(Some(Console::Aem))
        };
        let check = at("2027-03-01T08:09:10Z", own.clone());
        let expected = "the old certificate ended 2027-03-01T08:09:10Z; OAuth has none to renew";
        assert_eq!(check.evidence().last().unwrap(), expected);
        let check = at("2026-11-20T00:00:00Z", own);
        let expected = "the old certificate ends 2027-03-01T08:09:10Z; OAuth has none to renew";
        assert_eq!(check.evidence().last().unwrap(), expected);
    }

    #[test]
    fn generated_project_is_not_to_be_migrated() {
        for (name, expected) in [
            ("AEM-p12-e345", true),
            ("AEM-p12-e345-x", false),
            ("AEM-p-e345", false),
            ("aem-p12-e345", false),
            ("formsproj", false),
            ("AEM-p12", false),
        ] {
            assert_eq!(is_generated(name), expected, "{name}");
        }
        let own = Jwt {
            project: Some("AEM-p12-e345".to_owned()),
            ..of(Some(Console::Adobe))
        };
        let check = at("2026-11-20T00:00:00Z", own);
        let summary = "Adobe itself migrates the project AEM-p12-e345";
        assert_eq!(check.summary(), summary);
        assert_eq!(check.verdict(), Verdict::Warning);
    }
}
