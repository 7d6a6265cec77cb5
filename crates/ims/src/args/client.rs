//! A client of OAuth, and the way to IMS.

use std::path::PathBuf;
use std::time::Duration;

use adobe_ims_config::Profile;
use clap::Args;

use crate::args::duration;

/// Which client asks, where no profile says it. No flag takes a secret as its value.
#[derive(Debug, Default, Args)]
pub(crate) struct ClientFlags {
    /// The client, instead of a profile [env: IMS_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The file with its secret, if it has any [env: IMS_CLIENT_SECRET_FILE, or the secret itself in IMS_CLIENT_SECRET]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) client_secret_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
}

/// The way to IMS.
#[derive(Debug, Default, Args)]
pub(crate) struct ConnectionFlags {
    /// Ask this identity service: an address, `prod` or `stage` [default: the one of the profile, or production; env: IMS_URL]
    #[arg(help_heading = "Network", long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Trust the CA certificates of this PEM file too [env: IMS_CA_FILE]
    #[arg(help_heading = "Network", long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time allowed to connect, ask and read the answer, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(help_heading = "Network", long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) timeout: Option<Duration>,
    /// Whether the configuration wants no cache.
    #[arg(skip)]
    pub(crate) no_cache: bool,
    /// The profile that was selected, by whatever.
    #[arg(skip)]
    pub(crate) selected: Option<Box<Profile>>,
}
