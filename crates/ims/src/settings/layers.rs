//! The layers of a setting: flag, variable, profile, `[defaults]`, built-in value.

use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::Environment;
use adobe_ims_config::location::Located;
use adobe_ims_config::precedence::{Layers, Origin, Resolved, Sourced};
use adobe_ims_config::{Profile, Settings};

use crate::args::{self, ConnectionFlags, IdentityFlags, duration};
use crate::environment::{Variables, variables};
use crate::error::{CommandProblem, Failure};

/// The time that IMS has to answer, unless a layer says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The number of retries, unless a layer says otherwise.
const RETRIES: u32 = 2;

/// The flags for settings; a command that lacks a flag leaves it empty.
#[derive(Default)]
pub(crate) struct SettingFlags<'a> {
    pub(crate) url: Option<&'a str>,
    pub(crate) ca_files: &'a [PathBuf],
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: Option<u32>,
    pub(crate) min_ttl: Option<Duration>,
    pub(crate) passphrase_file: Option<&'a Path>,
    pub(crate) no_cache: bool,
    pub(crate) cache_key_file: Option<&'a Path>,
}

impl<'a> SettingFlags<'a> {
    pub(crate) fn of_identity(flags: &'a IdentityFlags) -> Self {
        let freshness = &flags.freshness;
        Self {
            retries: flags.retries,
            min_ttl: freshness.min_ttl,
            passphrase_file: flags.passphrase_file.as_deref(),
            no_cache: freshness.no_cache,
            cache_key_file: freshness.cache_key_file.as_deref(),
            ..Self::of_connection(&flags.connection)
        }
    }

    pub(crate) fn of_connection(flags: &'a ConnectionFlags) -> Self {
        Self {
            url: flags.url.as_deref(),
            ca_files: &flags.ca_file,
            timeout: flags.timeout,
            ..Self::default()
        }
    }
}

/// The layers of every setting. A setting is resolved when it is read.
pub(crate) struct SettingLayers<'a> {
    pub(crate) flags: SettingFlags<'a>,
    pub(crate) variables: &'a Variables,
    pub(crate) profile: Option<&'a Profile>,
    pub(crate) defaults: &'a Settings,
}

