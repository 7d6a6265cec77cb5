//! `ims emulator serve`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

use super::setting::{self, SettingFlag};
use super::start_clock::ClockFlags;

pub(super) const HELP: &str = "\
A line of JSON on stdout, the ready line, says that the emulator accepts
connections, and where. SIGTERM or SIGINT ends it.

Examples:
  ims emulator serve --port 8080 --ready-file ready.json
  ims emulator serve --connect-port 0 --ready-file ready.json
  ims emulator serve --setting default_tier=publish --exit-with-stdin";

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address to listen on, for containers [default: loopback only].
    /// Every machine that reaches it can control the emulator, and with the
    /// folders of batches read and write files
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) listen: Option<IpAddr>,
    /// A host name, besides localhost, under which tests call the emulator
    /// and its control endpoints, such as that of its service in compose;
    /// may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) control_host: Vec<String>,
    /// The port; 0 selects a free one
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = port)]
    pub(crate) port: u16,
    /// Serve https, with a CA that is created for this run
    #[arg(long)]
    pub(crate) tls: bool,
    /// The file for the AEM service credentials
    /// [default: in a temporary folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) write_credentials: Option<PathBuf>,
    /// The file for the credentials of OAuth server-to-server
    /// [default: in a temporary folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) write_oauth_credentials: Option<PathBuf>,
    /// The file for the CA certificate [default: in a temporary folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) write_ca: Option<PathBuf>,
    /// A file for the ready line, too; it exists while the emulator accepts
    /// connections
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Open a CONNECT proxy on this port, which leads Adobe's host names to
    /// the emulator; 0 selects a free one
    #[arg(long, value_name = "N", value_parser = port)]
    pub(crate) connect_port: Option<u16>,
    /// Make the proxy ask for the user and the password in the ready line
    #[arg(long, requires = "connect_port")]
    pub(crate) proxy_auth: bool,
    /// The file that keeps registrations and tokens over restarts
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// A JSON list of requests to the remote control to play at the start:
    /// method, path, body
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// End when stdin closes
    #[arg(long)]
    pub(crate) exit_with_stdin: bool,
    #[command(flatten)]
    pub(crate) clock: ClockFlags,
    /// The metascopes of the technical account, separated by commas
    #[arg(long, value_name = "LIST")]
    pub(crate) metascopes: Option<String>,
    /// The scopes that the OAuth clients may request, separated by commas
    #[arg(long, value_name = "LIST")]
    pub(crate) scopes: Option<String>,
    /// The imsEndpoint in the credentials: HOST, HOST:PORT, or `self` for the
    /// address of this emulator
    #[arg(long, value_name = "HOST", default_value = "ims-na1.adobelogin.com")]
    pub(crate) ims_endpoint: ImsEndpoint,
    /// How IMS and AEM answer where sources disagree, such as
    /// `default_tier=publish`; may be repeated
    #[arg(long = "setting", value_name = "NAME=VALUE", value_parser = SettingFlag::parse, long_help = setting::long_help())]
    pub(crate) settings: Vec<SettingFlag>,
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

fn address(text: &str) -> Result<IpAddr, String> {
    text.parse()
        .map_err(|_| "give an IP address, such as 0.0.0.0 for all interfaces".to_owned())
}

fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| "give a number from 0 to 65535".to_owned())
}
