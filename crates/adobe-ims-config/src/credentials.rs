//! Makes the library's credentials from a profile.

use std::path::{Path, PathBuf};

use adobe_ims::credentials::UserCredentials;
use adobe_ims::credentials::{CredentialFields, DocumentOptions, FieldNames};
use adobe_ims::credentials::{DeviceCredentials, OauthClient, PermanentCode};
use adobe_ims::internal::value::{self, ValueKind};
use adobe_ims::{AccessToken, Credentials, Environment, Problem, Secret};
use zeroize::Zeroizing;

use crate::error::{ConfigError, Result};
use crate::identity::{Client, Identity};
use crate::profile::Profile;
use crate::secret_reference::SecretReference;
use crate::system::SystemAccess;

/// The credentials of a profile.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProfileCredentials {
    /// The credentials.
    pub credentials: Credentials,
    /// Files with secrets that other users of this machine can read.
    pub exposed_files: Vec<PathBuf>,
}

/// The client of a profile.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProfileClient {
    /// The client.
    pub client: OauthClient,
    /// Files with secrets that other users of this machine can read.
    pub exposed_files: Vec<PathBuf>,
}

impl Profile {
    /// Fetches the secrets of this profile and makes credentials for an environment from them. Without
    /// `environment` that is the environment of the document, or Adobe's production.
    ///
    /// ```
    /// use adobe_ims::Credentials;
    /// use adobe_ims_config::{Configuration, system::LocalSystem};
    ///
    /// let text = r#"
    /// version = 1
    /// [profiles.assets]
    /// type           = "oauth-s2s"
    /// client_id      = "0123"
    /// org_id         = "0123456789ABCDEF01234567@AdobeOrg"
    /// client_secrets = { env = "IMS_SECRET" }
    /// scopes         = ["openid", "AdobeID"]
    /// "#;
    /// let configuration = Configuration::parse(text, "config.toml".as_ref(), None)?;
    /// let variables = |name: &str| (name == "IMS_SECRET").then(|| "s3cret".into());
    /// let system = LocalSystem::new(variables, || false);
    ///
    /// let found = configuration.profile("assets")?.credentials(None, &system)?;
    /// assert!(matches!(found.credentials, Credentials::OauthServerToServer(_)));
    /// assert!(found.exposed_files.is_empty());
    /// # Ok::<(), adobe_ims_config::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// The errors of [`SecretReference::fetch`], [`Credentials::parse_with`] and
    /// [`CredentialFields::credentials`].
    pub fn credentials(
        &self,
        environment: Option<&Environment>,
        system: &dyn SystemAccess,
    ) -> Result<ProfileCredentials> {
        let mut builder = CredentialBuilder::new(self, environment, system);
        let credentials = builder.credentials()?;
        Ok(ProfileCredentials {
            credentials,
            exposed_files: builder.exposed_files,
        })
    }

    /// Fetches the secrets of the profile's client and makes the client. Returns `None` if the credentials are
    /// a document or a token. `environment` is as for [`credentials`](Self::credentials).
    ///
    /// # Errors
    /// The errors of [`SecretReference::fetch`].
    pub fn oauth_client(
        &self,
        environment: Option<&Environment>,
        system: &dyn SystemAccess,
    ) -> Result<Option<ProfileClient>> {
        let Some(client) = self.client() else {
            return Ok(None);
        };
        let mut builder = CredentialBuilder::new(self, environment, system);
        let client = builder.oauth_client(client)?;
        Ok(Some(ProfileClient {
            client,
            exposed_files: builder.exposed_files,
        }))
    }

    /// Returns the bytes that tell the cached tokens of this profile from others: its fields, and its secrets
    /// as far as they are known without another program. Must not be shown, since it holds secrets.
    ///
    /// # Errors
    /// [`ConfigProblem::SecretUnavailable`](crate::ConfigProblem::SecretUnavailable).
    pub fn cache_id(&self, system: &dyn SystemAccess) -> Result<Zeroizing<Vec<u8>>> {
        // Room for a document, so that no copy of a secret is left behind when the buffer grows.
        let mut id = Zeroizing::new(Vec::with_capacity(16 * 1024));
        let mut add = |part: &str| {
            id.extend_from_slice(&(part.len() as u64).to_le_bytes());
            id.extend_from_slice(part.as_bytes());
        };
        add("adobe-ims profile");
        add(self.type_name());
        if let Some(client) = self.client() {
            add(&client.id);
            add(client.organization_id.as_deref().unwrap_or_default());
        }
        add(self.distinguishing_field());
        add(&self.scopes().join(","));
        // The path of a key file in a document starts here.
        add(&self.directory().to_string_lossy());
        for (key, secret) in self.secrets() {
            add(key);
            if secret.is_local() {
                add(secret.fetch(system)?.secret.expose());
            } else {
                add(&format!("{secret:?}"));
            }
        }
        Ok(id)
    }

