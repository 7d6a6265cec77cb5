//! `ims whoami`, `ims orgs` and `ims admin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{IdentityFlags, TextFormat};

pub(super) const HELP: &str = "\
The access token comes from the first of:
  1. FILE; --client-id names the client if the token does not
  2. the credentials or the profile that flags name
  3. IMS_ACCESS_TOKEN
  4. the credentials that variables name, or the profile
  5. stdin

The token is sent to the identity service that issued it. A token from FILE, IMS_ACCESS_TOKEN or stdin is sent to \
production or stage of IMS, as its claim `as` says, or to --url.";

#[derive(Debug, Args)]
pub(crate) struct CallerArgs {
    /// The file of the token; `-` reads stdin
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
    /// Use the userinfo endpoint of OpenID Connect; the token needs the scope openid
    #[arg(long)]
    pub(crate) userinfo: bool,
    /// The version of the endpoint: v1, v2 or v3 [default: v1]; with --userinfo: v1 or v2 [default: v2]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// Unpack the fulfillable_data of products, which names the instance
    #[arg(long, conflicts_with = "userinfo")]
    pub(crate) decode: bool,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct OrgsArgs {
    /// The version of the endpoint: v1 to v6 [default: v6]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Show the profile of a user
    #[command(after_help = HELP)]
    Profile(Box<AdminArgs>),
    /// Show the organisations of a user
    #[command(after_help = HELP)]
    Orgs(Box<AdminArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct AdminArgs {
    /// The part of the user id before `@`
    #[arg(long, value_name = "ID")]
    pub(crate) guid: String,
    /// The part of the user id after `@`, such as AdobeID
    #[arg(long, value_name = "SOURCE")]
    pub(crate) auth_src: String,
    /// The version of the endpoint; profile: v1 to v3 [default: v1]; orgs: v1 to v5 [default: v5]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
}
