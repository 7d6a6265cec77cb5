use adobe_ims::api_error::ApiProblem;
use adobe_ims::{ErrorClass, Problem};

use super::problem::FormsProblem;

/// The cause of an [`Error`](super::Error): an entry of one of three catalogues. No id stands in two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The token or the connection.
    Ims(Problem),
    /// The answer of AEM, or of something before it.
    Api(ApiProblem),
    /// Documents, requests and results.
    Forms(FormsProblem),
}

impl Cause {
    /// Returns the stable id, in kebab-case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ims(problem) => problem.id(),
            Self::Api(problem) => problem.id(),
            Self::Forms(problem) => problem.id(),
        }
    }

    /// Returns the class of failure that the cause belongs to.
    pub fn class(self) -> ErrorClass {
        match self {
            Self::Ims(problem) => problem.class(),
            Self::Api(problem) => problem.class(),
            Self::Forms(problem) => problem.class(),
        }
    }

    /// Returns true if the same request may succeed later without any change.
    pub fn is_transient(self) -> bool {
        match self {
            Self::Ims(problem) => problem.is_transient(),
            Self::Api(problem) => problem.is_transient(),
            Self::Forms(problem) => problem.is_transient(),
        }
    }

    /// Returns the meaning, in a sentence or two.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Ims(problem) => problem.meaning(),
            Self::Api(problem) => problem.meaning(),
            Self::Forms(problem) => problem.meaning(),
        }
    }

    /// Returns what to do, most likely remedy first.
    pub fn fixes(self) -> &'static [&'static str] {
        match self {
            Self::Ims(problem) => problem.fixes(),
            Self::Api(problem) => problem.fixes(),
            Self::Forms(problem) => problem.fixes(),
        }
    }
}

impl From<Problem> for Cause {
    fn from(problem: Problem) -> Self {
        Self::Ims(problem)
    }
}

impl From<ApiProblem> for Cause {
    fn from(problem: ApiProblem) -> Self {
        Self::Api(problem)
    }
}

impl From<FormsProblem> for Cause {
    fn from(problem: FormsProblem) -> Self {
        Self::Forms(problem)
    }
}
