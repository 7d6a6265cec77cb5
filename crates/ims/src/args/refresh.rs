//! `ims refresh` and `ims exchange`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::{ClientFlags, OutputFlags};

pub(super) const REFRESH_HELP: &str = "\
IMS hands out the next refresh token with the access token, and the one that was shown may be worth nothing from then \
on. So that it is not lost, either it is written to the file that --write-refresh-token names, which may be the one \
that it came from, or all is printed with -o json. Who signs in with `ims login` needs none of this.";

#[derive(Debug, Args)]
pub(crate) struct RefreshArgs {
    /// The file that holds the refresh token, `-` for stdin [default: IMS_REFRESH_TOKEN, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// The profile whose client it is of [env: IMS_PROFILE]
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["client_id", "client_secret_file"])]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientFlags,
    /// Scopes to ask for, of those that were granted, separated by commas or blanks [default: all of them]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// Where the next refresh token is written to, readable by you alone
    #[arg(long, value_name = "FILE")]
    pub(crate) write_refresh_token: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) form: OutputFlags,
}

pub(super) const EXCHANGE_HELP: &str = "\
With --to-org or --to-user the token of a person becomes that of another profile of the same person. With \
--on-behalf-of it becomes one with which the client acts for the person; the scopes must be named then, and be the \
client's. The client needs a secret for either.";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("target").required(true).args(["to_org", "to_user", "on_behalf_of"]))]
pub(crate) struct ExchangeArgs {
    /// The file that holds the access token of the person, `-` for stdin [default: IMS_ACCESS_TOKEN, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// The profile in this organisation, …@AdobeOrg
    #[arg(long, value_name = "ID")]
    pub(crate) to_org: Option<String>,
    /// The profile with this user id
    #[arg(long, value_name = "ID")]
    pub(crate) to_user: Option<String>,
    /// The same person, for whom the client acts
    #[arg(long)]
    pub(crate) on_behalf_of: bool,
    /// The profile whose client asks [env: IMS_PROFILE]
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["client_id", "client_secret_file"])]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientFlags,
    /// Scopes to ask for, separated by commas or blanks [default: those of the profile; env: IMS_SCOPES]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// Whom the token is for; several may be named
    #[arg(long, value_name = "URI")]
    pub(crate) resource: Vec<String>,
    #[command(flatten)]
    pub(crate) form: OutputFlags,
}
