//! Errors, and the catalogue of their causes.

pub(crate) mod catalogue;
pub(crate) mod problem;
pub(crate) mod redact;
mod report;

use core::fmt;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use problem::Problem;
pub use report::Report;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What sort of failure it is; decides whether to fix, to wait or to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// Something on this side is wrong; nothing was sent.
    Configuration,
    /// The token is no longer valid.
    Expired,
    /// IMS said no.
    Refused,
    /// IMS asks to wait (429).
    Throttled,
    /// IMS answered that it cannot answer (5xx).
    Unavailable,
    /// No answer came: name, connection, TLS, proxy or deadline.
    Unreachable,
    /// An answer came that is none of IMS: a redirect, HTML, nothing, half of one, no token in it.
    Unusable,
}

impl ErrorClass {
    /// The class in kebab-case, as the command line tool prints it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Unreachable => "unreachable",
            Self::Unusable => "unusable",
        }
    }
}

/// What the server said, when it said something.
///
/// The texts are the server's own, cut to a sane length, without control characters and with
/// every secret of the request removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerResponse {
    /// The URL that was asked; it never has a query.
    pub endpoint: String,
    /// The HTTP status.
    pub status: u16,
    /// The field `error`.
    pub code: Option<String>,
    /// The field `error_description`, or `message` where a body has that instead.
    pub description: Option<String>,
    /// The header `x-debug-id`, by which Adobe finds the request again.
    pub debug_id: Option<String>,
    /// The header `Retry-After`, whether it was given in seconds or as a date; a day at most.
    pub retry_after: Option<Duration>,
    /// The header `Date`: the time by the server's clock.
    pub date: Option<SystemTime>,
}

/// Something failed. [`problem`](Error::problem) says why, `Display` says in one line what happened,
/// [`hints`](Error::hints) says what to do.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    problem: Problem,
    what: String,
    hints: Vec<String>,
    server: Option<ServerResponse>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    /// Set by a source that is not part of this crate.
    transient: Option<bool>,
}

impl Error {
    /// An error of this kind; `what` says in one line what happened and holds no secret.
    pub fn new(problem: Problem, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            problem,
            what: what.into(),
            hints: Vec::new(),
            server: None,
            source: None,
            transient: None,
        }))
    }

    /// Creates the error of a token source, store or transport that is not part of this crate
    /// ([`Problem::SourceFailed`]). `what` says in one line what happened and holds no secret.
    ///
    /// ```
    /// use adobe_ims::Error;
    ///
    /// let error = Error::custom("the vault is sealed").with_transient(true);
    /// assert!(error.is_transient());
    /// ```
    pub fn custom(what: impl Into<String>) -> Self {
        Self::new(Problem::SourceFailed, what)
    }

    /// Says whether the same request may succeed later without any change. A [`TokenProvider`] tries again after a
    /// transient error, and pauses for longer after any other.
    ///
    /// [`TokenProvider`]: crate::TokenProvider
    #[must_use]
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.0.transient = Some(transient);
        self
    }

    /// Adds a hint that knows more of the case than the catalogue does.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Adds what caused it.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    pub(crate) fn with_server(mut self, server: ServerResponse) -> Self {
        self.0.server = Some(server);
        self
    }

    /// The cause, as the catalogue has it.
    pub fn problem(&self) -> Problem {
        self.0.problem
    }

    /// The class of the cause.
    pub fn class(&self) -> ErrorClass {
        self.0.problem.class()
    }

    /// Whether the same request may succeed later without anything being changed.
    pub fn is_transient(&self) -> bool {
        if let Some(transient) = self.0.transient {
            return transient;
        }
        match self.0.server.as_ref().map(|server| server.status) {
            // Request timeout, too early, too many requests: the client errors that pass.
            Some(408 | 425 | 429) => true,
            Some(400..=499) => false,
            _ => self.0.problem.is_transient(),
        }
    }

    /// What to do: first what is known of this case, then the catalogue's advice.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        let own = self.0.hints.iter().map(String::as_str);
        own.chain(self.0.problem.fixes().iter().copied())
    }

    /// Returns the full report: what happened with the id of the cause, what it means, what the server said, what
    /// to do, and the errors below. `Display` of the report has several lines; that of the error has one.
    ///
    /// ```
    /// use adobe_ims::{Error, Problem};
    ///
    /// let error = Error::new(Problem::KeyMissing, "the document has no private key");
    /// let report = error.report().to_string();
    /// assert!(report.starts_with("the document has no private key [key-missing]\n"));
    /// assert!(report.contains("\nhint: "));
    /// ```
    pub fn report(&self) -> Report<'_> {
        Report(self)
    }

    /// What is known of this case alone.
    #[cfg(feature = "file-store")]
    pub(crate) fn own_hints(&self) -> &[String] {
        &self.0.hints
    }

    /// What the server said, if one was reached.
    pub fn server(&self) -> Option<&ServerResponse> {
        self.0.server.as_ref()
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("problem", &self.0.problem)
            .field("what", &self.0.what)
            .field("server", &self.0.server)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
