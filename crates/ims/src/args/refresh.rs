//! `ims refresh` and `ims exchange`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::{ClientFlags, OutputFlags};

pub(super) const REFRESH_HELP: &str = "\
With the access token IMS returns the next refresh token, and the present one may become invalid. So that the next \
one is not lost, either name a file with --write-refresh-token (it may be FILE itself), or print both tokens with \
-o json. After `ims login` this command is not needed.";

#[derive(Debug, Args)]
pub(crate) struct RefreshArgs {
    /// The file of the refresh token; `-` reads stdin [default: IMS_REFRESH_TOKEN, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// The profile of the client that the refresh token was issued to [env: IMS_PROFILE]
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["client_id", "client_secret_file"])]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientFlags,
    /// The scopes to request, of those that were granted, separated by commas or spaces [default: all of them]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// The file for the next refresh token, readable by you alone
    #[arg(long, value_name = "FILE")]
    pub(crate) write_refresh_token: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) form: OutputFlags,
}

pub(super) const EXCHANGE_HELP: &str = "\
--to-org and --to-user exchange the token for one of another profile of the same person. --on-behalf-of exchanges it \
for one with which the client acts for the person; name scopes of the client with --scope then. The client needs a \
secret.";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("target").required(true).args(["to_org", "to_user", "on_behalf_of"]))]
pub(crate) struct ExchangeArgs {
    /// The file of the access token of the person; `-` reads stdin [default: IMS_ACCESS_TOKEN, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// Get a token of the person's profile in this organisation, …@AdobeOrg
    #[arg(long, value_name = "ID")]
    pub(crate) to_org: Option<String>,
    /// Get a token of the person's profile with this user id
    #[arg(long, value_name = "ID")]
    pub(crate) to_user: Option<String>,
    /// Get a token with which the client acts for the person
    #[arg(long)]
    pub(crate) on_behalf_of: bool,
    /// The profile of the client [env: IMS_PROFILE]
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["client_id", "client_secret_file"])]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientFlags,
    /// The scopes to request, separated by commas or spaces [default: those of the profile; env: IMS_SCOPES]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// The audience of the token; may be repeated
    #[arg(long, value_name = "URI")]
    pub(crate) resource: Vec<String>,
    #[command(flatten)]
    pub(crate) form: OutputFlags,
}
