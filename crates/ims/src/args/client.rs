//! The OAuth client that sends a request.

use std::path::PathBuf;

use clap::Args;

use super::ConnectionFlags;

/// The OAuth client, if no profile names it. No flag takes a secret as its value.
#[derive(Debug, Default, Args)]
pub(crate) struct ClientFlags {
    /// The client id, instead of a profile [env: IMS_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The file of the client secret, if there is one [env: IMS_CLIENT_SECRET_FILE; IMS_CLIENT_SECRET holds the secret itself]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) client_secret_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
}
