use adobe_ims::token::AllowedHosts;
use adobe_ims::{Environment, Problem};

use crate::error::{ConfigError, Result};
use crate::identity::{Client, Identity, TYPES, identity, own_keys};
use crate::location::{Located, Location};
use crate::secret_reference::SecretReference;
use crate::settings::{self, Settings};
use crate::table::{TableReader, invalid};

/// One identity: how it proves itself to IMS, and where its tokens may go.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Its name, without blanks and signs other than `.`, `_` and `-`.
    pub name: String,
    /// Where it begins.
    pub location: Location,
    /// How it proves itself.
    pub identity: Identity,
    /// What it says of how tokens are got.
    pub settings: Settings,
    /// `targets`: the only places that its tokens may go to, where any are named.
    pub targets: Option<Located<Vec<String>>>,
}

impl Profile {
    /// The types that a profile may have.
    pub fn types() -> impl Iterator<Item = &'static str> {
        TYPES.iter().map(|(name, _)| *name)
    }

    /// Whether a text can be the name of a profile: up to 64 letters, digits, `.`, `_` and `-`, with a
    /// letter or digit first.
    pub fn is_valid_name(text: &str) -> bool {
        text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    }

    /// Its `type`.
    pub fn type_name(&self) -> &'static str {
        match &self.identity {
            Identity::Document {
                aem_only: false, ..
            } => "document",
            Identity::Document { aem_only: true, .. } => "aem-service-credentials",
            Identity::OauthServerToServer { .. } => "oauth-s2s",
            Identity::Jwt { .. } => "jwt",
            Identity::UserPkce { .. } => "user-pkce",
            Identity::ServiceCode { .. } => "service-code",
            Identity::Device { .. } => "device",
            Identity::Static { .. } => "static",
        }
    }

    /// The client, where the profile says itself who it is.
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

    /// The scopes or metascopes, where the profile says itself which it asks for.
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

    /// The key's passphrase, where it is kept.
    pub fn passphrase(&self) -> Option<&SecretReference> {
        match &self.identity {
            Identity::Document { passphrase, .. } | Identity::Jwt { passphrase, .. } => {
                passphrase.as_ref()
            }
            _ => None,
        }
    }

    /// Every secret of it, with its key.
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

    /// Where its tokens may go: to the `targets` and nowhere else. `None` when it names none.
    ///
    /// # Errors
    /// [`Problem::AllowedHostInvalid`]; not after the
    /// configuration was read.
    pub fn allowed_hosts(&self) -> Result<Option<AllowedHosts>> {
        let Some(targets) = &self.targets else {
            return Ok(None);
        };
        let places = targets.value.iter();
        let hosts = places
            .map(String::as_str)
            .try_fold(AllowedHosts::none(), AllowedHosts::allow)?;
        Ok(Some(hosts))
    }

    /// Refuses to send the secrets of this profile to an identity service that somebody else names: they go
    /// to Adobe, to this machine, and to the `environment` of the profile. What the document of a profile
    /// names (`imsEndpoint`) counts as named by the profile, and is not asked about here.
    ///
    /// # Errors
    /// [`Problem::IdentityServiceNotNamed`].
    pub fn check_identity_service(&self, environment: &Environment) -> Result<()> {
        let named = self.settings.environment.as_ref();
        let is_named = named.is_some_and(|it| it.value == *environment);
        if is_named || environment.is_known() {
            return Ok(());
        }
        let name = &self.name;
        let what = format!(
            "the secrets of the profile {name} are not sent to {environment}, which it does not name"
        );
        Err(
            ConfigError::new(Problem::IdentityServiceNotNamed, what).with_hint(format!(
                "If you trust it with them: environment = \"{environment}\" in [profiles.{name}]."
            )),
        )
    }

    pub(crate) fn read(section: &TableReader<'_>, name: &str) -> Result<Self> {
        let (type_name, own) = own_keys(section)?;
        let all: Vec<&str> = TYPES.iter().flat_map(|(_, keys)| *keys).copied().collect();
        let known = [&["type", "targets"][..], settings::KEYS, own];
        section.allow_keys(&known, &all, &format!("a profile of type {type_name}"))?;
        let targets = section.list("targets")?;
        for target in targets.iter().flat_map(|it| &it.value) {
            AllowedHosts::none().allow(target).map_err(|error| {
                let location = section.location_of("targets");
                let message = format!("{location}: {error}");
                ConfigError::from(error).with_message(message)
            })?;
        }
        let profile = Self {
            name: name.to_owned(),
            location: section.location.clone(),
            identity: identity(section, type_name)?,
            settings: Settings::read(section)?,
            targets,
        };
        if let (Some(_), Some(file)) = (profile.passphrase(), &profile.settings.passphrase_file) {
            let what = "`passphrase` and `passphrase_file` say the same; leave one out";
            return Err(invalid(&file.location, what));
        }
        Ok(profile)
    }
}
