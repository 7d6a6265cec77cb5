//! `ims emulator`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum EmulatorCommand {
    /// Serve on loopback until SIGTERM or SIGINT; one line of JSON on stdout says when it is ready
    Serve(ServeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = port)]
    pub(crate) port: u16,
    /// Speak https, with a CA that is made for this run
    #[arg(long)]
    pub(crate) tls: bool,
    /// Write the AEM service credentials here instead of into a temporary folder
    #[arg(long, value_name = "FILE")]
    pub(crate) write_credentials: Option<PathBuf>,
    /// Write the credentials for OAuth server-to-server here instead of into a temporary folder
    #[arg(long, value_name = "FILE")]
    pub(crate) write_oauth_credentials: Option<PathBuf>,
    /// Write the CA certificate here instead of into a temporary folder
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) write_ca: Option<PathBuf>,
    /// The metascopes of the technical account, separated by commas
    #[arg(long, value_name = "LIST")]
    pub(crate) metascopes: Option<String>,
    /// The scopes that its OAuth clients may ask for, separated by commas
    #[arg(long, value_name = "LIST")]
    pub(crate) scopes: Option<String>,
    /// The imsEndpoint in the credentials, HOST or HOST:PORT; `self` for this emulator's own address
    #[arg(long, value_name = "HOST", default_value = "ims-na1.adobelogin.com")]
    pub(crate) ims_endpoint: String,
}

fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| "give a number from 0 to 65535".to_owned())
}
