//! Findings of one kind, of which the first ones are shown and the others counted.

use crate::error::{Finding, FormsProblem, Grade, Place};

/// The number of findings of one kind that are shown one by one.
const SHOWN: usize = 10;

/// Findings of one kind.
#[derive(Debug)]
pub(super) struct Summary {
    problem: FormsProblem,
    grade: Grade,
    shown: Vec<Finding>,
    more: usize,
}

impl Summary {
    pub(super) fn new(problem: FormsProblem, grade: Grade) -> Self {
        Self {
            problem,
            grade,
            shown: Vec::new(),
            more: 0,
        }
    }

    /// Adds a finding. Its place, message and hint are made only if it is shown.
    pub(super) fn add(&mut self, describe: impl FnOnce() -> (Place, String, Option<String>)) {
        if self.shown.len() == SHOWN {
            self.more += 1;
            return;
        }
        let (place, message, hint) = describe();
        let finding = Finding::new(self.problem, self.grade, place, message);
        self.shown.push(match hint {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        });
    }

    /// Returns the findings. The last one counts those that are not shown, which are called by the plural.
    pub(super) fn finish(mut self, place: Place, plural: &str) -> Vec<Finding> {
        if self.more > 0 {
            let message = format!("there are {} more {plural}", self.more);
            self.shown
                .push(Finding::new(self.problem, self.grade, place, message));
        }
        self.shown
    }
}
