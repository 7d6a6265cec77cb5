//! A token that IMS is asked about: `ims validate` and `ims revoke`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::TextFormat;
use crate::span;

#[derive(Debug, Args)]
pub(crate) struct Subject {
    /// The file that holds the token, `-` for stdin [default: IMS_ACCESS_TOKEN, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// The client that the token was issued to [default: as the token says]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Ask this identity service [default: the one of Adobe's that the token names, production if none; env: IMS_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Trust the CA certificates of this PEM file too [env: IMS_CA_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time allowed to connect, ask and read the answer, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    pub(crate) timeout: Option<Duration>,
}

pub(super) const REVOKE_HELP: &str = "\
The token goes to production or stage of IMS, as its claim `as` says, or to --url, and nowhere else. Once IMS \
has revoked it, it is deleted from the cache. An API may go on accepting it for a while.";

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// The key that the cache is sealed with [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

pub(super) const VALIDATE_HELP: &str = "\
Ends with 0 when the token is valid and with 7 when it is not; stdout says which, and why. The token goes \
to IMS: to production or stage at Adobe, as its claim `as` says, or to --url, and nowhere else.";

#[derive(Debug, Args)]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