    /// Returns the directory at which relative paths in the profile's document start: that of the document, or
    /// that of the configuration if the document is in no file.
    pub fn directory(&self) -> PathBuf {
        let document = match &self.identity {
            Identity::Document {
                credentials: SecretReference::File(path),
                ..
            } => path,
            _ => self.location.file(),
        };
        document.parent().unwrap_or(Path::new("")).to_owned()
    }

    /// Returns the one field beside client, scopes and secrets that changes which token IMS gives.
    fn distinguishing_field(&self) -> &str {
        match &self.identity {
            Identity::Jwt {
                technical_account_id: id,
                ..
            }
            | Identity::OauthServerToServer {
                technical_account_id: Some(id),
                ..
            } => id,
            Identity::Document {
                context: Some(context),
                ..
            } => context,
            Identity::Device { device_id, .. } => device_id,
            _ => "",
        }
    }
}

/// Fetches secrets and notes which files are exposed.
struct CredentialBuilder<'a> {
    profile: &'a Profile,
    environment: Option<&'a Environment>,
    system: &'a dyn SystemAccess,
    exposed_files: Vec<PathBuf>,
}

impl<'a> CredentialBuilder<'a> {
    fn new(
        profile: &'a Profile,
        environment: Option<&'a Environment>,
        system: &'a dyn SystemAccess,
    ) -> Self {
        Self {
            profile,
            environment,
            system,
            exposed_files: Vec::new(),
        }
    }

    fn credentials(&mut self) -> Result<Credentials> {
        match &self.profile.identity {
            Identity::Document { .. } => self.document(),
            Identity::OauthServerToServer { client, .. } | Identity::Jwt { client, .. } => {
                self.fields(client)
            }
            Identity::UserPkce { client, scopes, .. } => {
                let client = self.oauth_client(client)?;
                let name = &self.profile.name;
                Ok(Credentials::User(UserCredentials::new(
                    client,
                    name,
                    scopes.clone(),
                )))
            }
            Identity::ServiceCode {
                client,
                code,
                scopes,
            } => {
                let client = self.oauth_client(client)?;
                let code = self.fetch_value(ValueKind::Code, "code", code)?;
                let service = PermanentCode::new(client, code, scopes.clone());
                Ok(Credentials::PermanentCode(service))
            }
            Identity::Device {
                client,
                device_id,
                device_token,
                scopes,
            } => {
                let client = self.oauth_client(client)?;
                let device_id = self.check(ValueKind::DeviceId, "device_id", device_id)?;
                let token =
                    self.fetch_value(ValueKind::DeviceToken, "device_token", device_token)?;
                let device =
                    DeviceCredentials::new(client, device_id.expose(), token, scopes.clone());
                Ok(Credentials::Device(device))
            }
            Identity::Static { token } => {
                let token = self.fetch_value(ValueKind::AccessToken, "token", token)?;
                Ok(Credentials::AccessToken(AccessToken::new(token)?))
            }
        }
    }

    /// Makes credentials from the fields of an OAuth server-to-server client or a technical account.
    fn fields(&mut self, client: &Client) -> Result<Credentials> {
        let mut fields = self.environment_field().client_id(&client.id);
        for secret in &client.secrets {
            fields = fields.client_secret(self.fetch_client_secret(secret)?);
        }
        if let Some(id) = &client.organization_id {
            fields = fields.organization_id(id);
        }
        match &self.profile.identity {
            Identity::Jwt {
                metascopes,
                technical_account_id,
                private_key,
                ..
            } => {
                fields = fields
                    .metascopes(metascopes.join(","))
                    .technical_account_id(technical_account_id)
                    .private_key(self.fetch(private_key)?);
            }
            Identity::OauthServerToServer {
                scopes,
                technical_account_id,
                ..
            } => {
                fields = fields.scopes(scopes.join(","));
                if let Some(id) = technical_account_id {
                    fields = fields.technical_account_id(id);
                }
            }
            _ => {}
        }
        Ok(fields.credentials(self.field_names())?)
    }

