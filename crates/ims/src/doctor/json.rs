//! The report as JSON: `ims.doctor/1`. Fields are added, never removed.

use serde::Serialize;

use super::check::{Check, FoundCause};
use super::report::Report;
use super::step::Step;

#[derive(Serialize)]
pub(crate) struct ReportJson<'a> {
    schema: &'static str,
    verdict: &'static str,
    checks: Vec<CheckJson<'a>>,
    /// Only for a migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<&'a [Step]>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    id: &'static str,
    stage: &'static str,
    verdict: &'static str,
    summary: &'a str,
    evidence: Vec<&'a str>,
    /// The id of the most likely cause, with which `ims explain` tells more.
    problem: Option<&'static str>,
    certainty: Option<&'static str>,
    fix: Vec<&'a str>,
    /// All causes, most likely first.
    causes: Vec<CauseJson<'a>>,
}

#[derive(Serialize)]
struct CauseJson<'a> {
    id: &'static str,
    certainty: &'static str,
    meaning: &'static str,
    evidence: &'a [String],
    fix: &'a [String],
}

impl<'a> From<&'a Report> for ReportJson<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            schema: "ims.doctor/1",
            verdict: report.verdict().as_str(),
            checks: report.checks().map(CheckJson::from).collect(),
            steps: report.steps(),
        }
    }
}

impl<'a> From<&'a Check> for CheckJson<'a> {
    fn from(check: &'a Check) -> Self {
        let first = check.causes().first();
        let of_cause = first.into_iter().flat_map(|it| &it.evidence);
        Self {
            id: check.id().as_str(),
            stage: check.stage().as_str(),
            verdict: check.verdict().as_str(),
            summary: check.summary(),
            evidence: check
                .evidence()
                .iter()
                .chain(of_cause)
                .map(String::as_str)
                .collect(),
            problem: first.map(|it| it.cause.id()),
            certainty: first.map(|it| it.certainty.as_str()),
            fix: check.fixes().collect(),
            causes: check.causes().iter().map(CauseJson::from).collect(),
        }
    }
}

impl<'a> From<&'a FoundCause> for CauseJson<'a> {
    fn from(found: &'a FoundCause) -> Self {
        Self {
            id: found.cause.id(),
            certainty: found.certainty.as_str(),
            meaning: found.cause.meaning(),
            evidence: &found.evidence,
            fix: &found.fixes,
        }
    }
}
