use core::fmt;
use std::error::Error as StdError;
use std::time::Duration;

use adobe_ims::ErrorClass;

use super::answer::ErrorAnswer;
use super::cause::Cause;
use super::finding::Finding;
use super::problem::FormsProblem;
use super::retry::Retry;

/// A failure. `Display` says in one line what happened; [`cause`](Self::cause) says why, [`hints`](Self::hints) what to
/// do. None of them holds a secret.
pub struct Error(Box<Details>);

struct Details {
    cause: Cause,
    message: String,
    hints: Vec<String>,
    is_transient: bool,
    retry_after: Option<Duration>,
    /// The server asked for a longer wait than the time limit allowed.
    is_wait_too_long: bool,
    retry: Retry,
    answer: Option<ErrorAnswer>,
    findings: Vec<Finding>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Creates an error; `message` says in one line what happened.
    pub(crate) fn new(cause: impl Into<Cause>, message: impl Into<String>) -> Self {
        let cause = cause.into();
        Self(Box::new(Details {
            cause,
            message: message.into(),
            hints: Vec::new(),
            is_transient: cause.is_transient(),
            retry_after: None,
            is_wait_too_long: false,
            retry: Retry::Never,
            answer: None,
            findings: Vec::new(),
            source: None,
        }))
    }

    /// Creates the error for a request that findings refuse. The first is the cause.
    pub(crate) fn refused(findings: Vec<Finding>) -> Self {
        let first = findings.first();
        let problem = first.map_or(FormsProblem::RequestInvalid, |it| it.problem);
        let message = first.map_or_else(String::new, ToString::to_string);
        let hint = first.and_then(|it| it.hint.clone());
        let mut error = Self::new(problem, message);
        error.0.hints.extend(hint);
        error.0.findings = findings;
        error
    }

    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    #[must_use]
    pub(crate) fn with_answer(mut self, answer: ErrorAnswer) -> Self {
        self.0.answer = Some(answer);
        self
    }

    #[must_use]
    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Marks the error of an answer that asks for a longer wait than the time limit allows.
    #[must_use]
    pub(crate) fn with_wait_too_long(mut self) -> Self {
        self.0.is_wait_too_long = true;
        self
    }

    #[must_use]
    pub(crate) fn with_retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    #[must_use]
    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// Returns the cause, an entry of a catalogue.
    pub fn cause(&self) -> Cause {
        self.0.cause
    }

    /// Returns true if the same request may succeed later without any change.
    pub fn is_transient(&self) -> bool {
        self.0.is_transient
    }

    /// Returns the time that the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns true if the server asked for a longer wait than the time limit allowed. The request was not sent again.
    pub fn is_wait_too_long(&self) -> bool {
        self.0.is_wait_too_long
    }

    /// Returns true if the server has too much to do, or the connection to it was lost.
    pub(crate) fn is_overload(&self) -> bool {
        match self.answer() {
            Some(answer) => matches!(answer.status, 408 | 429 | 503),
            None => self.cause().class() == ErrorClass::Unreachable,
        }
    }

    /// Returns how often the same request may be sent again.
    pub fn retry(&self) -> Retry {
        self.0.retry
    }

    /// Returns the answer that is the error, if there was one.
    pub fn answer(&self) -> Option<&ErrorAnswer> {
        self.0.answer.as_ref()
    }

    /// Returns the findings that refused the request. Nothing was sent.
    pub fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// Returns what to do, that of this case first.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        let own = self.0.hints.iter().map(String::as_str);
        own.chain(self.0.cause.fixes().iter().copied())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("id", &self.0.cause.id())
            .field("message", &self.0.message)
            .field("answer", &self.0.answer)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<adobe_ims::Error> for Error {
    fn from(error: adobe_ims::Error) -> Self {
        let mut new = Self::new(error.problem(), error.to_string());
        new.0.is_transient = error.is_transient();
        let fixes = error.problem().fixes();
        let own = error.hints().filter(|hint| !fixes.contains(hint));
        new.0.hints = own.map(str::to_owned).collect();
        new.0.source = Some(Box::new(error));
        new
    }
}
