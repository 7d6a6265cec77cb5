//! The resolved settings that commands are run with.

use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::Environment;
use adobe_ims_config::precedence::Resolved;
use adobe_ims_config::{Profile, Settings};

use super::configuration_source::ConfigurationSource;
use super::layers::{SettingFlags, SettingLayers};
use super::profile_selection::{CompetingVariables, ProfileSelection, SelectionFlags};
use crate::args::{CredentialFlags, FreshnessFlags, IdentityFlags, TokenVersion};
use crate::environment::{Variables, variables};
use crate::error::{CommandProblem, Failure};

/// The connection to IMS.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// The identity service that a flag, a variable or the configuration names, as it is written there.
    pub(crate) url: Option<String>,
    /// The flag, the variable or the place in the configuration that names it.
    pub(crate) url_origin: Option<String>,
    pub(crate) ca_files: Vec<PathBuf>,
    pub(crate) timeout: Duration,
    pub(crate) retries: u32,
}

impl Connection {
    fn resolve(layers: &SettingLayers<'_>) -> Result<Self, Failure> {
        let url = layers.environment()?;
        let url_origin = url.as_ref().map(|it| it.effective.origin.to_string());
        Ok(Self {
            url: value(url),
            url_origin,
            ca_files: value(layers.ca_files()).unwrap_or_default(),
            timeout: value(layers.timeout()?).unwrap_or_default(),
            retries: value(layers.retries()?).unwrap_or_default(),
        })
    }

    /// Returns the identity service, if one is named.
    pub(crate) fn service(&self) -> Result<Option<Environment>, Failure> {
        let named = self
            .url
            .as_deref()
            .map(adobe_ims_config::values::parse_environment);
        Ok(named.transpose()?)
    }
}

/// The storage of tokens between calls.
#[derive(Clone, Debug)]
pub(crate) struct CacheSettings {
    pub(crate) is_enabled: bool,
    /// The file of the key that encrypts cache and sessions.
    pub(crate) key_file: Option<PathBuf>,
}

impl CacheSettings {
    fn resolve(layers: &SettingLayers<'_>) -> Self {
        Self {
            is_enabled: value(layers.cache()).unwrap_or(true),
            key_file: value(layers.cache_key_file()),
        }
    }

    /// Refuses an unknown value of `IMS_CACHE`, for a command that stores a token.
    pub(crate) fn check_variable(variables: &Variables) -> Result<(), Failure> {
        match variables.text(variables::CACHE)?.as_deref() {
            None | Some("off") => Ok(()),
            Some(_) => {
                let message = format!("{} has one valid value: off", variables::CACHE);
                Err(Failure::new(CommandProblem::VariableInvalid, message))
            }
        }
    }
}

/// The settings of a command that needs neither a profile nor credentials.
pub(crate) struct CommonSettings {
    pub(crate) connection: Connection,
    pub(crate) cache: CacheSettings,
}

impl CommonSettings {
    pub(crate) fn resolve(
        flags: SettingFlags<'_>,
        source: &ConfigurationSource<'_>,
    ) -> Result<Self, Failure> {
        let configuration = source.load_if_readable()?;
        let defaults = configuration.map(|it| it.defaults).unwrap_or_default();
        let layers = SettingLayers {
            flags,
            variables: &source.context.variables,
            profile: None,
            defaults: &defaults,
        };
        Ok(Self {
            connection: Connection::resolve(&layers)?,
            cache: CacheSettings::resolve(&layers),
        })
    }

    /// Resolves the settings of the cache alone.
    pub(crate) fn resolve_cache(
        flags: SettingFlags<'_>,
        source: &ConfigurationSource<'_>,
    ) -> Result<CacheSettings, Failure> {
        let configuration = source.load_if_readable()?;
        let defaults = configuration.map(|it| it.defaults).unwrap_or_default();
        Ok(CacheSettings::resolve(&SettingLayers {
            flags,
            variables: &source.context.variables,
            profile: None,
            defaults: &defaults,
        }))
    }
}

/// The settings of a command that acts as an OAuth client.
pub(crate) struct ClientSettings {
    pub(crate) profile: Option<Profile>,
    pub(crate) connection: Connection,
    pub(crate) cache: CacheSettings,
}

impl ClientSettings {
    pub(crate) fn resolve(
        selection: &SelectionFlags<'_>,
        competing: CompetingVariables,
        flags: SettingFlags<'_>,
        source: &ConfigurationSource<'_>,
    ) -> Result<Self, Failure> {
        let selected = Selected::resolve(selection, competing, source)?;
        let layers = selected.layers(flags, &source.context.variables);
        layers.check_identity_service()?;
        Ok(Self {
            connection: Connection::resolve(&layers)?,
            cache: CacheSettings::resolve(&layers),
            profile: selected.profile,
        })
    }
}

/// The places in which a token is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// In the cache, then at IMS.
    CacheFirst,
    /// In the cache only.
    CacheOnly,
    /// At IMS, even if the cache has a usable token.
    Refresh,
}

