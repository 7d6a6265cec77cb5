use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The names of credentials that come in fields, wherever the fields are: keys of a document or a
/// configuration file, variables, flags. A complaint names what its reader can change.
///
/// ```
/// use adobe_ims::credentials::FieldNames;
///
/// let mut names = FieldNames::default();
/// names.subject = "the credentials of the profile \"author\"".into();
/// names.prefix = "profiles.author.".into();
/// names.client_secret = "client_secret_file";
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FieldNames {
    /// What the fields make, in the plural, as the subject of a sentence: "the credentials of the profile …".
    pub subject: Cow<'static, str>,
    /// What stands before each name: `integration.`, or nothing.
    pub prefix: Cow<'static, str>,
    /// Where to ask.
    pub environment: &'static str,
    /// The client id.
    pub client_id: &'static str,
    /// The client secret, or several.
    pub client_secret: &'static str,
    /// The scopes of OAuth server-to-server.
    pub scopes: &'static str,
    /// The metascopes of an assertion.
    pub metascopes: &'static str,
    /// The organisation.
    pub organization_id: &'static str,
    /// The technical account's id.
    pub technical_account_id: &'static str,
    /// The private key.
    pub private_key: &'static str,
}

/// As aio calls them, and most configuration files would.
impl Default for FieldNames {
    fn default() -> Self {
        Self {
            subject: Cow::Borrowed("the credentials"),
            ..Self::AIO
        }
    }
}

/// Names are short; whatever is not may be something else.
const MAX_NAME_LENGTH: usize = 120;

/// What a document is called in a complaint.
const DOCUMENT: Cow<'static, str> = Cow::Borrowed("the credential document");
const NOTHING: Cow<'static, str> = Cow::Borrowed("");

impl FieldNames {
    /// Contexts of aio, and the credentials in a workspace download.
    pub(super) const AIO: Self = Self {
        subject: DOCUMENT,
        prefix: NOTHING,
        environment: "env",
        client_id: "client_id",
        client_secret: "client_secrets",
        scopes: "scopes",
        metascopes: "meta_scopes",
        organization_id: "ims_org_id",
        technical_account_id: "technical_account_id",
        private_key: "private_key",
    };

    /// The same for JWT, which has one secret.
    pub(super) const AIO_JWT: Self = Self {
        client_secret: "client_secret",
        ..Self::AIO
    };

    /// AEM service credentials.
    pub(super) const AEM: Self = Self {
        environment: "imsEndpoint",
        client_id: "technicalAccount.clientId",
        client_secret: "technicalAccount.clientSecret",
        metascopes: "metascopes",
        organization_id: "org",
        technical_account_id: "id",
        private_key: "privateKey",
        ..Self::AIO
    };

    /// The download of the Adobe Developer Console for OAuth server-to-server.
    pub(super) const CONSOLE: Self = Self {
        environment: "IMS_HOST",
        client_id: "CLIENT_ID",
        client_secret: "CLIENT_SECRETS",
        scopes: "SCOPES",
        metascopes: "METASCOPES",
        organization_id: "ORG_ID",
        technical_account_id: "TECHNICAL_ACCOUNT_ID",
        private_key: "PRIVATE_KEY",
        ..Self::AIO
    };

    /// Its download for JWT.
    pub(super) const CONSOLE_JWT: Self = Self {
        client_id: "API_KEY",
        client_secret: "CLIENT_SECRET",
        ..Self::CONSOLE
    };

    /// The file of Adobe's tutorials.
    pub(super) const TUTORIAL: Self = Self {
        environment: "adobeIMSV3TokenEndpointURL",
        client_id: "clientId",
        client_secret: "clientSecret",
        ..Self::AIO
    };

    /// The configuration of jwt-auth.
    pub(super) const JWT_AUTH: Self = Self {
        metascopes: "metaScopes",
        organization_id: "orgId",
        technical_account_id: "technicalAccountId",
        private_key: "privateKey",
        ..Self::TUTORIAL
    };

    /// These names behind a prefix.
    pub(super) fn with_prefix(self, prefix: impl Into<Cow<'static, str>>) -> Self {
        Self {
            prefix: prefix.into(),
            ..self
        }
    }

    /// These names behind names that others gave, which may be anything.
    pub(super) fn with_foreign_prefix(self, prefix: &str) -> Self {
        let display = prefix
            .chars()
            .take(MAX_NAME_LENGTH)
            .map(|c| match c.is_control() {
                true => '?',
                false => c,
            });
        self.with_prefix(display.collect::<String>())
    }

    pub(super) fn with_subject(self, subject: impl Into<Cow<'static, str>>) -> Self {
        Self {
            subject: subject.into(),
            ..self
        }
    }

    pub(super) fn qualified(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The subject with a verb, that of one document or that of several credentials.
    pub(super) fn subject_with_verb(&self, one: &str, several: &str) -> String {
        let verb = match self.is_document() {
            true => one,
            false => several,
        };
        format!("{} {verb}", self.subject)
    }

    pub(super) fn is_document(&self) -> bool {
        self.subject == DOCUMENT
    }
}

/// Names of credentials that may be chosen from, fit to be shown.
pub(super) struct NameList<'a>(pub(super) BTreeSet<&'a str>);

impl fmt::Display for NameList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let display = self.0.iter().filter(|name| name.len() <= MAX_NAME_LENGTH);
        let names: Vec<_> = display.map(|name| format!("{name:?}")).collect();
        f.write_str(&names.join(", "))
    }
}
