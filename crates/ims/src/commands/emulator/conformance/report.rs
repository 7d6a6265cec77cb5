//! The report, as text and as JSON.

use serde::Serialize;

use super::request::Flow;
use super::suite::{Missing, Outcome};
use crate::console::colour::{Palette, Tone};
use crate::console::table::{Cell, Column, Table};
use crate::console::wrap;

/// The outcomes of all checks, and where they are from.
pub(super) struct Report<'a> {
    pub(super) url: &'a str,
    pub(super) flow: Flow,
    pub(super) sent: usize,
    pub(super) outcomes: Vec<Outcome>,
}

/// The result of a check in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Same,
    Different,
    NotChecked,
}

impl Verdict {
    fn of(outcome: &Outcome) -> Self {
        match &outcome.comparison {
            Ok(comparison) if comparison.is_same => Self::Same,
            Ok(_) => Self::Different,
            Err(_) => Self::NotChecked,
        }
    }

    fn as_text(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::NotChecked => "not checked",
        }
    }

    fn as_json(self) -> &'static str {
        match self {
            Self::NotChecked => "not_checked",
            other => other.as_text(),
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Same => Tone::Good,
            Self::Different => Tone::Problem,
            Self::NotChecked => Tone::Warning,
        }
    }
}

impl Report<'_> {
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes.filter(|it| Verdict::of(it) == verdict).count()
    }

    /// Returns true if IMS asked for fewer requests.
    pub(super) fn is_throttled(&self) -> bool {
        let mut outcomes = self.outcomes.iter();
        outcomes.any(|it| matches!(it.comparison, Err(Missing::Throttled)))
    }

    /// Returns the table, the differences, and the counts.
    pub(super) fn as_text(&self, width: usize, palette: Palette) -> String {
        let mut table = Table::new(vec![
            Column::start("behaviour", 20).kept_longest(),
            Column::start("expected", 8),
            Column::start("seen", 8),
            Column::whole("verdict"),
        ]);
        for outcome in &self.outcomes {
            let verdict = Verdict::of(outcome);
            // What is the same stands there once.
            let (expected, seen) = match &outcome.comparison {
                Ok(it) if it.is_same => (it.expected.as_str(), ""),
                Ok(it) => (it.expected.as_str(), it.seen.as_str()),
                Err(_) => ("", ""),
            };
            table.push(vec![
                Cell::new(outcome.check.id),
                Cell::new(expected),
                Cell::new(seen),
                Cell::toned(verdict.as_text(), verdict.tone()),
            ]);
        }
        let mut parts = vec![table.fit(width, palette)];
        parts.extend(self.outcomes.iter().filter_map(|it| details(it, width)));
        parts.push(self.summary());
        parts.join("\n\n")
    }

    fn summary(&self) -> String {
        let count = |verdict| self.count(verdict);
        format!(
            "{}: {} requests, {} same, {} different, {} not checked",
            self.url,
            self.sent,
            count(Verdict::Same),
            count(Verdict::Different),
            count(Verdict::NotChecked),
        )
    }

    pub(super) fn as_json(&self) -> ReportJson<'_> {
        ReportJson {
            schema: "ims.conformance/1",
            ims_url: self.url,
            credentials: match self.flow {
                Flow::Jwt => "technical-account",
                Flow::Oauth => "oauth-server-to-server",
            },
            requests: self.sent,
            same: self.count(Verdict::Same),
            different: self.count(Verdict::Different),
            not_checked: self.count(Verdict::NotChecked),
            checks: self.outcomes.iter().map(CheckJson::from).collect(),
        }
    }
}

/// Returns all that is known about a check whose answer is different or missing.
fn details(outcome: &Outcome, width: usize) -> Option<String> {
    let id = outcome.check.id;
    let comparison = match &outcome.comparison {
        Ok(comparison) if comparison.is_same => return None,
        Ok(comparison) => comparison,
        Err(missing) => {
            let label = format!("{id}: ");
            return Some(wrap::hanging(&label, missing.as_text(), width));
        }
    };
    let mut lines = vec![format!("{id}:")];
    let mut line = |label: &str, text: &str| {
        let label = format!("  {label:<9} ");
        lines.push(wrap::hanging(&label, text, width));
    };
    line("expected", &comparison.expected);
    line("seen", &comparison.seen);
    if let Some(behaviour) = outcome.check.behaviour() {
        line(behaviour.certainty.name(), behaviour.statement);
        line("source", behaviour.source);
    }
    Some(lines.join("\n"))
}

/// `ims.conformance/1`: fields are added, never removed.
#[derive(Serialize)]
pub(super) struct ReportJson<'a> {
    schema: &'static str,
    ims_url: &'a str,
    credentials: &'static str,
    requests: usize,
    same: usize,
    different: usize,
    not_checked: usize,
    checks: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    /// The id of the behaviour.
    id: &'static str,
    verdict: &'static str,
    expected: Option<&'a str>,
    seen: Option<&'a str>,
    /// Why the check was not made.
    reason: Option<&'a str>,
    certainty: Option<&'static str>,
    statement: Option<&'static str>,
    source: Option<&'static str>,
}

impl<'a> From<&'a Outcome> for CheckJson<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        let comparison = outcome.comparison.as_ref();
        let behaviour = outcome.check.behaviour();
        Self {
            id: outcome.check.id,
            verdict: Verdict::of(outcome).as_json(),
            expected: comparison.ok().map(|it| it.expected.as_str()),
            seen: comparison.ok().map(|it| it.seen.as_str()),
            reason: comparison.err().map(Missing::as_text),
            certainty: behaviour.map(|it| it.certainty.name()),
            statement: behaviour.map(|it| it.statement),
            source: behaviour.map(|it| it.source),
        }
    }
}
