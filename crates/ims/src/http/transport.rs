//! The transport, as flags, variables and the configuration ask for it.

use adobe_ims::crypto::Crypto;
use adobe_ims::internal::network::{ConnectionTrace, traced};
use adobe_ims::transport::{HttpTransportBuilder, ProxySettings};
use adobe_ims::{HttpTransport, ImsClient};

use crate::environment::input::NamedFile;
use crate::environment::{Variables, variables};
use crate::error::Failure;
use crate::settings::Connection;

/// Makes a transport with the CA certificates and the proxies of the user.
pub(crate) fn transport(
    connection: &Connection,
    variables: &Variables,
) -> Result<HttpTransport, Failure> {
    Ok(builder(connection, variables)?.build()?)
}

/// Makes a client of IMS that records the steps of its first connection.
pub(crate) fn traced_ims_client(
    connection: &Connection,
    variables: &Variables,
    trace: &ConnectionTrace,
) -> Result<ImsClient, Failure> {
    let transport = traced(builder(connection, variables)?, trace).build()?;
    Ok(ImsClient::new(transport))
}

/// Makes a transport to this machine, which uses no proxy.
pub(crate) fn local_transport(connection: &Connection) -> Result<HttpTransport, Failure> {
    Ok(direct(connection)?.build()?)
}

fn builder(
    connection: &Connection,
    variables: &Variables,
) -> Result<HttpTransportBuilder, Failure> {
    Ok(direct(connection)?.proxies(proxies(variables)?))
}

fn direct(connection: &Connection) -> Result<HttpTransportBuilder, Failure> {
    let mut builder = HttpTransport::builder(Crypto::ring());
    for path in &connection.ca_files {
        let file = NamedFile::new("--ca-file, IMS_CA_FILE or `ca_files`", path);
        builder = builder.extra_ca(format!("{path:?}"), file.read()?.bytes.to_vec());
    }
    Ok(builder.timeout(connection.timeout))
}

/// Makes a client of IMS with a transport of its own.
pub(crate) fn ims_client(
    connection: &Connection,
    variables: &Variables,
) -> Result<ImsClient, Failure> {
    Ok(ImsClient::new(transport(connection, variables)?))
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
