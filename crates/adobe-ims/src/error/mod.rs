//! Errors, and the catalogue of their causes.
//!
//! ```
//! use adobe_ims::{Error, ErrorClass, Problem};
//!
//! let error = Error::new(Problem::KeyEncrypted, "the private key is encrypted");
//! assert_eq!(error.class(), ErrorClass::Configuration);
//! assert!(!error.is_transient());
//! ```

pub(crate) mod catalogue;
mod symptom;
pub(crate) mod problem;
mod symptoms;
pub(crate) mod redact;
mod report;

use core::fmt;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use catalogue::{Certainty, KnownFrom};
pub use problem::Problem;
pub use redact::ServerText;
pub use report::Report;
#[doc(hidden)]
pub use symptom::symptoms_of_entry;
pub use symptom::{Symptom, SymptomPlace};

/// The result of a call that can fail.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// The class of a failure. It decides between correcting, waiting and trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The input or this machine is wrong. Nothing was sent.
    Configuration,
    /// The token has expired.
    Expired,
    /// IMS refused the request.
    Refused,
    /// IMS asks to wait (429).
    Throttled,
    /// IMS failed (5xx).
    Unavailable,
    /// No response came: name, connection, TLS, proxy or deadline.
    Unreachable,
    /// The response is not one of IMS: a redirect, HTML, an empty or truncated body, no token.
    Unusable,
}

impl ErrorClass {
    /// Returns the class in kebab-case, as the command line tool prints it in JSON.
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

/// The response of the server to the request that failed.
///
/// The texts are those of the server, without secrets: see [`ServerText`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerResponse {
    /// The URL of the request, without a query.
    pub endpoint: String,
    /// The HTTP status.
    pub status: u16,
    /// The field `error`.
    pub code: Option<ServerText>,
    /// The field `error_description`, or `message` where a body has that instead.
    pub description: Option<ServerText>,
    /// The header `x-debug-id`, with which Adobe finds the request.
    pub debug_id: Option<ServerText>,
    /// The header `Retry-After`, from seconds or from a date; a day at most.
    pub retry_after: Option<Duration>,
    /// The header `Date`: the time on the server's clock.
    pub date: Option<SystemTime>,
}

/// A failure. [`problem`](Error::problem) is its cause, `Display` is one line about the event, [`hints`](Error::hints)
/// are the remedies, and [`report`](Error::report) is all of it.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    problem: Problem,
    message: String,
    hints: Vec<String>,
    server: Option<ServerResponse>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    /// Set by a token source that is not part of this crate.
    transient: Option<bool>,
}

impl Error {
    /// Creates an error with this cause. `message` is one line about the event and holds no secret.
    pub fn new(problem: Problem, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            problem,
            message: message.into(),
            hints: Vec::new(),
            server: None,
            source: None,
            transient: None,
        }))
    }

    /// Creates the error of a token source, store or transport that is not part of this crate
    /// ([`Problem::SourceFailed`]). `message` is one line about the event and holds no secret.
    ///
    /// ```
    /// use adobe_ims::Error;
    ///
    /// let error = Error::custom("the vault is sealed").with_transient(true);
    /// assert!(error.is_transient());
    /// ```
    pub fn custom(message: impl Into<String>) -> Self {
        Self::new(Problem::SourceFailed, message)
    }

    /// Sets whether the same request may succeed later without any change. A [`TokenProvider`] tries again after a
    /// transient error, and pauses for longer after any other.
    ///
    /// [`TokenProvider`]: crate::TokenProvider
    #[must_use]
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.0.transient = Some(transient);
        self
    }

    /// Adds a hint about this case. It comes before those of the catalogue.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Sets the error that caused this one.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    pub(crate) fn with_server(mut self, server: ServerResponse) -> Self {
        self.0.server = Some(server);
        self
    }

    /// Returns the cause, an entry of the catalogue.
    pub fn problem(&self) -> Problem {
        self.0.problem
    }

    /// Returns the class of the cause.
    pub fn class(&self) -> ErrorClass {
        self.0.problem.class()
    }

    /// Returns true if the same request may succeed later without any change.
    pub fn is_transient(&self) -> bool {
        if let Some(transient) = self.0.transient {
            return transient;
        }
        match self.0.server.as_ref().map(|server| server.status) {
            // Request timeout, too early, too many requests: the client errors that are transient.
            Some(408 | 425 | 429) => true,
            Some(400..=499) => false,
            _ => self.0.problem.is_transient(),
        }
    }

    /// Returns the remedies: first those of this case, then those of the catalogue.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        let of_this_case = self.0.hints.iter().map(String::as_str);
        of_this_case.chain(self.0.problem.fixes().iter().copied())
    }

    /// Returns the full report: the event with the id of the cause, the meaning, the response of the server, the
    /// remedies and the sources. `Display` of the report has several lines; that of the error has one.
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

    /// Returns the hints of this case alone.
    #[cfg(feature = "file-store")]
    pub(crate) fn own_hints(&self) -> &[String] {
        &self.0.hints
    }

    /// Returns the response of the server, if there was one.
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
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("problem", &self.0.problem)
            .field("message", &self.0.message)
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
