use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The names of credential fields in messages. They are those of the place where the user can change the fields: keys
/// of a document or a configuration file, variables, or flags.
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
    /// The subject of a sentence, in the plural: "the credentials of the profile …".
    pub subject: Cow<'static, str>,
    /// The text before each name: `integration.`, or nothing.
    pub prefix: Cow<'static, str>,
    /// The environment of IMS.
    pub environment: &'static str,
    /// The client id.
    pub client_id: &'static str,
    /// The client secret or secrets.
    pub client_secret: &'static str,
    /// The scopes of OAuth server-to-server.
    pub scopes: &'static str,
    /// The metascopes of an assertion.
    pub metascopes: &'static str,
    /// The organisation.
    pub organization_id: &'static str,
    /// The id of the technical account.
    pub technical_account_id: &'static str,
    /// The private key.
    pub private_key: &'static str,
}

/// The names that aio uses.
impl Default for FieldNames {
    fn default() -> Self {
        Self {
            subject: Cow::Borrowed("the credentials"),
            ..Self::AIO
        }
    }
}

/// A longer text is no name and may be a secret.
const MAX_NAME_LENGTH: usize = 120;

/// The subject of a sentence about a document.
const DOCUMENT: Cow<'static, str> = Cow::Borrowed("the credential document");
const NOTHING: Cow<'static, str> = Cow::Borrowed("");

impl FieldNames {
    /// The names in contexts of aio and in the credentials of a workspace download.
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

    /// The names that aio uses for JWT, which has one secret.
    pub(super) const AIO_JWT: Self = Self {
        client_secret: "client_secret",
        ..Self::AIO
    };

    /// The names in AEM service credentials.
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

    /// The names in the OAuth server-to-server download of the Adobe Developer Console.
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

    /// The names in the JWT download of the Adobe Developer Console.
    pub(super) const CONSOLE_JWT: Self = Self {
        client_id: "API_KEY",
        client_secret: "CLIENT_SECRET",
        ..Self::CONSOLE
    };

    /// The names in the file of Adobe's tutorials.
    pub(super) const TUTORIAL: Self = Self {
        environment: "adobeIMSV3TokenEndpointURL",
        client_id: "clientId",
        client_secret: "clientSecret",
        ..Self::AIO
    };

    /// The names in the configuration of jwt-auth.
    pub(super) const JWT_AUTH: Self = Self {
        metascopes: "metaScopes",
        organization_id: "orgId",
        technical_account_id: "technicalAccountId",
        private_key: "privateKey",
        ..Self::TUTORIAL
    };

    /// Sets the prefix.
    pub(super) fn with_prefix(self, prefix: impl Into<Cow<'static, str>>) -> Self {
        Self {
            prefix: prefix.into(),
            ..self
        }
    }

    /// Sets a prefix that contains names of other people. Control characters are replaced and the length is limited.
    pub(super) fn with_foreign_prefix(self, prefix: &str) -> Self {
        let printable = |c: char| if c.is_control() { '?' } else { c };
        let prefix = prefix.chars().take(MAX_NAME_LENGTH).map(printable);
        self.with_prefix(prefix.collect::<String>())
    }

    /// Sets the subject.
    pub(super) fn with_subject(self, subject: impl Into<Cow<'static, str>>) -> Self {
        Self {
            subject: subject.into(),
            ..self
        }
    }

    /// Returns the name with its prefix.
    pub(super) fn qualified(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Returns the subject with its verb: the singular for a document, the plural for anything else.
    pub(super) fn subject_with_verb(&self, singular: &str, plural: &str) -> String {
        let verb = if self.is_document() { singular } else { plural };
        format!("{} {verb}", self.subject)
    }

    /// Returns true if the fields are those of a document.
    pub(super) fn is_document(&self) -> bool {
        self.subject == DOCUMENT
    }
}

/// The names of credentials that the user can choose from, printable.
pub(super) struct NameList<'a>(pub(super) BTreeSet<&'a str>);

impl fmt::Display for NameList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let display = self.0.iter().filter(|name| name.len() <= MAX_NAME_LENGTH);
        let names: Vec<_> = display.map(|name| format!("{name:?}")).collect();
        f.write_str(&names.join(", "))
    }
}
