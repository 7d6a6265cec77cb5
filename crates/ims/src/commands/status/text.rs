//! The report for people: a summary, a table, and a line for each thing that needs attention.

use std::time::SystemTime;

use adobe_ims::internal::time;

use super::expiry::{End, Horizon, Subject, Timing};
use super::report::{Entry, Report, Source};
use super::summary;
use crate::auth::offline::{CredentialFacts, SignIn, TokenState};
use crate::auth::sessions;
use crate::commands::cells;
use crate::console::colour::{Palette, Tone};
use crate::console::rows::clean;
use crate::console::table::{Cell, Column, Table};
use crate::console::wrap::hanging;

pub(super) fn of(report: &Report, horizon: &Horizon, width: usize, palette: Palette) -> String {
    let summary = summary::of(report, horizon, palette);
    let mut parts = vec![hanging("", &summary, width)];
    if !report.entries.is_empty() {
        parts.push(table(&report.entries, horizon).fit(width, palette));
    }
    let remarks = remarks(report, horizon);
    if !remarks.is_empty() {
        let lines = remarks.iter().map(|it| it.wrapped(width, palette));
        parts.push(lines.collect::<Vec<_>>().join("\n"));
    }
    parts.join("\n\n")
}

fn table(entries: &[Entry], horizon: &Horizon) -> Table {
    let mut table = Table::new(vec![
        Column::whole(""),
        Column::ends("profile", 10).kept_longest(),
        Column::whole("kind"),
        Column::start("IMS", 5),
        Column::ends("client", 8),
        Column::whole("token"),
        Column::whole("certificate"),
        Column::whole("sign-in"),
        Column::whole("device token"),
    ]);
    for entry in entries {
        let facts = &entry.facts;
        let environment = facts.environment.as_deref().unwrap_or_default();
        let certificate = facts.certificate_ends_at;
        let device_token = facts.device_token_ends_at;
        table.push(vec![
            mark(entry, horizon),
            Cell::new(&entry.name),
            Cell::new(kind(entry)),
            Cell::new(cells::environment(environment)),
            Cell::new(facts.client_id.as_deref().unwrap_or_default()),
            token(facts, horizon),
            certificate.map_or_else(nothing, |at| end(Subject::Certificate, at, horizon)),
            sign_in(facts, horizon),
            device_token.map_or_else(nothing, |at| end(Subject::DeviceToken, at, horizon)),
        ]);
    }
    table
}

fn nothing() -> Cell {
    Cell::new("")
}

/// Marks the default profile with `*`, and credentials that need attention with `!`.
fn mark(entry: &Entry, horizon: &Horizon) -> Cell {
    let default = if entry.is_default() { "*" } else { "" };
    let has_ended = horizon.due(&entry.facts).any(|(_, it)| it == Timing::Ended);
    if has_ended || entry.facts.problem.is_some() {
        Cell::toned(format!("{default}!"), Tone::Problem)
    } else if horizon.due(&entry.facts).next().is_some() {
        Cell::toned(format!("{default}!"), Tone::Warning)
    } else {
        Cell::new(default)
    }
}

/// Returns the kind of the credentials, or `document` for one that was not read.
fn kind(entry: &Entry) -> &'static str {
    match (&entry.facts.kind, &entry.source) {
        (Some(kind), _) => kind.name(),
        (None, Source::Profile(profile)) => profile.type_name,
        (None, _) => "",
    }
}

fn token(facts: &CredentialFacts, horizon: &Horizon) -> Cell {
    let faint = |text: &str| Cell::toned(text, Tone::Faint);
    match facts.token {
        TokenState::Unknown if facts.problem.is_none() => faint("not read"),
        TokenState::Unknown => nothing(),
        TokenState::Missing => faint("none"),
        TokenState::CacheOff => faint("no cache"),
        TokenState::Cached(at) => match at.duration_since(horizon.now) {
            Ok(left) if !left.is_zero() => Cell::new(cells::left(left)),
            // The next call renews it.
            _ => faint("expired"),
        },
        TokenState::Fixed(Some(at)) => end(Subject::Token, at, horizon),
        TokenState::Fixed(None) => faint("no end"),
    }
}

