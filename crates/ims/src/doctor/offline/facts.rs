//! The facts that the checks of documents and values look at: the document, the credentials in it, or why there are none.

use adobe_ims::internal::document::DocumentFacts;
use adobe_ims::{Credentials, Environment, Problem};

use crate::doctor::check::{Check, CheckId};
use crate::doctor::subject::Subject;
use crate::environment::variables;
use crate::error::{Cause, CommandProblem, Failure};

/// The facts that several checks need. They are collected once.
pub(super) struct Facts<'a> {
    pub(super) subject: &'a Subject<'a>,
    /// The document, as far as it could be read.
    pub(super) document: Option<DocumentFacts>,
    /// The credentials apart from an identity service or an option of a request that is wrong.
    apart: Option<Credentials>,
}

impl<'a> Facts<'a> {
    pub(super) fn collect(subject: &'a Subject<'a>) -> Self {
        let examination = &subject.examination;
        let selection = examination.selection().ok();
        let is_used = examination.token_of_variable().is_none();
        let selection = selection.filter(|_| is_used);
        let document = selection.and_then(|it| it.document_facts(subject.context));
        let failure = examination.credentials().err().map(check_of);
        let apart = matches!(failure, Some(CheckId::Environment | CheckId::Grant))
            .then(|| examination.credentials_for(&Environment::production()))
            .flatten();
        Self {
            subject,
            document,
            apart,
        }
    }

    /// Returns the credentials, also if their identity service or an option of a request is wrong.
    pub(super) fn credentials(&self) -> Option<&Credentials> {
        self.subject.credentials().or(self.apart.as_ref())
    }

    /// Returns the failure of the credentials, if it is for this check to report.
    pub(super) fn failure_for(&self, id: CheckId) -> Option<&Failure> {
        self.selection_or_skip(id).ok()?;
        let failure = self.subject.examination.credentials().err()?;
        (check_of(failure) == id).then_some(failure)
    }

    /// Returns the name of the flag, the variable or the profile that the credentials are from.
    pub(super) fn source(&self) -> String {
        if let Some(profile) = &self.subject.settings.profile {
            return format!("the profile {}", profile.name);
        }
        let selection = self.subject.examination.selection();
        selection.map_or("the flags", |it| it.name()).to_owned()
    }

    /// Returns the check as skipped if no credentials are used.
    pub(super) fn selection_or_skip(&self, id: CheckId) -> Result<(), Check> {
        let examination = &self.subject.examination;
        if examination.token_of_variable().is_some() {
            let name = variables::ACCESS_TOKEN;
            return Err(Check::skipped(id, format!("{name} holds a token")));
        }
        match examination.selection() {
            Ok(_) => Ok(()),
            Err(failure) if failure.is(CommandProblem::CredentialsMissing) => {
                Err(Check::skipped(id, "there are no credentials"))
            }
            Err(_) => Err(Check::skipped(id, "the credentials cannot be read")),
        }
    }

    /// Returns the credentials, or the check as skipped.
    pub(super) fn credentials_or_skip(&self, id: CheckId) -> Result<&Credentials, Check> {
        self.selection_or_skip(id)?;
        self.credentials().ok_or_else(|| {
            let failure = self.subject.examination.credentials().err();
            let reason = match failure.map(check_of) {
                Some(CheckId::Document) => "the document cannot be read",
                Some(CheckId::DocumentKind) => "the credentials are incomplete",
                Some(CheckId::Values) => "a value of the credentials cannot be right",
                Some(CheckId::Grant) => "the credentials contradict each other",
                Some(CheckId::Identities) => "the identities are swapped",
                Some(CheckId::Environment) => "the identity service is not clear",
                _ => "there are no credentials",
            };
            Check::skipped(id, reason)
        })
    }
}

/// Returns the check that reports this failure of the credentials. Each is reported once.
fn check_of(failure: &Failure) -> CheckId {
    match failure.cause() {
        Cause::Library(problem) => match problem {
            Problem::DocumentNotJson | Problem::FileUnreadable => CheckId::Document,
            Problem::ValueInvalid
            | Problem::TokenIsAssertion
            | Problem::TokenUnreadable
            | Problem::TokenExpired => CheckId::Values,
            Problem::CredentialsContradictory => CheckId::Grant,
            Problem::IdentitiesSwapped => CheckId::Identities,
            Problem::EndpointInvalid
            | Problem::EndpointInsecure
            | Problem::IdentityServiceNotNamed => CheckId::Environment,
            _ => CheckId::DocumentKind,
        },
        Cause::Command(CommandProblem::Usage) => CheckId::Grant,
        _ => CheckId::Values,
    }
}
