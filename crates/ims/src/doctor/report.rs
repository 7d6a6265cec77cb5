//! The checks of one run, and the verdict over all of them.

use super::check::{Check, CheckId, Stage, Verdict};
use super::step::Step;
use crate::error::Cause;

/// The checks that were made so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    checks: Vec<Check>,
    /// The steps of a migration, if there is one.
    steps: Option<Vec<Step>>,
}

impl Report {
    pub(crate) fn add(&mut self, check: Check) {
        self.checks.push(check);
    }

    pub(crate) fn extend(&mut self, checks: impl IntoIterator<Item = Check>) {
        self.checks.extend(checks);
    }

    /// Replaces the check of the same id.
    pub(crate) fn replace(&mut self, check: Check) {
        let mut checks = self.checks.iter_mut();
        if let Some(earlier) = checks.find(|it| it.id() == check.id()) {
            *earlier = check;
        }
    }

    /// Adds the steps of a migration, of which there may be none.
    pub(crate) fn set_steps(&mut self, steps: Vec<Step>) {
        self.steps = Some(steps);
    }

    pub(crate) fn steps(&self) -> Option<&[Step]> {
        self.steps.as_deref()
    }

    /// Returns the checks by stage, in their order.
    pub(crate) fn of_stage(&self, stage: Stage) -> Vec<&Check> {
        let mut checks: Vec<_> = self
            .checks
            .iter()
            .filter(|it| it.stage() == stage)
            .collect();
        checks.sort_by_key(|it| it.id());
        checks
    }

    pub(crate) fn checks(&self) -> impl Iterator<Item = &Check> {
        Stage::ALL
            .into_iter()
            .flat_map(|stage| self.of_stage(stage))
    }

    /// Returns the first check that found a problem with this cause.
    pub(crate) fn reporter_of(&self, cause: Cause) -> Option<CheckId> {
        let mut problems = self
            .checks()
            .filter(|check| check.verdict() == Verdict::Problem);
        let names = |check: &&Check| check.causes().iter().any(|it| it.cause == cause);
        Some(problems.find(names)?.id())
    }

    /// Returns the worst verdict of all.
    pub(crate) fn verdict(&self) -> Verdict {
        let verdicts = self.checks.iter().map(Check::verdict);
        verdicts.max().unwrap_or(Verdict::Skipped)
    }

    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        let checks = self.checks.iter();
        checks.filter(|it| it.verdict() == verdict).count()
    }
}
