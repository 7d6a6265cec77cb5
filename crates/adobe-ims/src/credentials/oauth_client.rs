use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// Who asks IMS: a client, where it asks, and what proves that it is the one.
///
/// A confidential client has a secret, or several while they are rotated (documented by Adobe: each is
/// valid until it is deleted). A public client, such as a program on somebody's own machine, has none.
#[derive(Clone, Debug)]
pub struct OauthClient {
    pub(crate) environment: Environment,
    pub(crate) client_id: String,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) organization_id: Option<String>,
}

impl OauthClient {
    /// A public client, in this environment.
    pub fn new(environment: Environment, client_id: impl Into<String>) -> Self {
        Self {
            environment,
            client_id: client_id.into(),
            secrets: Vec::new(),
            organization_id: None,
        }
    }

    /// Gives it secrets. They are tried in this order: the next one when IMS calls one wrong.
    #[must_use]
    pub fn with_secrets(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.secrets = secrets.into_iter().collect();
        self
    }

    /// Names the organisation, `…@AdobeOrg`, that some APIs want as a header. It is not sent to IMS.
    #[must_use]
    pub fn with_organization(mut self, organization_id: Option<&str>) -> Self {
        self.organization_id = organization_id.map(str::to_owned);
        self
    }

    /// Where it asks.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The client id; it becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The organisation, `…@AdobeOrg`, if it is known.
    pub fn organization_id(&self) -> Option<&str> {
        self.organization_id.as_deref()
    }

    /// How many secrets it has: none for a public client.
    pub fn secrets(&self) -> usize {
        self.secrets.len()
    }

    /// Whether it has no secret.
    pub fn is_public(&self) -> bool {
        self.secrets.is_empty()
    }

    /// Refuses a public client where IMS demands a secret.
    pub(crate) fn confidential(&self, what_for: &str) -> Result<()> {
        if !self.is_public() {
            return Ok(());
        }
        let what = format!(
            "client {:?} has no client secret, which {what_for} needs",
            self.client_id
        );
        Err(Error::new(Problem::ClientSecretMissing, what))
    }
}
