//! The sentences that a report begins with.

use std::time::Duration;

use adobe_ims::internal::time;

use super::expiry::{Horizon, Timing, may_hide_an_end};
use super::report::{ConfigurationState, Entry, Report};
use crate::console::colour::{Palette, Tone};

/// The period of a report without `--check-expiry`, in which certificates are due.
const USUAL_PERIOD: Duration = Duration::from_secs(30 * 86_400);

/// Returns the sentences: what there is, what has ended, what ends soon, what has a problem.
pub(super) fn of(report: &Report, horizon: &Horizon, palette: Palette) -> String {
    let entries = &report.entries;
    let mut sentences = vec![subject(report)];
    sentences.extend(selection(entries));
    if entries.is_empty() {
        sentences.push("`ims profile import FILE` adds one.".to_owned());
    }
    let ended = due(entries, horizon, Timing::Ended);
    let soon = due(entries, horizon, Timing::Soon);
    let period = period(horizon.within.unwrap_or(USUAL_PERIOD));
    let problems = names(entries, |entry| entry.facts.problem.is_some());
    let hidden = names(entries, |entry| {
        horizon.within.is_some() && may_hide_an_end(&entry.facts)
    });
    if horizon.within.is_some() && ended.is_empty() && soon.is_empty() {
        let text = match hidden.as_slice() {
            [] => format!("Nothing has ended or ends within {period}."),
            _ => format!("Of what was read, nothing has ended or ends within {period}."),
        };
        sentences.push(palette.paint(Tone::Good, &text));
    }
    for (tone, label, list) in [
        (Tone::Problem, "Ended:".to_owned(), ended),
        (Tone::Warning, format!("Ending within {period}:"), soon),
        (Tone::Problem, "With a problem:".to_owned(), problems),
        (Tone::Warning, "Not checked:".to_owned(), hidden),
    ] {
        if !list.is_empty() {
            let label = palette.paint(tone, &label);
            sentences.push(format!("{label} {}.", list.join(", ")));
        }
    }
    sentences.join(" ")
}

/// Returns what the report is about.
fn subject(report: &Report) -> String {
    let profiles: Vec<&Entry> = report.entries.iter().filter(|it| it.is_profile()).collect();
    let default = profiles.iter().find(|it| it.is_default());
    match (profiles.as_slice(), &report.configuration) {
        ([], ConfigurationState::Read(path)) => format!("No profiles: {path:?} has none."),
        ([], ConfigurationState::Missing(path)) => {
            format!("No profiles: {path:?} does not exist.")
        }
        ([], ConfigurationState::Unreadable(path)) => {
            format!("No profiles: {path:?} could not be read.")
        }
        ([], ConfigurationState::WithoutPath(reason)) => {
            format!("No profiles: the path of the configuration is unknown, because {reason}.")
        }
        ([], ConfigurationState::NotNeeded) => "1 document.".to_owned(),
        ([one], _) if one.is_default() => format!("1 profile: {}, the default.", one.name),
        ([one], _) => format!("1 profile: {}.", one.name),
        (all, _) => match default {
            Some(default) => format!("{} profiles; the default is {}.", all.len(), default.name),
            None => format!("{} profiles; there is no default.", all.len()),
        },
    }
}

/// Returns which credentials calls without flags use, where these are not the default profile.
fn selection(entries: &[Entry]) -> Option<String> {
    let selected = entries
        .iter()
        .find(|it| it.is_selected && !it.is_default())?;
    let name = &selected.name;
    match entries {
        // With `-c` and `-p` nothing was selected.
        [_] if name == "-c" => None,
        _ if selected.is_profile() => {
            Some(format!("Calls without -p use {name}, as IMS_PROFILE says."))
        }
        _ => Some(format!("Calls without -c or -p use {name}.")),
    }
}

fn due(entries: &[Entry], horizon: &Horizon, wanted: Timing) -> Vec<String> {
    let due = entries.iter().flat_map(|entry| {
        let due = horizon.due(&entry.facts);
        let due = due.filter(move |(_, timing)| *timing == wanted);
        due.map(|(end, _)| format!("the {} of {}", end.subject.name(), entry.name))
    });
    due.collect()
}

fn names(entries: &[Entry], is_meant: impl Fn(&Entry) -> bool) -> Vec<String> {
    let meant = entries.iter().filter(|it| is_meant(it));
    meant.map(|it| it.name.clone()).collect()
}

/// Returns a period in words: `30 days`, `12 h 30 min`.
fn period(period: Duration) -> String {
    const DAY: u64 = 86_400;
    let seconds = period.as_secs();
    match seconds / DAY {
        1 if seconds == DAY => "1 day".to_owned(),
        days if days > 0 && seconds.is_multiple_of(DAY) => format!("{days} days"),
        _ => time::human(period),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_days_are_written_as_days() {
        for (seconds, text) in [
            (86_400, "1 day"),
            (14 * 86_400, "14 days"),
            (3 * 365 * 86_400, "1095 days"),
            (90_000, "1 day 1 h"),
            (12 * 3600, "12 h 0 min"),
        ] {
            assert_eq!(period(Duration::from_secs(seconds)), text);
        }
    }
}
