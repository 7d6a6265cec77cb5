//! The way to the network, from flags and environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use adobe_ims::{HttpTransport, ProxySettings, crypto};
use tokio::runtime::{Builder, Runtime};

use crate::failure::{Failure, VARIABLE_INVALID};
use crate::variables::{self, Variables};
use crate::{input, span};

/// A transport that goes the way the user's machine goes.
pub(crate) fn transport(
    ca_files: &[PathBuf],
    timeout: Option<Duration>,
    variables: &Variables,
) -> Result<HttpTransport, Failure> {
    let mut builder =
        HttpTransport::builder(Arc::new(crypto::default_provider())).proxies(proxies(variables)?);
    let from_environment = variables.os(variables::CA_FILE).map(PathBuf::from);
    let from_environment = from_environment.filter(|_| ca_files.is_empty());
    for path in ca_files.iter().chain(from_environment.as_ref()) {
        builder = builder.extra_ca(format!("{path:?}"), input::read(path)?.to_vec());
    }
    let timeout = match (timeout, variables.text(variables::TIMEOUT)?) {
        (Some(timeout), _) => Some(timeout),
        (None, Some(text)) => Some(span::parse(text).map_err(|why| {
            Failure::configuration(VARIABLE_INVALID, format!("{}: {why}", variables::TIMEOUT))
        })?),
        (None, None) => None,
    };
    if let Some(timeout) = timeout {
        builder = builder.timeout(timeout);
    }
    Ok(builder.build()?)
}

fn proxies(variables: &Variables) -> Result<ProxySettings, Failure> {
    let mut values = Vec::new();
    for name in variables::PROXIES {
        values.push((*name, variables.text(name)?));
    }
    Ok(ProxySettings::from_environment(|name| {
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        value.map(str::to_owned)
    }))
}

/// The runtime of a command that makes a request or two.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unexpected(format!("no runtime: {error}")))
}

/// Waits for what goes over the network. A look-up of a name that hangs does not hold the command up
/// beyond its deadline: it is left to itself.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = runtime()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}
