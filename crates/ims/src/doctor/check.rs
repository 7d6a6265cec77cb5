//! A check of the doctor: what was looked at, what was found, and what to do.

use adobe_ims::api_error::ApiCause;
use adobe_ims::error::Certainty;

use crate::error::{Cause, Failure, advice};

/// The stages, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Offline,
    IdentityService,
    Target,
    Migration,
}

impl Stage {
    pub(crate) const ALL: [Self; 4] = [
        Self::Offline,
        Self::IdentityService,
        Self::Target,
        Self::Migration,
    ];

    /// Returns the heading in text.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Offline => "Offline",
            Self::IdentityService => "Identity service",
            Self::Target => "Target",
            Self::Migration => "Migration",
        }
    }

    /// Returns the name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::IdentityService => "identity-service",
            Self::Target => "target",
            Self::Migration => "migration",
        }
    }
}

/// The result of a check. The worst comes last in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Skipped,
    Ok,
    Warning,
    Problem,
}

impl Verdict {
    /// Returns the name, in text and JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

macro_rules! check_ids {
    ($($stage:ident { $($name:ident = $id:literal,)* })*) => {
        /// The checks, in the order in which they are reported. An id stays the same over releases.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum CheckId {
            $($($name,)*)*
        }

        impl CheckId {
            pub(crate) const ALL: &[Self] = &[$($(Self::$name,)*)*];

            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $id,)*)*
                }
            }

            pub(crate) fn stage(self) -> Stage {
                match self {
                    $($(Self::$name => Stage::$stage,)*)*
                }
            }
        }
    };
}

check_ids! {
    Offline {
        Sources = "sources",
        Document = "document",
        DocumentKind = "document-kind",
        Values = "values",
        Grant = "grant",
        Deprecation = "deprecation",
        Environment = "environment",
        Identities = "identities",
        Scopes = "scopes",
        Metascopes = "metascopes",
        PrivateKey = "private-key",
        KeyPassphrase = "key-passphrase",
        KeyCertificate = "key-certificate",
        CertificateValidity = "certificate-validity",
        CertificateSubject = "certificate-subject",
        Assertion = "assertion",
        ClientSecrets = "client-secrets",
        GivenToken = "given-token",
        SecretFiles = "secret-files",
        Variables = "variables",
        Cache = "cache",
        JobLength = "job-length",
        TargetHost = "target-host",
    }
    IdentityService {
        Route = "route",
        Connection = "connection",
        Tls = "tls",
        Clock = "clock",
        Exchange = "exchange",
        Throttling = "throttling",
        Lifetime = "lifetime",
        TokenClaims = "token-claims",
        GrantedScopes = "granted-scopes",
        ProductContexts = "product-contexts",
    }
    Target {
        TargetConnection = "target-connection",
        TargetAnswer = "target-answer",
        TargetHeaders = "target-headers",
        Gateway = "gateway",
        AllowedClients = "allowed-clients",
        AemUser = "aem-user",
    }
    Migration {
        MigrateDocuments = "migrate-documents",
        MigrateNewDocument = "migrate-new-document",
        MigrateDeprecation = "migrate-deprecation",
        MigrateClient = "migrate-client",
        MigrateOrganization = "migrate-organization",
        MigrateAccount = "migrate-account",
        MigrateScopes = "migrate-scopes",
        MigrateEnvironment = "migrate-environment",
        MigrateTokens = "migrate-tokens",
        MigrateTarget = "migrate-target",
    }
}

/// A cause that a check found, and how certain it is.
#[derive(Clone, Debug)]
pub(crate) struct FoundCause {
    pub(crate) cause: Cause,
    pub(crate) certainty: Certainty,
    /// The facts that speak for the cause. No fact is a secret.
    pub(crate) evidence: Vec<String>,
    /// The remedies, most useful first.
    pub(crate) fixes: Vec<String>,
}

impl FoundCause {
    /// Creates a cause with the remedies of the catalogue.
    pub(crate) fn new(cause: impl Into<Cause>, certainty: Certainty) -> Self {
        let cause = cause.into();
        let fixes = cause.fixes().iter().map(|&fix| fix.to_owned());
        Self {
            cause,
            certainty,
            evidence: Vec::new(),
            fixes: fixes.collect(),
        }
    }

    /// Creates the cause of a failure, with the remedies of this case. The message of the failure is the evidence.
    pub(crate) fn of(failure: &Failure, certainty: Certainty) -> Self {
        Self {
            cause: failure.cause(),
            certainty,
            evidence: vec![failure.message().to_owned()],
            fixes: failure.hints().to_vec(),
        }
    }

