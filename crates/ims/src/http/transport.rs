//! The way to the network, from flags and environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use adobe_ims::crypto::Crypto;
use adobe_ims::transport::ProxySettings;
use adobe_ims::{Environment, HttpTransport};

use crate::args::duration;
use crate::args::{self, IdentityFlags};
use crate::environment::input;
use crate::environment::variables::{self, Variables};
use crate::error::{CommandProblem, Failure};

/// How long IMS has, unless something else is said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);
/// How often it is asked again, unless something else is said.
pub(crate) const RETRIES: u32 = 2;

/// How long and how often IMS is asked.
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) retries: u32,
}

pub(crate) fn limits(arguments: &IdentityFlags, variables: &Variables) -> Result<Limits, Failure> {
    Ok(Limits {
        timeout: timeout(arguments.timeout, variables)?,
        retries: match arguments.retries {
            Some(retries) => retries,
            None => retries_variable(variables)?.unwrap_or(RETRIES),
        },
    })
}

/// The identity service that a flag names, or else `IMS_URL`.
pub(crate) fn named_service(
    flag: Option<&str>,
    variables: &Variables,
) -> Result<Option<Environment>, Failure> {
    let url = match flag {
        Some(url) => Some(url.to_owned()),
        None => variables.text(variables::URL)?,
    };
    let named = url.as_deref().map(adobe_ims_config::environment);
    Ok(named.transpose()?)
}

/// How long it may take to ask once.
pub(crate) fn timeout(
    argument: Option<Duration>,
    variables: &Variables,
) -> Result<Duration, Failure> {
    Ok(match argument {
        Some(timeout) => timeout,
        None => timeout_variable(variables)?.unwrap_or(TIMEOUT),
    })
}

/// What the environment says of it.
pub(crate) fn timeout_variable(variables: &Variables) -> Result<Option<Duration>, Failure> {
    parsed(variables::TIMEOUT, duration::parse, variables)
}

/// What the environment says of how often to try again.
pub(crate) fn retries_variable(variables: &Variables) -> Result<Option<u32>, Failure> {
    parsed(variables::RETRIES, args::retries, variables)
}

fn parsed<T>(
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
    variables: &Variables,
) -> Result<Option<T>, Failure> {
    let value = variables.text(name)?.as_deref().map(parse).transpose();
    value.map_err(|why| Failure::new(CommandProblem::VariableInvalid, format!("{name}: {why}")))
}

/// A transport that goes the way the user's machine goes.
pub(crate) fn transport(
    ca_files: &[PathBuf],
    timeout: Duration,
    variables: &Variables,
) -> Result<HttpTransport, Failure> {
    let mut builder = HttpTransport::builder(Crypto::ring()).proxies(proxies(variables)?);
    let from_environment = variables.os(variables::CA_FILE).map(PathBuf::from);
    let from_environment = from_environment.filter(|_| ca_files.is_empty());
    for path in ca_files.iter().chain(from_environment.as_ref()) {
        builder = builder.extra_ca(format!("{path:?}"), input::read(path)?.to_vec());
    }
    Ok(builder.timeout(timeout).build()?)
}

fn proxies(variables: &Variables) -> Result<ProxySettings, Failure> {
    let mut values = Vec::new();
    for name in variables::PROXIES {
        values.push((*name, variables.text(name)?));
    }
    Ok(ProxySettings::from_environment(|name| {
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        value.clone()
    }))
}
