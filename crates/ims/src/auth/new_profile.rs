//! The profile that a sign-in writes to the configuration.

use std::path::{PathBuf, absolute};

use adobe_ims::Environment;
use adobe_ims_config::edit::ProfileEntry;
use adobe_ims_config::{ConfigError, ConfigProblem, Identity, Profile, SecretReference};

use crate::error::Failure;
use crate::settings::ConfigurationSource;

/// A profile that is written when the sign-in has succeeded.
pub(crate) struct NewProfile {
    pub(crate) name: String,
    pub(super) client_id: String,
    pub(super) environment: Environment,
    pub(super) secret: Option<SecretReference>,
    pub(super) scopes: Vec<String>,
    pub(super) redirect_uri: Option<String>,
    pub(super) ca_files: Vec<PathBuf>,
}

/// The result of writing a profile.
pub(crate) struct WrittenProfile {
    pub(crate) path: PathBuf,
    pub(crate) is_default: bool,
}

impl NewProfile {
    /// Returns true if the configuration has this profile already. Another profile of this name is a failure.
    pub(super) fn exists(&self, configuration: &ConfigurationSource<'_>) -> Result<bool, Failure> {
        let loaded = configuration.load()?;
        let name = &self.name;
        let named = loaded.as_ref();
        let named = named.filter(|it| it.names().any(|it| it == name));
        let Some(found) = named.map(|it| it.profile(name)).transpose()? else {
            // A profile that cannot be added is reported before the person signs in.
            let (_, mut editor) = configuration.editor()?;
            editor.add(name, &self.entry()?)?;
            return Ok(false);
        };
        if self.equals(found) {
            return Ok(true);
        }
        let message = format!("the profile {name} exists and differs from the flags");
        Err(Failure::from(ConfigError::new(ConfigProblem::ProfileExists, message))
            .with_hint(format!("`ims login {name}` signs in with the existing profile; another name creates a new one")))
    }

    fn equals(&self, found: &Profile) -> bool {
        let secrets = found.client().map(|client| client.secrets.as_slice());
        let environment = found.settings.environment.as_ref();
        matches!(found.identity, Identity::UserPkce { .. })
            && found.client().is_some_and(|it| it.id == self.client_id)
            && found.scopes() == self.scopes
            && environment.is_some_and(|it| it.value == self.environment)
            && match (secrets.unwrap_or_default(), &self.secret) {
                ([], None) => true,
                ([SecretReference::File(one)], Some(SecretReference::File(other))) => one == other,
                ([SecretReference::Variable(one)], Some(SecretReference::Variable(other))) => {
                    one == other
                }
                _ => false,
            }
    }

    fn entry(&self) -> Result<ProfileEntry, Failure> {
        let files = self.ca_files.iter().map(absolute);
        let files = files.collect::<Result<Vec<_>, _>>();
        let files =
            files.map_err(|error| Failure::usage(format!("the path is not valid: {error}")))?;
        let files: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
        let secrets: Vec<_> = self.secret.iter().cloned().collect();
        let environment = match &self.environment {
            it if *it == Environment::production() => "prod",
            it if *it == Environment::stage() => "stage",
            other => other.base_url(),
        };
        Ok(ProfileEntry::new("user-pkce")
            .text("environment", Some(environment))
            .text("client_id", Some(&self.client_id))
            .secrets("client_secrets", &secrets)
            .list("scopes", &self.scopes)
            .text("redirect_uri", self.redirect_uri.as_deref())
            .list("ca_files", &files))
    }

    /// Writes the profile, as the default one if there is none. The file is read again: it may have changed while
    /// the person signed in.
    pub(crate) fn write(
        &self,
        configuration: &ConfigurationSource<'_>,
    ) -> Result<WrittenProfile, Failure> {
        let (path, mut editor) = configuration.editor()?;
        editor.add(&self.name, &self.entry()?)?;
        let is_default = editor.default_profile().is_none();
        if is_default {
            editor.set_default(&self.name)?;
        }
        editor.save()?;
        Ok(WrittenProfile { path, is_default })
    }
}
