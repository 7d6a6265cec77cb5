//! A profile: one identity and the settings for it.

use adobe_ims::token::AllowedHosts;
use adobe_ims::{Environment, Problem};

use crate::error::{Cause, ConfigError, Result};
use crate::identity::{Client, Identity, ProfileType};
use crate::location::{Located, Location};
use crate::problem::ConfigProblem;
use crate::secret_reference::SecretReference;
use crate::settings::{self, Settings};
use crate::table::{KnownKeys, TableReader, invalid};

/// One identity, the settings for it, and the hosts that its tokens may go to.
///
/// ```
/// use adobe_ims_config::Configuration;
///
/// let text = r#"
/// version = 1
/// [profiles.assets]
/// type           = "oauth-s2s"
/// client_id      = "0123"
/// client_secrets = { env = "IMS_SECRET" }
/// scopes         = ["openid", "AdobeID"]
/// targets        = ["https://author-p1-e2.adobeaemcloud.com"]
/// "#;
/// let configuration = Configuration::parse(text, "config.toml".as_ref(), None)?;
/// let profile = configuration.profile("assets")?;
/// assert_eq!(profile.type_name(), "oauth-s2s");
/// assert_eq!(profile.secrets()[0].1.to_string(), "the environment variable IMS_SECRET");
/// assert!(profile.allowed_hosts()?.is_some());
/// # Ok::<(), adobe_ims_config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// The name.
    pub name: String,
    /// The location of the name in the configuration.
    pub location: Location,
    /// The credentials.
    pub identity: Identity,
    /// The settings.
    pub settings: Settings,
    /// `targets`: the only origins that the profile's tokens may go to, if there are any.
    pub targets: Option<Located<Vec<String>>>,
}

