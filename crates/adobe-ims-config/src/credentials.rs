use std::path::{Path, PathBuf};

use adobe_ims::credentials::UserCredentials;
use adobe_ims::credentials::{CredentialFields, DocumentOptions, FieldNames};
use adobe_ims::credentials::{DeviceCredentials, OauthClient, PermanentCode};
use adobe_ims::{AccessToken, Credentials, Environment, Problem, Secret};
use zeroize::Zeroizing;

use crate::error::{ConfigError, Result};
use crate::identity::{Client, Identity};
use crate::profile::Profile;
use crate::secret_reference::SecretReference;
use crate::system::SystemAccess;

/// Credentials that a profile stands for.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProfileCredentials {
    /// The credentials.
    pub credentials: Credentials,
    /// Files with secrets that others on this machine may read.
    pub exposed_files: Vec<PathBuf>,
}

/// The client that a profile names.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProfileClient {
    /// The client.
    pub client: OauthClient,
    /// Files with secrets that others on this machine may read.
    pub exposed_files: Vec<PathBuf>,
}

impl Profile {
    /// Fetches its secrets and makes credentials of them, to be used in this environment: `None` means the
    /// one that the document or else Adobe means, production. `sessions` are where people who signed in are
    /// kept.
    ///
    /// # Errors
    /// What [`SecretReference::fetch`], [`Credentials::parse_with`] and [`CredentialFields::credentials`] say;
    /// [`Problem::NotSignedIn`] for a person where there are no sessions.
    pub fn credentials(
        &self,
        environment: Option<&Environment>,
        system: &dyn SystemAccess,
    ) -> Result<ProfileCredentials> {
        let mut fetching = Fetching {
            profile: self,
            system,
            exposed_files: Vec::new(),
        };
        let credentials = fetching.credentials(environment)?;
        Ok(ProfileCredentials {
            credentials,
            exposed_files: fetching.exposed_files,
        })
    }

    /// Fetches the secrets of its client, and nothing else: `None` for a profile that is of a document or of a
    /// token. `environment` is as for [`credentials`](Self::credentials).
    ///
    /// # Errors
    /// What [`SecretReference::fetch`] says.
    pub fn oauth_client(
        &self,
        environment: Option<&Environment>,
        system: &dyn SystemAccess,
    ) -> Result<Option<ProfileClient>> {
        let Some(client) = self.client() else {
            return Ok(None);
        };
        let mut fetching = Fetching {
            profile: self,
            system,
            exposed_files: Vec::new(),
        };
        let client = fetching.oauth_client(client, environment)?;
        Ok(Some(ProfileClient {
            client,
            exposed_files: fetching.exposed_files,
        }))
    }

    /// What tells the tokens of this profile from those of others and of other secrets, as far as that is
    /// known without asking another program: its fields, and the secrets in files and variables. Not to be
    /// shown: it holds those secrets.
    ///
    /// # Errors
    /// [`ConfigProblem::SecretUnavailable`].
    pub fn cache_id(&self, system: &dyn SystemAccess) -> Result<Zeroizing<Vec<u8>>> {
        let mut essence = Zeroizing::new(Vec::with_capacity(16 * 1024));
        let mut add = |part: &str| {
            essence.extend_from_slice(&(part.len() as u64).to_le_bytes());
            essence.extend_from_slice(part.as_bytes());
        };
        add("adobe-ims profile");
        add(self.type_name());
        if let Some(client) = self.client() {
            add(&client.id);
            add(client.organization_id.as_deref().unwrap_or_default());
        }
        match &self.identity {
            Identity::Jwt {
                technical_account_id: id,
                ..
            }
            | Identity::OauthServerToServer {
                technical_account_id: Some(id),
                ..
            } => add(id),
            Identity::Document {
                context: Some(context),
                ..
            } => add(context),
            Identity::Device { device_id, .. } => add(device_id),
            _ => add(""),
        }
        add(&self.scopes().join(","));
        // Where a key file in a document is.
        add(&self.directory().to_string_lossy());
        for (key, secret) in self.secrets() {
            add(key);
            match secret.is_local() {
                true => add(secret.fetch(system)?.secret.expose()),
                false => add(&format!("{secret:?}")),
            }
        }
        Ok(essence)
    }

    /// Where relative paths inside of its document start: at the document, or at the configuration where that
    /// is in no file.
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
}

struct Fetching<'a> {
    profile: &'a Profile,
    system: &'a dyn SystemAccess,
    exposed_files: Vec<PathBuf>,
}