    /// Creates the cause of a failure whose message is the summary of the check, and therefore no evidence.
    pub(crate) fn summarized(failure: &Failure, certainty: Certainty) -> Self {
        Self {
            evidence: Vec::new(),
            ..Self::of(failure, certainty)
        }
    }

    /// Adds a fact that speaks for the cause.
    pub(crate) fn seen(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Puts a remedy of this case before the others.
    pub(crate) fn fix_first(mut self, fix: impl Into<String>) -> Self {
        self.fixes.insert(0, fix.into());
        self
    }
}

impl From<&ApiCause> for FoundCause {
    fn from(found: &ApiCause) -> Self {
        let cause = Cause::Api(found.problem());
        let steps = found.steps().chain(advice(cause));
        Self {
            cause,
            certainty: found.certainty(),
            evidence: found.evidence().to_vec(),
            fixes: steps.map(str::to_owned).collect(),
        }
    }
}

/// A check that was made, or the reason why it was not.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    id: CheckId,
    verdict: Verdict,
    /// One sentence, without a period.
    summary: String,
    /// The evidence. It holds no secret.
    evidence: Vec<String>,
    /// The causes, most likely first. A check that is good or skipped has none.
    causes: Vec<FoundCause>,
    /// The remedy for a warning without an entry in the catalogue.
    fixes: Vec<String>,
}

impl Check {
    pub(crate) fn ok(id: CheckId, summary: impl Into<String>) -> Self {
        Self::new(id, Verdict::Ok, summary)
    }

    pub(crate) fn warning(id: CheckId, summary: impl Into<String>) -> Self {
        Self::new(id, Verdict::Warning, summary)
    }

    /// Creates a check that was not made; `reason` completes "skipped: …".
    pub(crate) fn skipped(id: CheckId, reason: impl Into<String>) -> Self {
        Self::new(id, Verdict::Skipped, reason)
    }

    /// Creates a check that found a problem with this cause.
    pub(crate) fn problem(id: CheckId, summary: impl Into<String>, cause: FoundCause) -> Self {
        Self::new(id, Verdict::Problem, summary).because(cause)
    }

    fn new(id: CheckId, verdict: Verdict, summary: impl Into<String>) -> Self {
        Self {
            id,
            verdict,
            summary: summary.into(),
            evidence: Vec::new(),
            causes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Adds a fact.
    pub(crate) fn seen(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Adds a cause. It stands behind those that are as certain as it is.
    pub(crate) fn because(mut self, cause: FoundCause) -> Self {
        self.causes.push(cause);
        self.causes.sort_by_key(|it| it.certainty);
        self
    }

    /// Returns the check under another id, about the document of this name.
    pub(crate) fn about(&self, id: CheckId, document: &str) -> Self {
        Self {
            id,
            summary: format!("{document}: {}", self.summary),
            ..self.clone()
        }
    }

    /// Adds a remedy.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fixes.push(fix.into());
        self
    }

    pub(crate) fn id(&self) -> CheckId {
        self.id
    }

    pub(crate) fn stage(&self) -> Stage {
        self.id.stage()
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.verdict
    }

    pub(crate) fn summary(&self) -> &str {
        &self.summary
    }

    pub(crate) fn evidence(&self) -> &[String] {
        &self.evidence
    }

    pub(crate) fn causes(&self) -> &[FoundCause] {
        &self.causes
    }

    /// Returns the remedies: those of the case, then those of the first cause.
    pub(crate) fn fixes(&self) -> impl Iterator<Item = &str> {
        let of_cause = self.causes.first().into_iter().flat_map(|it| &it.fixes);
        self.fixes.iter().chain(of_cause).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_lists_the_checks_in_their_order() {
        let documentation = include_str!("../../../../docs/doctor.md");
        let rows = documentation.lines().filter_map(|line| {
            let mut cells = line.split('|').skip(1).map(str::trim);
            let stage = cells.next()?;
            let id = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
            Some((stage.to_owned(), id.to_owned()))
        });
        let listed: Vec<_> = rows.filter(|(_, id)| !id.starts_with('-')).collect();
        let checks = CheckId::ALL.iter();
        let expected = checks.map(|id| {
            let stage = match id.stage() {
                Stage::Offline => "offline",
                Stage::IdentityService => "identity service",
                Stage::Target => "target API",
                Stage::Migration => "migration",
            };
            (stage.to_owned(), id.as_str().to_owned())
        });
        assert_eq!(listed, expected.collect::<Vec<_>>());
    }

    #[test]
    fn ids_are_unique_and_ordered_by_stage() {
        let ids = CheckId::ALL;
        for (at, id) in ids.iter().enumerate() {
            assert!(!ids[..at].iter().any(|other| other.as_str() == id.as_str()));
            assert!(at == 0 || ids[at - 1].stage() <= id.stage());
        }
    }
}
