//! A token that asks IMS itself: `ims whoami`, `ims orgs` and `ims admin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{IdentityFlags, TextFormat};

pub(super) const HELP: &str = "\
The token is the one in FILE, of the client that --client-id names if the token does not; without FILE it is got for \
the credentials that flags name, or it is IMS_ACCESS_TOKEN, or got for the credentials that variables name; where \
nothing does, it is read from stdin. It goes to the identity service that it was got from; one that was given as it \
is goes to production or stage of IMS, as its claim `as` says, or to --url.";

#[derive(Debug, Args)]
pub(crate) struct CallerArgs {
    /// The file that holds the token, `-` for stdin
    #[arg(value_name = "FILE|-", conflicts_with_all = [
        "profile", "credentials", "context", "client_secret_file", "scope", "metascope", "org", "technical_account", "token_version", "resource",
        "private_key_file", "code_file", "device_id", "device_token_file", "resource", "passphrase_file", "min_ttl", "force", "cached_only", "no_cache", "cache_key_file",
    ])]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}

#[derive(Debug, Args)]
pub(crate) struct WhoamiArgs {
    /// Ask in the words of OpenID Connect; it needs the scope openid
    #[arg(long)]
    pub(crate) userinfo: bool,
    /// The version of the endpoint: v1, v2 or v3 [default: v1]; with --userinfo v1 or v2 [default: v2]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// Unpack the fulfillable_data of products, which names the instance
    #[arg(long, conflicts_with = "userinfo")]
    pub(crate) decode: bool,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct OrgsArgs {
    /// The version of the endpoint, v1 to v6 [default: v6]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Show who somebody is
    #[command(after_help = HELP)]
    Profile(Box<AdminArgs>),
    /// Show the organisations of somebody
    #[command(after_help = HELP)]
    Orgs(Box<AdminArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct AdminArgs {
    /// The user id before its `@`
    #[arg(long, value_name = "ID")]
    pub(crate) guid: String,
    /// The user id after its `@`, such as AdobeID
    #[arg(long, value_name = "SOURCE")]
    pub(crate) auth_src: String,
    /// The version of the endpoint: v1 to v3 of the profile [default: v1], v1 to v5 of the organisations [default: v5]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
}
