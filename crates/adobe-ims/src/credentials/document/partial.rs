//! Credentials that may be incomplete: the fields of a document with those of the caller.

use super::aliases::FieldNames;
use super::field::Field;
use super::raw_fields::RawFields;
use crate::error::{Error, Problem, Result};

/// Documented by Adobe: end of life on 2025-06-30; converted when the certificate expires, or on 2026-03-01
/// at the latest.
pub(crate) const JWT_CREDENTIALS_ENDED: &str = "Adobe has ended JWT credentials of the Adobe Developer Console (since 2026-03-01 all are converted): look there for the OAuth server-to-server credential of this project, and use its download instead";

/// The kind of credentials that fields are to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A technical account, which signs assertions.
    Assertion,
    /// OAuth server-to-server.
    ClientCredentials,
    /// A technical account whose key and metascopes are missing, or OAuth server-to-server if the caller adds scopes.
    AssertionUnlessScopes,
    /// A technical account if there are metascopes or a private key, else OAuth server-to-server.
    ByContent,
}

/// Credentials that may be incomplete.
pub(super) struct PartialCredentials {
    pub(super) fields: RawFields,
    pub(super) names: FieldNames,
    pub(super) kind: Kind,
    /// True if the document must name its environment.
    pub(super) requires_environment: bool,
    /// True if documents of this kind never have the private key and the metascopes, or the scopes.
    pub(super) needs_supplement: bool,
    /// True for a JWT credential of the Adobe Developer Console: Adobe has ended the exchange for these.
    pub(super) jwt_ended: bool,
}

impl PartialCredentials {
    pub(super) fn new(fields: RawFields, names: FieldNames, kind: Kind) -> Self {
        Self {
            fields,
            names,
            kind,
            requires_environment: false,
            needs_supplement: false,
            jwt_ended: false,
        }
    }

    /// Replaces the fields that the caller has set.
    ///
    /// # Errors
    /// [`Problem::CredentialsContradictory`] if these belong to credentials of the other kind.
    pub(super) fn override_with(mut self, overrides: &RawFields) -> Result<Self> {
        let contradiction = match self.kind {
            Kind::Assertion if overrides.scopes.is_present() => {
                Some(("a technical account's (JWT)", "scopes were"))
            }
            Kind::ClientCredentials if overrides.has_assertion_fields() => {
                Some(("OAuth server-to-server", "metascopes or a private key were"))
            }
            _ => None,
        };
        if let Some((kind, fields)) = contradiction {
            let subject = self.names.subject_with_verb("is", "are");
            let message = format!("{subject} {kind}, and {fields} added");
            let error = Error::new(Problem::CredentialsContradictory, message);
            return Err(if self.jwt_ended {
                error.with_hint(JWT_CREDENTIALS_ENDED)
            } else {
                error
            });
        }
        let both = overrides.scopes.is_present() && overrides.has_assertion_fields();
        if self.kind == Kind::AssertionUnlessScopes && both {
            let message = "scopes were added, and metascopes or a private key as well";
            return Err(Error::new(Problem::CredentialsContradictory, message));
        }
        self.fields.override_with(overrides);
        Ok(self)
    }

    /// Fills the fields that documents of this kind never have: the private key and the metascopes, or the scopes.
    pub(super) fn fill_from(mut self, fallbacks: &RawFields) -> Self {
        let fill = |field: &mut Field, fallback: &Field| {
            if !field.is_present() {
                field.replace(fallback.clone());
            }
        };
        // A variable with scopes makes such credentials those of OAuth, unless there is a key for an assertion.
        if self.kind == Kind::AssertionUnlessScopes && !fallbacks.has_assertion_fields() {
            fill(&mut self.fields.scopes, &fallbacks.scopes);
        }
        let kind = self.resolved_kind();
        let fields = &mut self.fields;
        if kind == Kind::Assertion {
            fill(&mut fields.private_key, &fallbacks.private_key);
            fill(&mut fields.metascopes, &fallbacks.metascopes);
        } else {
            fill(&mut fields.scopes, &fallbacks.scopes);
        }
        self
    }

    /// Returns the kind, resolved by the fields where it depends on them.
    pub(super) fn resolved_kind(&self) -> Kind {
        match self.kind {
            Kind::ByContent if self.fields.has_assertion_fields() => Kind::Assertion,
            Kind::ByContent => Kind::ClientCredentials,
            Kind::AssertionUnlessScopes
                if self.fields.scopes.is_present() && !self.fields.has_assertion_fields() =>
            {
                Kind::ClientCredentials
            }
            Kind::AssertionUnlessScopes => Kind::Assertion,
            kind => kind,
        }
    }
}