impl Fetching<'_> {
    fn credentials(&mut self, environment: Option<&Environment>) -> Result<Credentials> {
        let mut fields = CredentialFields::new();
        if let Some(environment) = environment {
            fields = fields.environment(environment.clone());
        }
        match &self.profile.identity {
            Identity::Document { .. } => self.document(fields),
            Identity::OauthServerToServer {
                client,
                scopes,
                technical_account_id,
            } => {
                let mut fields = self.client(client, fields)?.scopes(scopes.join(","));
                if let Some(id) = technical_account_id {
                    fields = fields.technical_account_id(id);
                }
                Ok(fields.credentials(self.names())?)
            }
            Identity::Jwt {
                client,
                metascopes,
                technical_account_id,
                private_key,
                ..
            } => {
                let private_key = self.fetch(private_key)?;
                let fields = self
                    .client(client, fields)?
                    .metascopes(metascopes.join(","))
                    .technical_account_id(technical_account_id)
                    .private_key(private_key);
                Ok(fields.credentials(self.names())?)
            }
            Identity::Static { token } => {
                let token = self.fetch(token)?;
                let token = AccessToken::new(Secret::new(token.expose().trim()))?;
                Ok(Credentials::AccessToken(token))
            }
            Identity::UserPkce { client, scopes, .. } => {
                let client = self.oauth_client(client, environment)?;
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
                let client = self.oauth_client(client, environment)?;
                let code = self.fetch(code)?;
                let service = PermanentCode::new(client, code, scopes.clone());
                Ok(Credentials::PermanentCode(service))
            }
            Identity::Device {
                client,
                device_id,
                device_token,
                scopes,
            } => {
                let client = self.oauth_client(client, environment)?;
                let token = self.fetch(device_token)?;
                let device = DeviceCredentials::new(client, device_id, token, scopes.clone());
                Ok(Credentials::Device(device))
            }
        }
    }

    fn document(&mut self, instead: CredentialFields) -> Result<Credentials> {
        let Identity::Document {
            credentials,
            context,
            metascopes,
            private_key,
            aem_only,
            ..
        } = &self.profile.identity
        else {
            let what = "this profile has no document";
            return Err(ConfigError::new(Problem::DocumentUnknown, what));
        };
        let document = self.fetch(credentials)?;
        let mut options = DocumentOptions::default();
        options.context = context.clone();
        options.overrides = instead;
        if !metascopes.is_empty() {
            options.fallbacks = options.fallbacks.metascopes(metascopes.join(","));
        }
        if let Some(key) = private_key {
            options.fallbacks = options.fallbacks.private_key(self.fetch(key)?);
        }
        let credentials = Credentials::parse_with(document.expose().as_bytes(), &options)?;
        if *aem_only && !matches!(credentials, Credentials::Service(_)) {
            let name = &self.profile.name;
            let what = format!(
                "the profile {name} is of type aem-service-credentials, and its document is of another kind"
            );
            return Err(ConfigError::new(Problem::DocumentUnknown, what)
                .with_hint("Use type = \"document\", which takes any kind."));
        }
        Ok(credentials)
    }

    fn client(&mut self, client: &Client, fields: CredentialFields) -> Result<CredentialFields> {
        let mut fields = fields.client_id(&client.id);
        for secret in &client.secrets {
            fields = fields.client_secret(self.fetch(secret)?);
        }
        if let Some(id) = &client.organization_id {
            fields = fields.organization_id(id);
        }
        Ok(fields)
    }

    fn oauth_client(
        &mut self,
        client: &Client,
        environment: Option<&Environment>,
    ) -> Result<OauthClient> {
        let secrets = client.secrets.iter().map(|it| self.fetch(it));
        let secrets = secrets.collect::<Result<Vec<_>>>()?;
        let environment = environment.cloned().unwrap_or_default();
        Ok(OauthClient::new(environment, &client.id)
            .with_secrets(secrets)
            .with_organization(client.organization_id.as_deref()))
    }

    fn names(&self) -> FieldNames {
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

    fn fetch(&mut self, reference: &SecretReference) -> Result<Secret> {
        let fetched = reference.fetch(self.system).map_err(|error| {
            let what = format!("the profile {}: {error}", self.profile.name);
            error.with_message(what)
        })?;
        self.exposed_files.extend(fetched.exposed_file);
        Ok(fetched.secret)
    }
}