impl Profile {
    /// Returns the types that a profile may have.
    pub fn types() -> impl Iterator<Item = &'static str> {
        ProfileType::ALL.into_iter().map(ProfileType::name)
    }

    /// Returns true if a text can be the name of a profile: up to 64 letters, digits, `.`, `_` and `-`, with a
    /// letter or digit first.
    pub fn is_valid_name(text: &str) -> bool {
        text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    }

    /// Returns the `type`.
    pub fn type_name(&self) -> &'static str {
        self.identity.profile_type().name()
    }

    /// Returns the client, unless the credentials are a document or a token.
    pub fn client(&self) -> Option<&Client> {
        match &self.identity {
            Identity::Document { .. } | Identity::Static { .. } => None,
            Identity::OauthServerToServer { client, .. }
            | Identity::Jwt { client, .. }
            | Identity::UserPkce { client, .. }
            | Identity::ServiceCode { client, .. }
            | Identity::Device { client, .. } => Some(client),
        }
    }

    /// Returns the scopes or metascopes that the profile names.
    pub fn scopes(&self) -> &[String] {
        match &self.identity {
            Identity::Static { .. } => &[],
            Identity::Document { metascopes, .. } | Identity::Jwt { metascopes, .. } => metascopes,
            Identity::OauthServerToServer { scopes, .. }
            | Identity::UserPkce { scopes, .. }
            | Identity::ServiceCode { scopes, .. }
            | Identity::Device { scopes, .. } => scopes,
        }
    }

    /// Returns the reference to the passphrase of the private key.
    pub fn passphrase(&self) -> Option<&SecretReference> {
        match &self.identity {
            Identity::Document { passphrase, .. } | Identity::Jwt { passphrase, .. } => {
                passphrase.as_ref()
            }
            _ => None,
        }
    }

    /// Returns the references to all secrets of the profile, each with its key.
    pub fn secrets(&self) -> Vec<(&'static str, &SecretReference)> {
        let client = self.client().into_iter().flat_map(|it| &it.secrets);
        let mut secrets: Vec<_> = client.map(|it| ("client_secrets", it)).collect();
        match &self.identity {
            Identity::Document {
                credentials,
                private_key,
                ..
            } => {
                secrets.push(("credentials", credentials));
                secrets.extend(private_key.iter().map(|it| ("private_key", it)));
            }
            Identity::Jwt { private_key, .. } => secrets.push(("private_key", private_key)),
            Identity::ServiceCode { code, .. } => secrets.push(("code", code)),
            Identity::Device { device_token, .. } => secrets.push(("device_token", device_token)),
            Identity::Static { token } => secrets.push(("token", token)),
            Identity::OauthServerToServer { .. } | Identity::UserPkce { .. } => {}
        }
        secrets.extend(self.passphrase().map(|it| ("passphrase", it)));
        secrets
    }

    /// Returns the hosts of `targets`, the only ones that the profile's tokens may go to. Returns `None` if the
    /// profile has no `targets`.
    ///
    /// # Errors
    /// [`Problem::AllowedHostInvalid`]. A profile of a [`Configuration`](crate::Configuration) has valid
    /// targets.
    pub fn allowed_hosts(&self) -> Result<Option<AllowedHosts>> {
        let Some(targets) = &self.targets else {
            return Ok(None);
        };
        let targets = targets.value.iter();
        let hosts = targets
            .map(String::as_str)
            .try_fold(AllowedHosts::none(), AllowedHosts::allow)?;
        Ok(Some(hosts))
    }

    /// Checks that the secrets of this profile may go to an identity service that a flag or variable names. A profile
    /// with an `environment` is bound to it. Any other profile allows the services that are Adobe's or on this machine.
    /// The identity service that the profile's document names is not checked here.
    ///
    /// # Errors
    /// - [`ConfigProblem::ProfileBound`] if the profile names another `environment`
    /// - [`Problem::IdentityServiceNotNamed`]
    pub fn check_identity_service(&self, environment: &Environment) -> Result<()> {
        let name = &self.name;
        let (problem, message, hint) = match &self.settings.environment {
            Some(bound) if bound.value == *environment => return Ok(()),
            None if environment.is_known() => return Ok(()),
            Some(Located { value, location }) => (
                Cause::from(ConfigProblem::ProfileBound),
                format!(
                    "the secrets of the profile {name} are not sent to {environment}: its `environment` is {value}"
                ),
                format!(
                    "For {environment} use another profile, or change `environment` at {location}."
                ),
            ),
            None => (
                Problem::IdentityServiceNotNamed.into(),
                format!(
                    "the secrets of the profile {name} are not sent to {environment}, which the profile does not name"
                ),
                format!(
                    "If you trust this identity service with them: environment = \"{environment}\" in [profiles.{name}]."
                ),
            ),
        };
        Err(ConfigError::new(problem, message).with_hint(hint))
    }

    pub(crate) fn read(table: &TableReader<'_>, name: &str) -> Result<Self> {
        let profile_type = ProfileType::read(table)?;
        table.check_keys(&KnownKeys {
            here: [&["type", "targets"], settings::KEYS, &profile_type.keys()].concat(),
            elsewhere: ProfileType::all_keys(),
            subject: format!("a profile of type {}", profile_type.name()),
        })?;
        let profile = Self {
            name: name.to_owned(),
            location: table.location.clone(),
            targets: targets(table)?,
            identity: Identity::read(table, profile_type)?,
            settings: Settings::read(table)?,
        };
        if let (Some(_), Some(file)) = (profile.passphrase(), &profile.settings.passphrase_file) {
            let message = "`passphrase` and `passphrase_file` name the same secret; remove one";
            return Err(invalid(&file.location, message));
        }
        Ok(profile)
    }
}

fn targets(table: &TableReader<'_>) -> Result<Option<Located<Vec<String>>>> {
    let targets = table.strings("targets")?;
    if let Some(Located { value, location }) = &targets {
        for target in value {
            AllowedHosts::none().allow(target).map_err(|error| {
                let message = format!("{location}: {error}");
                ConfigError::from(error).with_message(message)
            })?;
        }
    }
    Ok(targets)
}
