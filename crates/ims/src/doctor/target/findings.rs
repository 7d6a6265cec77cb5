//! The outcomes of the requests, and the check that reports them.

use super::destination::Destination;
use super::probe::Answer;
use super::reading::Reading;
use super::user::AemUser;
use crate::doctor::check::{Check, CheckId};
use crate::doctor::probe_token::ProbeToken;
use crate::doctor::report::Report;

pub(super) struct Findings<'a> {
    pub(super) destination: Destination,
    pub(super) token: &'a ProbeToken,
    pub(super) answer: Answer,
    pub(super) user: AemUser,
    pub(super) reading: Reading,
    /// The check that reports what is wrong. The others refer to it.
    pub(super) reporter: CheckId,
}

impl<'a> Findings<'a> {
    pub(super) fn new(
        destination: Destination,
        token: &'a ProbeToken,
        answer: Answer,
        user: AemUser,
        report: &Report,
    ) -> Self {
        let reading = Reading::of(&destination, &answer, &user);
        let reporter = match &reading {
            Reading::Refused(causes) => causes.first().and_then(|it| report.reporter_of(it.cause)),
            _ => None,
        };
        Self {
            reporter: reporter.unwrap_or_else(|| reading.reported_by(&answer)),
            destination,
            token,
            answer,
            user,
            reading,
        }
    }

    /// Returns what was answered, in one sentence.
    pub(super) fn summary(&self) -> String {
        format!(
            "{} answered {}",
            self.destination.host(),
            self.answer.status()
        )
    }

    /// Returns the check of this id, if it is the one that reports a problem.
    pub(super) fn report(&self, id: CheckId) -> Option<Check> {
        if id != self.reporter {
            return None;
        }
        let (check, causes) = match &self.reading {
            Reading::Refused(causes) => {
                let (first, others) = causes.split_first()?;
                (Check::problem(id, self.summary(), first.clone()), others)
            }
            Reading::Odd { note, causes } => {
                let check = Check::warning(id, format!("{}: {note}", self.summary()));
                (check, causes.as_slice())
            }
            Reading::Accepted { .. } | Reading::Silent(_) => return None,
        };
        let facts = self.answer.facts().into_iter();
        let check = facts.fold(check, Check::seen);
        Some(causes.iter().cloned().fold(check, Check::because))
    }

    /// Returns a check that leaves the answer to another one.
    pub(super) fn refer(&self, id: CheckId) -> Check {
        let reporter = self.reporter.as_str();
        Check::skipped(id, format!("{}; see {reporter}", self.summary()))
    }
}
