//! `ims validate` and `ims revoke`.

use std::path::PathBuf;

use adobe_ims::api::TokenType;
use clap::{Args, ValueEnum};

use super::{ConnectionFlags, TextFormat};

#[derive(Debug, Args)]
pub(crate) struct TokenArgumentFlags {
    /// The file of the token; `-` reads stdin [default: IMS_ACCESS_TOKEN, or the variable of the kind, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// The kind of the token
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    pub(crate) kind: Kind,
    /// The client that the token was issued to [default: as the token says]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// An access token
    #[default]
    Access,
    /// A refresh token; IMS_REFRESH_TOKEN
    Refresh,
    /// The token of a device; IMS_DEVICE_TOKEN
    Device,
    /// The token of a service; IMS_SERVICE_TOKEN
    Service,
    /// An authorization code; IMS_AUTHORIZATION_CODE
    Code,
}

impl Kind {
    pub(crate) fn token_type(self) -> TokenType {
        match self {
            Self::Access => TokenType::Access,
            Self::Refresh => TokenType::Refresh,
            Self::Device => TokenType::Device,
            Self::Service => TokenType::Service,
            Self::Code => TokenType::AuthorizationCode,
        }
    }
}

pub(super) const REVOKE_HELP: &str = "\
The token is sent to production or stage of IMS, as its claim `as` says, or to --url. When IMS has revoked the token, \
it is deleted from the cache, and its session ends. An API may accept an access token for a while longer. The token \
of a service is revoked with the secret of the client. Authorization codes cannot be revoked.";

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    pub(crate) token: TokenArgumentFlags,
    /// Also revoke the access tokens that were requested with the refresh token or device token
    #[arg(long)]
    pub(crate) cascade: bool,
    /// The file of the client secret, for the token of a service [env: IMS_CLIENT_SECRET_FILE; IMS_CLIENT_SECRET holds the secret itself]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// The file of the key that encrypts the cache [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

pub(super) const VALIDATE_HELP: &str = "\
The token is sent to production or stage of IMS, as its claim `as` says, or to --url. Stdout says whether the token \
is valid, and why not.

Exit codes: 0 valid · 7 not valid.";

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) token: TokenArgumentFlags,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
