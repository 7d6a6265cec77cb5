//! The OAuth client that sends a request.

use std::path::PathBuf;

use clap::Args;

use super::ConnectionFlags;

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
