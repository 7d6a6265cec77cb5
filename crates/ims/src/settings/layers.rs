//! Flag, variable, profile, defaults: what counts of every setting of an identity, and what it overrules.

use std::path::PathBuf;
use std::time::Duration;

use adobe_ims::Environment;
use adobe_ims_config::{Decision, Given, Layers, Located, Origin, Profile, Settings};

use crate::args::IdentityFlags;
use crate::environment::variables::{self, Variables};
use crate::error::Failure;
use crate::http::transport;

/// What every setting is; `None` where nobody says anything.
pub(crate) struct EffectiveSettings {
    pub(crate) environment: Option<Decision<String>>,
    pub(crate) min_ttl: Option<Decision<Duration>>,
    pub(crate) timeout: Option<Decision<Duration>>,
    pub(crate) retries: Option<Decision<u32>>,
    pub(crate) ca_files: Option<Decision<Vec<PathBuf>>>,
    pub(crate) passphrase_file: Option<Decision<PathBuf>>,
    pub(crate) cache: Option<Decision<bool>>,
    pub(crate) cache_key_file: Option<Decision<PathBuf>>,
}

impl EffectiveSettings {
    pub(crate) fn of(
        identity: &IdentityFlags,
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
            environment: Decision::of(
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
            min_ttl: Decision::of(
                flag("--min-ttl", identity.freshness.min_ttl),
                None,
                layers(own, defaults, |it| it.min_ttl.clone()),
            ),
            timeout: Decision::of(
                flag("--timeout", identity.timeout),
                variable(variables::TIMEOUT, transport::timeout_variable(variables)?),
                layers(own, defaults, |it| it.timeout.clone()).or(transport::TIMEOUT),
            ),
            retries: Decision::of(
                flag("--retries", identity.retries),
                variable(variables::RETRIES, transport::retries_variable(variables)?),
                layers(own, defaults, |it| it.retries.clone()).or(transport::RETRIES),
            ),
            ca_files: Decision::of(
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
            passphrase_file: Decision::of(
                flag("--passphrase-file", identity.passphrase_file.clone()),
                path(variables::PASSPHRASE_FILE),
                match profile.and_then(Profile::passphrase) {
                    // The profile has it by other means.
                    Some(_) => Layers::new(None, None),
                    None => layers(own, defaults, |it| it.passphrase_file.clone()),
                },
            ),
            cache: Decision::of(
                flag("--no-cache", identity.freshness.no_cache.then_some(false)),
                variable(
                    variables::CACHE,
                    variables.os(variables::CACHE).map(|_| false),
                ),
                layers(own, defaults, |it| it.cache.clone()).or(true),
            ),
            cache_key_file: Decision::of(
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
    pub(crate) fn stand_for_flags(self, identity: &mut IdentityFlags) {
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
fn said<T>(decision: Option<Decision<T>>) -> Option<T> {
    let winner = decision?.winner;
    winner.origin.place().is_some().then_some(winner.value)
}

fn flag<T>(name: &'static str, value: Option<T>) -> Option<Given<T>> {
    let origin = Origin::Flag(name);
    value.map(|value| Given { value, origin })
}

fn variable<T>(name: &'static str, value: Option<T>) -> Option<Given<T>> {
    let origin = Origin::Variable(name);
    value.map(|value| Given { value, origin })
}

fn layers<T>(
    own: Option<&Settings>,
    defaults: &Settings,
    get: impl Fn(&Settings) -> Option<Located<T>>,
) -> Layers<T> {
    Layers::new(own.and_then(&get), get(defaults))
}

fn address(environment: Option<&Located<Environment>>) -> Option<Located<String>> {
    let Located { value, place } = environment?;
    Some(Located {
        value: value.base_url().to_owned(),
        place: place.clone(),
    })
}