    fn document(&mut self) -> Result<Credentials> {
        let Identity::Document {
            credentials,
            context,
            metascopes,
            private_key,
            aem_only,
            ..
        } = &self.profile.identity
        else {
            let message = "this profile has no document";
            return Err(ConfigError::new(Problem::DocumentUnknown, message));
        };
        let document = self.fetch(credentials)?;
        let mut options = DocumentOptions::default();
        options.context = context.clone();
        options.overrides = self.environment_field();
        if !metascopes.is_empty() {
            options.fallbacks = options.fallbacks.metascopes(metascopes.join(","));
        }
        if let Some(key) = private_key {
            options.fallbacks = options.fallbacks.private_key(self.fetch(key)?);
        }
        let credentials = Credentials::parse_with(document.expose().as_bytes(), &options)?;
        if *aem_only && !matches!(credentials, Credentials::Service(_)) {
            let name = &self.profile.name;
            let message = format!(
                "the profile {name} is of type aem-service-credentials, and its document is of another kind"
            );
            let hint = "Use type = \"document\", which takes any kind.";
            return Err(ConfigError::new(Problem::DocumentUnknown, message).with_hint(hint));
        }
        Ok(credentials)
    }

    fn oauth_client(&mut self, client: &Client) -> Result<OauthClient> {
        let mut fields = self.environment_field().client_id(&client.id);
        for secret in &client.secrets {
            fields = fields.client_secret(self.fetch_client_secret(secret)?);
        }
        if let Some(id) = &client.organization_id {
            fields = fields.organization_id(id);
        }
        Ok(fields.client(self.field_names())?)
    }

    fn environment_field(&self) -> CredentialFields {
        let fields = CredentialFields::new();
        match self.environment {
            Some(environment) => fields.environment(environment.clone()),
            None => fields,
        }
    }

    /// Returns the names that a message gives the fields.
    fn field_names(&self) -> FieldNames {
        let name = &self.profile.name;
        let mut names = FieldNames::default();
        names.subject = format!("the profile {name}").into();
        names.prefix = format!("profiles.{name}.").into();
        names.environment = "environment";
        names.client_secret = "client_secrets";
        names.metascopes = "metascopes";
        names.organization_id = "org_id";
        names
    }

    /// Fetches a client secret, or a list of them, which the library splits and checks.
    fn fetch_client_secret(&mut self, reference: &SecretReference) -> Result<Secret> {
        let fetched = self.fetch(reference)?;
        if fetched.expose().trim_start().starts_with('[') {
            return Ok(fetched);
        }
        let name = format!("client_secrets ({reference})");
        self.check(ValueKind::ClientSecret, &name, fetched.expose())
    }

    /// Fetches a token or a code, out of JSON if it stands there.
    fn fetch_value(
        &mut self,
        kind: ValueKind,
        key: &str,
        reference: &SecretReference,
    ) -> Result<Secret> {
        let name = format!("{key} ({reference})");
        let token = value::find_token(kind, self.fetch(reference)?.expose()).map_err(|error| {
            let message = format!("{}: {error}", self.qualified(&name));
            ConfigError::from(error).with_message(message)
        })?;
        self.check(kind, &name, token.expose())
    }

    /// Returns a value, repaired, or names the key that holds something else.
    fn check(&self, kind: ValueKind, name: &str, text: &str) -> Result<Secret> {
        match value::read(kind, text) {
            Ok(value) => Ok(value.text),
            Err(content) => Err(value::refusal(&self.qualified(name), content).into()),
        }
    }

    fn qualified(&self, name: &str) -> String {
        format!("profiles.{}.{name}", self.profile.name)
    }

    fn fetch(&mut self, reference: &SecretReference) -> Result<Secret> {
        let fetched = reference.fetch(self.system).map_err(|error| {
            let message = format!("the profile {}: {error}", self.profile.name);
            error.with_message(message)
        })?;
        self.exposed_files.extend(fetched.exposed_file);
        Ok(fetched.secret)
    }
}