impl SettingLayers<'_> {
    /// The identity service. The one in `[defaults]` counts for profiles with fields of their own; a document names
    /// its service itself.
    pub(crate) fn environment(&self) -> Result<Option<Resolved<String>>, Failure> {
        let own = self.profile.map(|profile| &profile.settings);
        let has_fields = self.profile.and_then(Profile::client).is_some();
        let defaults = Some(self.defaults).filter(|_| has_fields);
        let url = |settings: Option<&Settings>| base_url(settings?.environment.as_ref());
        Ok(Resolved::from_sources(
            flag("--url", self.flags.url.map(str::to_owned)),
            variable(variables::URL, self.variables.text(variables::URL)?),
            Layers::new(url(own), url(defaults)),
        ))
    }

    /// Refuses an identity service that a flag or a variable names and that the profile does not allow: its secrets
    /// would be sent there.
    pub(crate) fn check_identity_service(&self) -> Result<(), Failure> {
        let (Some(profile), Some(resolved)) = (self.profile, self.environment()?) else {
            return Ok(());
        };
        let Sourced { value, origin } = resolved.effective;
        if origin.location().is_some() {
            return Ok(());
        }
        let environment = adobe_ims_config::values::parse_environment(&value)?;
        let next = resolved.overruled.iter();
        let mut configured = next.filter(|it| it.origin.location().is_some());
        if configured
            .next()
            .is_some_and(|it| it.value == environment.base_url())
        {
            return Ok(());
        }
        let checked = profile.check_identity_service(&environment);
        checked.map_err(|error| Failure::from(error).in_place(&origin.to_string()))
    }

    pub(crate) fn min_ttl(&self) -> Option<Resolved<Duration>> {
        Resolved::from_sources(
            flag("--min-ttl", self.flags.min_ttl),
            None,
            self.file(|it| it.min_ttl.clone()),
        )
    }

    pub(crate) fn timeout(&self) -> Result<Option<Resolved<Duration>>, Failure> {
        let parsed = parsed(variables::TIMEOUT, duration::parse, self.variables)?;
        Ok(Resolved::from_sources(
            flag("--timeout", self.flags.timeout),
            variable(variables::TIMEOUT, parsed),
            self.file(|it| it.timeout.clone()).or_built_in(TIMEOUT),
        ))
    }

    pub(crate) fn retries(&self) -> Result<Option<Resolved<u32>>, Failure> {
        let parsed = parsed(variables::RETRIES, args::retries, self.variables)?;
        Ok(Resolved::from_sources(
            flag("--retries", self.flags.retries),
            variable(variables::RETRIES, parsed),
            self.file(|it| it.retries.clone()).or_built_in(RETRIES),
        ))
    }

    pub(crate) fn ca_files(&self) -> Option<Resolved<Vec<PathBuf>>> {
        let files = Some(self.flags.ca_files.to_vec()).filter(|files| !files.is_empty());
        let path = self.variables.os(variables::CA_FILE);
        Resolved::from_sources(
            flag("--ca-file", files),
            variable(variables::CA_FILE, path.map(|it| vec![it.into()])),
            self.file(|it| it.ca_files.clone()),
        )
    }

    pub(crate) fn passphrase_file(&self) -> Option<Resolved<PathBuf>> {
        let file = match self.profile.and_then(Profile::passphrase) {
            // The profile refers to the passphrase itself.
            Some(_) => Layers::new(None, None),
            None => self.file(|it| it.passphrase_file.clone()),
        };
        Resolved::from_sources(
            flag(
                "--passphrase-file",
                self.flags.passphrase_file.map(Path::to_owned),
            ),
            self.path_variable(variables::PASSPHRASE_FILE),
            file,
        )
    }

    /// True if tokens are cached. The variable has one valid value, `off`.
    pub(crate) fn cache(&self) -> Option<Resolved<bool>> {
        let is_set = self.variables.has(variables::CACHE);
        Resolved::from_sources(
            flag("--no-cache", self.flags.no_cache.then_some(false)),
            variable(variables::CACHE, is_set.then_some(false)),
            self.file(|it| it.cache.clone()).or_built_in(true),
        )
    }

    pub(crate) fn cache_key_file(&self) -> Option<Resolved<PathBuf>> {
        Resolved::from_sources(
            flag(
                "--cache-key-file",
                self.flags.cache_key_file.map(Path::to_owned),
            ),
            self.path_variable(variables::CACHE_KEY_FILE),
            self.file(|it| it.cache_key_file.clone()),
        )
    }

    fn file<T>(&self, get: impl Fn(&Settings) -> Option<Located<T>>) -> Layers<T> {
        let own = self.profile.map(|profile| &profile.settings);
        Layers::new(own.and_then(&get), get(self.defaults))
    }

    fn path_variable(&self, name: &'static str) -> Option<Sourced<PathBuf>> {
        variable(name, self.variables.os(name).map(PathBuf::from))
    }
}

fn parsed<T, E: std::fmt::Display>(
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
    variables: &Variables,
) -> Result<Option<T>, Failure> {
    let value = variables.text(name)?.as_deref().map(parse).transpose();
    value.map_err(|why| Failure::new(CommandProblem::VariableInvalid, format!("{name}: {why}")))
}

fn flag<T>(name: &'static str, value: Option<T>) -> Option<Sourced<T>> {
    let origin = Origin::Flag(name);
    value.map(|value| Sourced { value, origin })
}

fn variable<T>(name: &'static str, value: Option<T>) -> Option<Sourced<T>> {
    let origin = Origin::Variable(name);
    value.map(|value| Sourced { value, origin })
}

fn base_url(environment: Option<&Located<Environment>>) -> Option<Located<String>> {
    let Located { value, location } = environment?;
    Some(Located {
        value: value.base_url().to_owned(),
        location: location.clone(),
    })
}