impl Lookup {
    fn of(flags: &FreshnessFlags) -> Self {
        if flags.force {
            Self::Refresh
        } else if flags.cached_only {
            Self::CacheOnly
        } else {
            Self::CacheFirst
        }
    }
}

/// The settings of a command that needs an access token.
pub(crate) struct TokenSettings {
    /// The selected profile.
    pub(crate) profile: Option<Profile>,
    /// The credential document that a flag names.
    pub(crate) document: Option<PathBuf>,
    pub(crate) fields: CredentialFlags,
    pub(crate) token_version: Option<TokenVersion>,
    pub(crate) resources: Vec<String>,
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) min_ttl: Option<Duration>,
    pub(crate) lookup: Lookup,
    pub(crate) connection: Connection,
    pub(crate) cache: CacheSettings,
}

impl TokenSettings {
    /// Resolves the settings with the profile that is selected, if any.
    pub(crate) fn resolve(
        flags: &IdentityFlags,
        source: &ConfigurationSource<'_>,
    ) -> Result<Self, Failure> {
        let selection = SelectionFlags::of_identity(flags);
        let selected = Selected::resolve(&selection, CompetingVariables::AnyCredentials, source)?;
        Self::of(flags, selected, &source.context.variables)
    }

    /// Resolves the settings for a token that the caller brings: no profile is selected.
    pub(crate) fn without_profile(
        flags: &IdentityFlags,
        source: &ConfigurationSource<'_>,
    ) -> Result<Self, Failure> {
        let configuration = source.load_if_readable()?;
        let selected = Selected {
            profile: None,
            defaults: configuration.map(|it| it.defaults).unwrap_or_default(),
        };
        Self::of(flags, selected, &source.context.variables)
    }

    /// Resolves the settings with a profile of a configuration that was read, or with none.
    pub(crate) fn with_profile(
        profile: Option<&Profile>,
        defaults: &Settings,
        flags: &IdentityFlags,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let selected = Selected {
            profile: profile.cloned(),
            defaults: defaults.clone(),
        };
        Self::of(flags, selected, variables)
    }

    fn of(
        flags: &IdentityFlags,
        selected: Selected,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let layers = selected.layers(SettingFlags::of_identity(flags), variables);
        layers.check_identity_service()?;
        Ok(Self {
            document: flags.credentials.clone(),
            fields: flags.fields.clone(),
            token_version: flags.token_version,
            resources: flags.resource.clone(),
            passphrase_file: value(layers.passphrase_file()),
            min_ttl: value(layers.min_ttl()),
            lookup: Lookup::of(&flags.freshness),
            connection: Connection::resolve(&layers)?,
            cache: CacheSettings::resolve(&layers),
            profile: selected.profile,
        })
    }

    /// Returns the settings for another document, over the same connection.
    pub(crate) fn for_document(&self, document: &Path) -> Self {
        Self {
            profile: None,
            document: Some(document.to_owned()),
            fields: CredentialFlags::default(),
            token_version: self.token_version,
            resources: self.resources.clone(),
            passphrase_file: None,
            min_ttl: None,
            lookup: Lookup::CacheFirst,
            connection: self.connection.clone(),
            cache: self.cache.clone(),
        }
    }

    /// Returns true if flags or a profile name the credentials.
    pub(crate) fn names_credentials(&self) -> bool {
        self.document.is_some() || self.profile.is_some() || !self.fields.is_empty()
    }
}

/// The selected profile and the defaults beside it.
struct Selected {
    profile: Option<Profile>,
    defaults: Settings,
}

impl Selected {
    /// Reads the configuration, which may name a default profile and settings for all commands.
    fn resolve(
        flags: &SelectionFlags<'_>,
        competing: CompetingVariables,
        source: &ConfigurationSource<'_>,
    ) -> Result<Self, Failure> {
        let (variables, console) = (&source.context.variables, &source.context.console);
        let configuration = source.load_if_readable()?;
        let selection =
            ProfileSelection::resolve(flags, competing, configuration.as_ref(), variables)?;
        if let (Some(overriding), Some(profile)) = (selection.overridden_by, &selection.profile) {
            console.detail(&format!(
                "{overriding} names the credentials; the profile that {} names is not used",
                profile.effective.origin
            ));
        }
        let Some(configuration) = configuration else {
            return match selection.name() {
                Some(_) => Err(source.missing()),
                None => Ok(Self {
                    profile: None,
                    defaults: Settings::default(),
                }),
            };
        };
        let profile = selection.find(&configuration)?.cloned();
        if let (Some(name), Some(decision)) = (selection.name(), &selection.profile) {
            let origin = &decision.effective.origin;
            console.detail(&format!("the profile is {name}, by {origin}"));
        }
        Ok(Self {
            profile,
            defaults: configuration.defaults,
        })
    }

    fn layers<'a>(
        &'a self,
        flags: SettingFlags<'a>,
        variables: &'a Variables,
    ) -> SettingLayers<'a> {
        SettingLayers {
            flags,
            variables,
            profile: self.profile.as_ref(),
            defaults: &self.defaults,
        }
    }
}

fn value<T>(decision: Option<Resolved<T>>) -> Option<T> {
    Some(decision?.effective.value)
}
