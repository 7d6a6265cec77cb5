//! The error of this crate. It names a cause from one of two catalogues.

use core::fmt;
use std::error::Error as StdError;

use adobe_ims::{ErrorClass, Problem};

use crate::problem::ConfigProblem;

/// The result of everything that can fail in this crate.
pub type Result<T, E = ConfigError> = core::result::Result<T, E>;

/// The cause of a [`ConfigError`]: an entry of one of the two catalogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// An entry of the library's catalogue.
    Ims(Problem),
    /// An entry of the configuration's catalogue.
    Config(ConfigProblem),
}

impl Cause {
    /// Returns the stable id, in kebab-case. No id stands in both catalogues.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ims(problem) => problem.id(),
            Self::Config(problem) => problem.id(),
        }
    }

    /// Returns the class of failure that the cause belongs to.
    pub fn class(self) -> ErrorClass {
        match self {
            Self::Ims(problem) => problem.class(),
            Self::Config(problem) => problem.class(),
        }
    }

    /// Returns true if the same call may succeed later without any change.
    pub fn is_transient(self) -> bool {
        match self {
            Self::Ims(problem) => problem.is_transient(),
            Self::Config(problem) => problem.is_transient(),
        }
    }

    /// Returns the meaning, in a sentence or two.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Ims(problem) => problem.meaning(),
            Self::Config(problem) => problem.meaning(),
        }
    }

    /// Returns what to do, most likely remedy first.
    pub fn fixes(self) -> &'static [&'static str] {
        match self {
            Self::Ims(problem) => problem.fixes(),
            Self::Config(problem) => problem.fixes(),
        }
    }
}

impl From<Problem> for Cause {
    fn from(problem: Problem) -> Self {
        Self::Ims(problem)
    }
}

impl From<ConfigProblem> for Cause {
    fn from(problem: ConfigProblem) -> Self {
        Self::Config(problem)
    }
}

/// A failure of the configuration or of what it refers to.
///
/// `Display` says in one line what happened. [`cause`](Self::cause) says why, [`hints`](Self::hints) what to
/// do. Neither holds a secret.
///
/// ```
/// use adobe_ims_config::{Cause, ConfigProblem, Configuration};
///
/// let error = Configuration::default().profile("assets").unwrap_err();
/// assert_eq!(error.cause(), Cause::Config(ConfigProblem::ProfileUnknown));
/// assert_eq!(error.to_string(), "there is no profile \"assets\"");
/// assert_eq!(error.hints().next(), Some("The configuration has no profiles."));
/// ```
#[derive(Clone)]
pub struct ConfigError(Box<Inner>);

#[derive(Clone)]
struct Inner {
    cause: Cause,
    message: String,
    hints: Vec<String>,
    ims: Option<adobe_ims::Error>,
}

impl ConfigError {
    /// Makes an error with this cause. `message` says in one line what happened and holds no secret.
    pub fn new(cause: impl Into<Cause>, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            cause: cause.into(),
            message: message.into(),
            hints: Vec::new(),
            ims: None,
        }))
    }

    /// Adds a hint that knows more of the case than the catalogue does.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Replaces the message. Cause and hints stay.
    #[must_use]
    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Returns the cause.
    pub fn cause(&self) -> Cause {
        self.0.cause
    }

    /// Returns the class of the cause.
    pub fn class(&self) -> ErrorClass {
        self.0.cause.class()
    }

    /// Returns true if the same call may succeed later without any change.
    pub fn is_transient(&self) -> bool {
        match &self.0.ims {
            Some(error) => error.is_transient(),
            None => self.0.cause.is_transient(),
        }
    }

    /// Returns what to do: first what is known of this case, then the advice of the catalogue.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        let own = self.0.hints.iter().map(String::as_str);
        own.chain(self.0.cause.fixes().iter().copied())
    }
}

impl From<adobe_ims::Error> for ConfigError {
    fn from(error: adobe_ims::Error) -> Self {
        let problem = error.problem();
        let own_hints = error.hints().count() - problem.fixes().len();
        let hints = error.hints().take(own_hints).map(str::to_owned);
        Self(Box::new(Inner {
            cause: problem.into(),
            message: error.to_string(),
            hints: hints.collect(),
            ims: Some(error),
        }))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigError")
            .field("cause", &self.0.cause)
            .field("message", &self.0.message)
            .field("ims", &self.0.ims)
            .finish_non_exhaustive()
    }
}

/// The source is that of the library's error: the message already says what the library's error says.
impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.ims.as_ref().and_then(StdError::source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_error_keeps_cause_message_and_hints() {
        let source = std::io::Error::other("SOURCE");
        let error = adobe_ims::Error::new(Problem::DeadlineExceeded, "it took too long")
            .with_hint("wait")
            .with_source(source);
        let error = ConfigError::from(error);
        assert_eq!(error.cause(), Problem::DeadlineExceeded.into());
        assert_eq!(error.to_string(), "it took too long");
        assert!(error.is_transient());
        assert_eq!(error.source().unwrap().to_string(), "SOURCE");

        let error = error.with_message("x: it took too long").with_hint("ask");
        let hints: Vec<&str> = error.hints().collect();
        assert_eq!(hints[..2], ["wait", "ask"]);
        assert_eq!(&hints[2..], Problem::DeadlineExceeded.fixes());
        assert_eq!(error.to_string(), "x: it took too long");
    }
}
