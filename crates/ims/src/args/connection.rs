//! The connection to IMS.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;

/// The connection to IMS.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct ConnectionFlags {
    /// The identity service: an address, `prod` or `stage` [default: as the profile, the document or the token says, else production; env: IMS_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// A PEM file of CA certificates to trust in addition; may be repeated [env: IMS_CA_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time limit of a request, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) timeout: Option<Duration>,
}
