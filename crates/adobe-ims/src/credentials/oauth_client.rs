use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;
use crate::value::{self, FieldNote, ValueKind};

/// A client of IMS: its id, its environment and its secrets.
///
/// Quotes, blanks and a written-out line end around id and secrets are left out. What cannot be an id or a secret (a
/// private key, a reference that nobody replaced) is not sent: the request fails with [`Problem::ValueInvalid`].
///
/// A confidential client has a secret, or several while they are rotated (documented by Adobe: each is valid until it
/// is deleted). A public client, such as a program on a person's own machine, has none.
///
/// ```
/// use adobe_ims::Environment;
/// use adobe_ims::credentials::OauthClient;
///
/// let public = OauthClient::new(Environment::production(), "0123456789abcdef");
/// assert!(public.is_public());
/// let confidential = public.with_secrets(["p8e-…".into()]);
/// assert!(!confidential.is_public());
/// ```
#[derive(Clone, Debug)]
pub struct OauthClient {
    pub(crate) environment: Environment,
    /// The environment that a document names, where the caller replaced it.
    pub(crate) replaced_environment: Option<Environment>,
    pub(crate) client_id: String,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) organization_id: Option<String>,
    /// The repairs and oddities of id and secrets, for the case that IMS refuses them.
    pub(crate) notes: Vec<FieldNote>,
    /// True if a document says that an emulator made it.
    pub(crate) is_of_emulator: bool,
}

impl OauthClient {
    /// Creates a public client of this environment.
    pub fn new(environment: Environment, client_id: impl Into<String>) -> Self {
        let mut notes = Vec::new();
        let client_id = value::repaired(ValueKind::ClientId, client_id.into(), &mut notes);
        Self {
            environment,
            replaced_environment: None,
            client_id: client_id.expose().to_owned(),
            secrets: Vec::new(),
            organization_id: None,
            notes,
            is_of_emulator: false,
        }
    }

    /// Sets the secrets. They are tried in this order: the next one is used when IMS refuses a secret as wrong.
    #[must_use]
    pub fn with_secrets(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        let notes = &mut self.notes;
        let repaired = |secret| value::repaired(ValueKind::ClientSecret, secret, notes);
        self.secrets = secrets.into_iter().map(repaired).collect();
        self
    }

    /// Replaces the notes by those of the place that the values were read from.
    pub(crate) fn with_notes(mut self, notes: Vec<FieldNote>) -> Self {
        self.notes = notes;
        self
    }

    /// Keeps the environment that a document names, where the caller replaced it.
    pub(crate) fn in_place_of(mut self, environment: Option<Environment>) -> Self {
        self.replaced_environment = environment;
        self
    }

    /// Sets the organisation, `…@AdobeOrg`, which some APIs want as a header. It is not sent to IMS.
    #[must_use]
    pub fn with_organization(mut self, organization_id: Option<&str>) -> Self {
        self.organization_id = organization_id.map(str::to_owned);
        self
    }

    /// Returns the environment that requests go to.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the client id. It becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the organisation, `…@AdobeOrg`, if it is known.
    pub fn organization_id(&self) -> Option<&str> {
        self.organization_id.as_deref()
    }

    /// Returns the number of secrets: zero for a public client.
    pub fn secret_count(&self) -> usize {
        self.secrets.len()
    }

    /// Returns true if there is no secret.
    pub fn is_public(&self) -> bool {
        self.secrets.is_empty()
    }

    /// Refuses a public client for an operation of which IMS demands a secret.
    pub(crate) fn confidential(&self, operation: &str) -> Result<()> {
        if !self.is_public() {
            return Ok(());
        }
        let message = format!(
            "client {} has no client secret, which {operation} needs",
            value::shown_id(&self.client_id)
        );
        Err(Error::new(Problem::ClientSecretMissing, message))
    }
}
