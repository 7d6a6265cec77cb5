//! A failure on its way to the user.

use adobe_ims::{Error, Problem};
use adobe_ims_config::ConfigError;
use aem_forms::error::{Finding, FormsProblem, Log};
use serde::{Serialize, Serializer};

use super::api_causes::ApiCauses;
use super::exit_code;
use super::hints::{SIGN_IN, advice};
use super::problem::{Cause, CommandProblem};

/// A failure of a command, with what the user is to read.
#[derive(Debug)]
pub(crate) struct Failure(Box<Details>);

#[derive(Debug)]
struct Details {
    cause: Cause,
    message: String,
    meaning: Option<&'static str>,
    hints: Vec<String>,
    transient: bool,
    /// The exit code of the status that an API answered with, if it decides.
    of_status: Option<i32>,
    /// True if `exec` failed before it started its command: all other exit codes belong to that command.
    is_before_start: bool,
    server: Option<Server>,
    /// The causes of the answer of an API.
    api: Option<ApiCauses>,
    /// The findings that refused a request of `ims forms`.
    findings: Vec<Finding>,
    /// The logs in the answer of AEM Forms.
    logs: Vec<Log>,
}

#[derive(Debug, Serialize)]
struct Server {
    endpoint: String,
    status: u16,
    error: Option<String>,
    error_description: Option<String>,
    debug_id: Option<String>,
    retry_after: Option<u64>,
}

impl Failure {
    /// Creates a failure of the command itself; `message` says in one line what happened.
    pub(crate) fn new(problem: CommandProblem, message: impl Into<String>) -> Self {
        Self::with_cause(problem.into(), message)
    }

    /// Creates a failure for something that should not happen.
    pub(crate) fn unexpected(message: impl Into<String>) -> Self {
        Self::new(CommandProblem::Unexpected, message)
    }

    /// Creates a failure for a command line that is not valid.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(CommandProblem::Usage, message)
    }

    /// Creates the failure for a reader of stdout that closed it. Nothing is printed for it.
    pub(crate) fn broken_pipe() -> Self {
        Self::with_cause(Cause::BrokenPipe, "")
    }

    fn with_cause(cause: Cause, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            cause,
            message: message.into(),
            meaning: None,
            hints: Vec::new(),
            transient: cause.is_transient(),
            of_status: None,
            is_before_start: false,
            server: None,
            api: None,
            findings: Vec::new(),
            logs: Vec::new(),
        }))
    }

    /// Creates a failure of the catalogue of AEM Forms.
    pub(crate) fn of_forms(problem: FormsProblem, message: impl Into<String>) -> Self {
        let cause = Cause::from(problem);
        let mut failure = Self::with_cause(cause, message);
        let hints = cause.fixes().iter().copied().chain(advice(cause));
        failure.0.hints = hints.map(str::to_owned).collect();
        failure
    }

    /// Creates the failure for a request that findings refuse. There is at least one.
    pub(crate) fn of_findings(findings: Vec<Finding>) -> Self {
        let Some(first) = findings.first() else {
            return Self::unexpected("a request was refused without a finding");
        };
        let cause = Cause::from(first.problem);
        let message = match findings.len() {
            1 => first.to_string(),
            count => format!("{first} (the first of {count} findings)"),
        };
        let mut failure = Self::with_cause(cause, message);
        let hints = first.hint.iter().map(String::as_str);
        let hints = hints
            .chain(cause.fixes().iter().copied())
            .chain(advice(cause));
        failure.0.hints = hints.map(str::to_owned).collect();
        failure.0.findings = findings;
        failure
    }

    /// Marks the failure as one that kept `exec` from starting its command.
    pub(crate) fn before_start(mut self) -> Self {
        self.0.is_before_start = true;
        self
    }

    /// Writes the name of the profile into the hint to sign in.
    pub(crate) fn of_profile(mut self, name: &str) -> Self {
        for hint in self.0.hints.iter_mut().filter(|it| *it == SIGN_IN) {
            *hint = SIGN_IN.replace("PROFILE", name);
        }
        self
    }

    /// Puts the name of a flag, a variable or a file before the message.
    pub(crate) fn in_place(mut self, place: &str) -> Self {
        self.0.message.insert_str(0, &format!("{place}: "));
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Replaces all hints, where the advice of the catalogue does not fit the case.
    pub(crate) fn with_only_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints = vec![hint.into()];
        self
    }

    /// Adds the causes of the answer of an API.
    pub(crate) fn with_api_causes(mut self, causes: Option<ApiCauses>) -> Self {
        self.0.api = causes;
        self
    }

    /// Returns true if this is the cause.
    pub(crate) fn is(&self, cause: impl Into<Cause>) -> bool {
        self.0.cause == cause.into()
    }

    /// Returns true if a value of the credentials was not given.
    pub(crate) fn lacks_a_value(&self) -> bool {
        let library = [
            Problem::ClientSecretMissing,
            Problem::CredentialsIncomplete,
            Problem::DocumentIncomplete,
            Problem::DocumentNeedsMore,
            Problem::KeyEncrypted,
        ];
        self.is(CommandProblem::CredentialsMissing) || library.iter().any(|it| self.is(*it))
    }

    /// Returns the logs in the answer of AEM Forms.
    pub(crate) fn logs(&self) -> &[Log] {
        &self.0.logs
    }

    pub(crate) fn cause(&self) -> Cause {
        self.0.cause
    }

    /// Returns what happened, in one line.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the remedies, those of this case first.
    pub(crate) fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// Returns the message and the id in one line, for a failure that does not end the command.
    pub(crate) fn line(&self) -> String {
        format!("{} [{}]", self.0.message, self.0.cause.id())
    }

    pub(crate) fn exit_code(&self) -> i32 {
        if self.0.is_before_start && !self.is(CommandProblem::Usage) {
            exit_code::NO_TOKEN
        } else {
            self.0
                .of_status
                .unwrap_or_else(|| exit_code::of(self.0.cause))
        }
    }

    /// Returns the lines for a person: message, hints and the id by which Adobe finds the request.
    pub(crate) fn as_text(&self) -> String {
        let details = &self.0;
        let mut lines = vec![format!("ims: {}", self.line())];
        let others = details.findings.iter().skip(1);
        lines.extend(others.map(|it| format!("and: {it} [{}]", it.problem.id())));
        lines.extend(details.api.as_ref().map(ApiCauses::to_string));
        // Where no server answered, the message says it all.
        let meaning = details.meaning.filter(|_| details.server.is_some());
        lines.extend(meaning.map(|meaning| format!("hint: {meaning}")));
        lines.extend(details.hints.iter().map(|hint| format!("hint: {hint}")));
        let server = details.server.as_ref();
        let debug_id = server.and_then(|server| server.debug_id.as_ref());
        lines.extend(debug_id.map(|id| format!("x-debug-id: {id}")));
        lines.join("\n")
    }

    /// Returns the failure as one line of JSON.
    pub(crate) fn as_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| self.as_text())
    }

    fn json(&self) -> FailureJson<'_> {
        let details = &self.0;
        FailureJson {
            schema: "ims.error/1",
            id: details.cause.id(),
            class: details.cause.class_name(),
            message: &details.message,
            meaning: details.meaning,
            hints: &details.hints,
            transient: details.transient,
            exit_code: self.exit_code(),
            ims: details.server.as_ref(),
            api: details.api.as_ref(),
            findings: &details.findings,
        }
    }
}

