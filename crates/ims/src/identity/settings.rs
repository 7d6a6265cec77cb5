//! Flag, variable, profile, defaults: what counts of every setting of an identity, and what it overrules.

use std::path::PathBuf;
use std::time::Duration;

use adobe_ims::Environment;
use adobe_ims_config::location::Located;
use adobe_ims_config::precedence::{Layers, Origin, Resolved, Sourced};
use adobe_ims_config::{Profile, Settings};

use crate::arguments::Identity;
use crate::console::failure::Failure;
use crate::network;
use crate::variables::{self, Variables};

/// What every setting is; `None` where nobody says anything.
pub(crate) struct Effective {
    pub(crate) environment: Option<Resolved<String>>,
    pub(crate) min_ttl: Option<Resolved<Duration>>,
    pub(crate) timeout: Option<Resolved<Duration>>,
    pub(crate) retries: Option<Resolved<u32>>,
    pub(crate) ca_files: Option<Resolved<Vec<PathBuf>>>,
    pub(crate) passphrase_file: Option<Resolved<PathBuf>>,
    pub(crate) cache: Option<Resolved<bool>>,
    pub(crate) cache_key_file: Option<Resolved<PathBuf>>,
}

impl Effective {
    pub(crate) fn of(
        identity: &Identity,
        profile: Option<&Profile>,
        defaults: &Settings,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let own = profile.map(|profile| &profile.settings);
        let path = |name| {
            let path = variables.os(name).map(PathBuf::from);
            variable(name, path)
        };
        Ok(Self {
            environment: Resolved::from_sources(
                flag("--url", identity.url.clone()),
                variable(variables::URL, variables.text(variables::URL)?),
                Layers::new(
                    own.and_then(|own| address(own.environment.as_ref())),
                    // A document says itself where it belongs.
                    profile
                        .and_then(Profile::client)
                        .and_then(|_| address(defaults.environment.as_ref())),
                ),
            ),
            min_ttl: Resolved::from_sources(
                flag("--min-ttl", identity.freshness.min_ttl),
                None,
                layers(own, defaults, |it| it.min_ttl.clone()),
            ),
            timeout: Resolved::from_sources(
                flag("--timeout", identity.timeout),
                variable(variables::TIMEOUT, network::timeout_variable(variables)?),
                layers(own, defaults, |it| it.timeout.clone()).or_built_in(network::TIMEOUT),
            ),
            retries: Resolved::from_sources(
                flag("--retries", identity.retries),
                variable(variables::RETRIES, network::retries_variable(variables)?),
                layers(own, defaults, |it| it.retries.clone()).or_built_in(network::RETRIES),
            ),
            ca_files: Resolved::from_sources(
                flag(
                    "--ca-file",
                    Some(identity.ca_file.clone()).filter(|files| !files.is_empty()),
                ),
                variable(
                    variables::CA_FILE,
                    variables.os(variables::CA_FILE).map(|it| vec![it.into()]),
                ),
                layers(own, defaults, |it| it.ca_files.clone()),
            ),
            passphrase_file: Resolved::from_sources(
                flag("--passphrase-file", identity.passphrase_file.clone()),
                path(variables::PASSPHRASE_FILE),
                match profile.and_then(Profile::passphrase) {
                    // The profile has it by other means.
                    Some(_) => Layers::new(None, None),
                    None => layers(own, defaults, |it| it.passphrase_file.clone()),
                },
            ),
            cache: Resolved::from_sources(
                flag("--no-cache", identity.freshness.no_cache.then_some(false)),
                variable(
                    variables::CACHE,
                    variables.os(variables::CACHE).map(|_| false),
                ),
                layers(own, defaults, |it| it.cache.clone()).or_built_in(true),
            ),
            cache_key_file: Resolved::from_sources(
                flag(
                    "--cache-key-file",
                    identity.freshness.cache_key_file.clone(),
                ),
                path(variables::CACHE_KEY_FILE),
                layers(own, defaults, |it| it.cache_key_file.clone()),
            ),
        })
    }

    /// Puts what the configuration says into the flags that were not given, where no variable comes first.
    pub(crate) fn stand_for_flags(self, identity: &mut Identity) {
        identity.url = said(self.environment).or(identity.url.take());
        identity.timeout = said(self.timeout).or(identity.timeout);
        identity.retries = said(self.retries).or(identity.retries);
        if let Some(files) = said(self.ca_files) {
            identity.ca_file = files;
        }
        identity.passphrase_file = said(self.passphrase_file).or(identity.passphrase_file.take());
        let freshness = &mut identity.freshness;
        freshness.min_ttl = said(self.min_ttl).or(freshness.min_ttl);
        freshness.no_cache |= said(self.cache) == Some(false);
        freshness.cache_key_file = said(self.cache_key_file).or(freshness.cache_key_file.take());
    }
}

/// What counts, if the configuration says it.
fn said<T>(decision: Option<Resolved<T>>) -> Option<T> {
    let effective = decision?.effective;
    effective
        .origin
        .location()
        .is_some()
        .then_some(effective.value)
}

fn flag<T>(name: &'static str, value: Option<T>) -> Option<Sourced<T>> {
    let origin = Origin::Flag(name);
    value.map(|value| Sourced { value, origin })
}

fn variable<T>(name: &'static str, value: Option<T>) -> Option<Sourced<T>> {
    let origin = Origin::Variable(name);
    value.map(|value| Sourced { value, origin })
}

fn layers<T>(
    own: Option<&Settings>,
    defaults: &Settings,
    get: impl Fn(&Settings) -> Option<Located<T>>,
) -> Layers<T> {
    Layers::new(own.and_then(&get), get(defaults))
}

fn address(environment: Option<&Located<Environment>>) -> Option<Located<String>> {
    let Located { value, location } = environment?;
    Some(Located {
        value: value.base_url().to_owned(),
        location: location.clone(),
    })
}
