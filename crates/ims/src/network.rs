//! The way to the network, from flags and environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use adobe_ims::{HttpTransport, ProxySettings, ring};
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
    let variable = |name: &str| variables.text(name).map(str::to_owned);
    let mut builder = HttpTransport::builder(Arc::new(ring::default_provider()))
        .proxies(ProxySettings::from_environment(variable));
    let from_environment = variables.os(variables::CA_FILE).map(PathBuf::from);
    let from_environment = from_environment.filter(|_| ca_files.is_empty());
    for path in ca_files.iter().chain(from_environment.as_ref()) {
        builder = builder.extra_ca(input::read(path)?.to_vec());
    }
    let timeout = match (timeout, variables.text(variables::TIMEOUT)) {
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

/// The runtime of a command that makes a request or two.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unexpected(format!("no runtime: {error}")))
}