/// `ims.error/1`: fields are added, never removed.
#[derive(Serialize)]
struct FailureJson<'a> {
    schema: &'static str,
    id: &'a str,
    class: &'a str,
    message: &'a str,
    meaning: Option<&'a str>,
    hints: &'a [String],
    transient: bool,
    exit_code: i32,
    ims: Option<&'a Server>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<&'a ApiCauses>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    findings: &'a [Finding],
}

/// Writes `ims.error/1`.
impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let problem = error.problem();
        let hints = error.hints().chain(advice(problem.into()));
        Self(Box::new(Details {
            cause: problem.into(),
            message: error.to_string(),
            meaning: Some(problem.meaning()),
            hints: hints.map(str::to_owned).collect(),
            transient: error.is_transient(),
            of_status: None,
            is_before_start: false,
            server: error.server().map(|server| Server {
                endpoint: server.endpoint.clone(),
                status: server.status,
                error: server.code.clone().map(String::from),
                error_description: server.description.clone().map(String::from),
                debug_id: server.debug_id.clone().map(String::from),
                retry_after: server.retry_after.map(|wait| wait.as_secs()),
            }),
            api: None,
            findings: Vec::new(),
            logs: Vec::new(),
        }))
    }
}

impl From<aem_forms::Error> for Failure {
    fn from(error: aem_forms::Error) -> Self {
        let cause = Cause::from(error.cause());
        let hints = error.hints().chain(advice(cause));
        let diagnosis = error.answer().and_then(|answer| answer.diagnosis.as_ref());
        let wait = error.retry_after().map(|wait| {
            let seconds = wait.as_secs();
            let rest = if error.is_wait_too_long() {
                ", longer than the time limit: try again later, or allow more time with --timeout"
            } else {
                ""
            };
            format!("AEM asks to wait {seconds} s (Retry-After){rest}")
        });
        Self(Box::new(Details {
            cause,
            message: error.to_string(),
            meaning: Some(cause.meaning()),
            // The causes of an answer bring their own steps.
            hints: match diagnosis {
                Some(_) => wait.into_iter().collect(),
                None => wait.into_iter().chain(hints.map(str::to_owned)).collect(),
            },
            transient: error.is_transient(),
            of_status: of_answer(&error),
            is_before_start: false,
            server: None,
            api: diagnosis.map(ApiCauses::from),
            findings: error.findings().to_vec(),
            logs: error
                .answer()
                .map(|answer| answer.logs.clone())
                .unwrap_or_default(),
        }))
    }
}

/// Returns the exit code that the answer of AEM Forms decides about.
fn of_answer(error: &aem_forms::Error) -> Option<i32> {
    if error.is_wait_too_long() {
        return Some(exit_code::THROTTLED);
    }
    exit_code::of_status(error.answer()?.status)
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let cause = Cause::from(error.cause());
        let hints = error.hints().chain(advice(cause));
        Self(Box::new(Details {
            cause,
            message: error.to_string(),
            meaning: Some(cause.meaning()),
            hints: hints.map(str::to_owned).collect(),
            transient: error.is_transient(),
            of_status: None,
            is_before_start: false,
            // Reading the configuration asks no server.
            server: None,
            api: None,
            findings: Vec::new(),
            logs: Vec::new(),
        }))
    }
}
