//! Findings of the checks, as people and programs read them.

use aem_forms::error::{Finding, Grade};
use aem_forms::lint::{Strictness, verdict};

use crate::console::Console;
use crate::console::rows::clean;
use crate::error::Failure;

/// Returns the strictness that the flag asks for.
pub(crate) fn strictness(strict: bool) -> Strictness {
    if strict {
        Strictness::Strict
    } else {
        Strictness::Usual
    }
}

/// Prints warnings to stderr, and refuses the request if a finding does.
pub(crate) fn admit(
    findings: Vec<Finding>,
    strictness: Strictness,
    console: &Console,
) -> Result<(), Failure> {
    let refused = verdict(&findings, strictness) == Some(Grade::Refusal);
    let (refusals, others): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .filter(|finding| finding.grade != Grade::Note)
        .partition(|finding| refuses(finding, strictness));
    for finding in &others {
        console.notice(&line(finding));
    }
    if !refused {
        return Ok(());
    }
    Err(Failure::of_findings(refusals))
}

/// Returns true if the finding alone refuses the request.
pub(crate) fn refuses(finding: &Finding, strictness: Strictness) -> bool {
    verdict(std::slice::from_ref(finding), strictness) == Some(Grade::Refusal)
}

/// Returns a finding in one line.
pub(crate) fn line(finding: &Finding) -> String {
    let hint = finding.hint.as_deref();
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    clean(&format!("{finding}{hint} [{}]", finding.problem.id()))
}

/// Findings of many records: of each kind the first is kept, with the number of the others.
#[derive(Default)]
pub(crate) struct Samples {
    kinds: Vec<(Finding, u64)>,
}

impl Samples {
    pub(crate) fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            match self.place_of(&finding) {
                Some(index) => self.kinds[index].1 += 1,
                None => self.kinds.push((finding, 0)),
            }
        }
    }

    /// Returns the kept finding that this one is counted to: the same in another record, or, when many are kept, one of the
    /// same problem.
    fn place_of(&self, finding: &Finding) -> Option<usize> {
        let is_alike = |kept: &Finding| kept.problem == finding.problem;
        let same = |kept: &(Finding, u64)| is_alike(&kept.0) && kept.0.message == finding.message;
        let kinds = &self.kinds;
        kinds.iter().position(same).or_else(|| {
            let is_full = kinds.len() >= MAX_KINDS;
            kinds
                .iter()
                .rposition(|kept| is_alike(&kept.0))
                .filter(|_| is_full)
        })
    }

    pub(crate) fn finish(self) -> Vec<Finding> {
        let findings = self.kinds.into_iter().map(|(mut finding, others)| {
            match others {
                0 => {}
                1 => finding.message.push_str(" (and in 1 other record)"),
                others => finding
                    .message
                    .push_str(&format!(" (and in {others} other records)")),
            }
            finding
        });
        findings.collect()
    }
}

/// More are not read by anybody.
const MAX_KINDS: usize = 20;
