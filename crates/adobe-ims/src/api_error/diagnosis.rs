//! The result: the possible causes of an answer, most likely first.

use std::time::Duration;

use super::problem::ApiProblem;
use crate::error::{Certainty, ServerText};

/// One cause of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCause {
    problem: ApiProblem,
    certainty: Certainty,
    evidence: Vec<String>,
    steps: Vec<String>,
}

impl ApiCause {
    pub(super) fn certain(problem: ApiProblem) -> Self {
        Self::new(problem, Certainty::Certain)
    }

    pub(super) fn likely(problem: ApiProblem) -> Self {
        Self::new(problem, Certainty::Likely)
    }

    pub(super) fn possible(problem: ApiProblem) -> Self {
        Self::new(problem, Certainty::Possible)
    }

    pub(super) fn new(problem: ApiProblem, certainty: Certainty) -> Self {
        Self {
            problem,
            certainty,
            evidence: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Returns the cause as one that is no more than likely.
    pub(super) fn doubted(mut self) -> Self {
        self.certainty = self.certainty.max(Certainty::Likely);
        self
    }

    /// Returns the cause as one that is only possible.
    pub(super) fn weakened(mut self) -> Self {
        self.certainty = Certainty::Possible;
        self
    }

    /// Adds a fact that speaks for the cause. It holds no secret.
    pub(super) fn seen(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Adds a step of this case. It comes before those of the catalogue.
    pub(super) fn step(mut self, step: impl Into<String>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// Returns the entry of the catalogue.
    pub fn problem(&self) -> ApiProblem {
        self.problem
    }

    /// Returns how certain the cause is.
    pub fn certainty(&self) -> Certainty {
        self.certainty
    }

    /// Returns the facts that speak for the cause, beside the answer itself. No fact is a secret.
    pub fn evidence(&self) -> &[String] {
        &self.evidence
    }

    /// Returns what to do: first the steps of this case, then those of the catalogue. A step may have several lines.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        let own = self.steps.iter().map(String::as_str);
        own.chain(self.problem.fixes().iter().copied())
    }
}

/// The answer of the API, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The code of the body, such as `error_code`, `code` or `error`.
    pub code: Option<ServerText>,
    /// The text of the body, such as `message`, `detail` or the title of a web page.
    pub message: Option<ServerText>,
    /// The id by which Adobe finds the request.
    pub request_id: Option<ServerText>,
    /// The header `Retry-After`, from seconds or from a date; a day at most.
    pub retry_after: Option<Duration>,
}

/// The possible causes of an answer, most likely first. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    answer: ApiAnswer,
    causes: Vec<ApiCause>,
}

impl Diagnosis {
    /// Creates the diagnosis; `None` without causes. Causes of equal certainty keep their order. Beside a certain cause
    /// no other is named.
    pub(super) fn from_causes(answer: ApiAnswer, causes: Vec<ApiCause>) -> Option<Self> {
        let mut kept: Vec<ApiCause> = Vec::with_capacity(causes.len());
        for cause in causes {
            match kept.iter_mut().find(|it| it.problem == cause.problem) {
                Some(first) if cause.certainty < first.certainty => *first = cause,
                Some(_) => {}
                None => kept.push(cause),
            }
        }
        kept.sort_by_key(|cause| cause.certainty);
        if kept.first()?.certainty == Certainty::Certain {
            kept.retain(|cause| cause.certainty == Certainty::Certain);
        }
        Some(Self {
            answer,
            causes: kept,
        })
    }

    /// Returns the answer of the API.
    pub fn answer(&self) -> &ApiAnswer {
        &self.answer
    }

    /// Returns the causes, most likely first.
    pub fn causes(&self) -> &[ApiCause] {
        &self.causes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnosis(causes: Vec<ApiCause>) -> Option<Vec<(ApiProblem, Certainty)>> {
        let answer = ApiAnswer {
            status: 403,
            code: None,
            message: None,
            request_id: None,
            retry_after: None,
        };
        let found = Diagnosis::from_causes(answer, causes)?;
        let causes = found.causes.iter();
        Some(causes.map(|it| (it.problem, it.certainty)).collect())
    }

    #[test]
    fn causes_are_sorted_and_certain_ones_exclude_the_others() {
        use ApiProblem::{AccountLacksRights, NotInFormsUsers, TokenExpired};
        use Certainty::{Certain, Likely, Possible};
        assert_eq!(diagnosis(Vec::new()), None);
        let open = vec![
            ApiCause::possible(TokenExpired),
            ApiCause::possible(NotInFormsUsers),
            ApiCause::likely(AccountLacksRights),
            ApiCause::likely(NotInFormsUsers),
        ];
        let sorted = [
            (NotInFormsUsers, Likely),
            (AccountLacksRights, Likely),
            (TokenExpired, Possible),
        ];
        assert_eq!(diagnosis(open.clone()), Some(sorted.to_vec()));
        let decided = [open, vec![ApiCause::certain(TokenExpired)]].concat();
        assert_eq!(diagnosis(decided), Some(vec![(TokenExpired, Certain)]));
    }
}
