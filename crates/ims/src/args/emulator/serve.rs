//! `ims emulator serve`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The port; 0 selects a free one
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = port)]
    pub(crate) port: u16,
    /// Serve https, with a CA that is created for this run
    #[arg(long)]
    pub(crate) tls: bool,
    /// The file for the AEM service credentials [default: in a temporary folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) write_credentials: Option<PathBuf>,
    /// The file for the credentials of OAuth server-to-server [default: in a temporary folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) write_oauth_credentials: Option<PathBuf>,
    /// The file for the CA certificate [default: in a temporary folder]
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) write_ca: Option<PathBuf>,
    /// The metascopes of the technical account, separated by commas
    #[arg(long, value_name = "LIST")]
    pub(crate) metascopes: Option<String>,
    /// The scopes that the OAuth clients may request, separated by commas
    #[arg(long, value_name = "LIST")]
    pub(crate) scopes: Option<String>,
    /// The imsEndpoint in the credentials: HOST, HOST:PORT, or `self` for the address of this emulator
    #[arg(long, value_name = "HOST", default_value = "ims-na1.adobelogin.com")]
    pub(crate) ims_endpoint: ImsEndpoint,
}

/// The imsEndpoint in the credentials of the emulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ImsEndpoint {
    /// The address of the emulator.
    Own,
    Host(String),
}

impl From<&str> for ImsEndpoint {
    fn from(text: &str) -> Self {
        if text == "self" {
            Self::Own
        } else {
            Self::Host(text.to_owned())
        }
    }
}

fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| "give a number from 0 to 65535".to_owned())
}