fn sign_in(facts: &CredentialFacts, horizon: &Horizon) -> Cell {
    match &facts.sign_in {
        None => nothing(),
        Some(SignIn::Nobody) => Cell::toned("nobody", Tone::Warning),
        Some(SignIn::Session { ends_at, .. }) => end(Subject::SignIn, *ends_at, horizon),
    }
}

/// Returns the time left until an end.
fn end(subject: Subject, at: SystemTime, horizon: &Horizon) -> Cell {
    let left = at.duration_since(horizon.now).unwrap_or_default();
    match horizon.timing(End { subject, at }) {
        Timing::Ended => Cell::toned("ended", Tone::Problem),
        Timing::Soon => Cell::toned(cells::left(left), Tone::Warning),
        Timing::Later => Cell::new(cells::left(left)),
    }
}

/// Something that needs attention, or that explains a cell.
struct Remark {
    tone: Tone,
    text: String,
}

impl Remark {
    fn wrapped(&self, width: usize, palette: Palette) -> String {
        let mark = if self.tone == Tone::Faint { "-" } else { "!" };
        let label = format!("{} ", palette.paint(self.tone, mark));
        hanging(&label, &clean(&self.text), width)
    }
}

fn remarks(report: &Report, horizon: &Horizon) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = Vec::new();
    for entry in &report.entries {
        remarks.extend(horizon.due(&entry.facts).map(|(end, timing)| Remark {
            tone: match timing {
                Timing::Ended => Tone::Problem,
                _ => Tone::Warning,
            },
            text: due(entry, end, timing, horizon),
        }));
        remarks.extend(problem(entry));
        remarks.extend(entry.facts.not_read.iter().map(|it| Remark {
            tone: Tone::Faint,
            text: format!("{}: not read: {} ({})", entry.name, it.key, it.reason),
        }));
    }
    remarks.extend(report.problems.iter().map(|failure| Remark {
        tone: Tone::Problem,
        text: failure.line(),
    }));
    remarks.extend(report.orphans.iter().map(|(key, session)| Remark {
        tone: Tone::Faint,
        text: sessions::orphan_note(key, session),
    }));
    remarks
}

fn due(entry: &Entry, end: End, timing: Timing, horizon: &Horizon) -> String {
    let (name, subject) = (&entry.name, end.subject.name());
    let when = time::display(end.at);
    let what = match timing {
        Timing::Ended => format!("ended on {when}"),
        _ => {
            let left = end.at.duration_since(horizon.now).unwrap_or_default();
            format!("ends in {}, on {when}", time::human(left))
        }
    };
    let remedy = match end.subject {
        Subject::Certificate => {
            "renew it in the console that issued the credentials, and download them again"
                .to_owned()
        }
        Subject::SignIn => format!("`ims login {name}` signs in again"),
        Subject::Token => "replace it: nothing renews it".to_owned(),
        Subject::DeviceToken => "register the device again".to_owned(),
    };
    format!("{name}: the {subject} {what}; {remedy}")
}

fn problem(entry: &Entry) -> Option<Remark> {
    let name = &entry.name;
    let line = entry.facts.problem.as_ref()?.line();
    // A failure of a secret names the profile, too.
    let line = line
        .strip_prefix(&format!("the profile {name}: "))
        .unwrap_or(&line);
    let more = match entry.source {
        Source::Profile(_) => format!("; `ims doctor -p {name}` says more"),
        Source::UnusableProfile { .. } | Source::FlagOrVariable => String::new(),
    };
    Some(Remark {
        tone: Tone::Problem,
        text: format!("{name}: {line}{more}"),
    })
}
