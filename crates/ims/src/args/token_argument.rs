//! A token that IMS is asked about: `ims validate` and `ims revoke`.

use std::path::PathBuf;

use adobe_ims::api::TokenType;
use clap::{Args, ValueEnum};

use super::{ConnectionFlags, TextFormat};

#[derive(Debug, Args)]
pub(crate) struct TokenArgumentFlags {
    /// The file that holds the token, `-` for stdin [default: IMS_ACCESS_TOKEN, or the variable of its kind, else stdin]
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// What it is
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    pub(crate) kind: Kind,
    /// The client that the token was issued to [default: as the token says]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
}

/// The kinds of token that IMS tells apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// An access token
    #[default]
    Access,
    /// A refresh token, which a sign-in leaves; IMS_REFRESH_TOKEN
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
The token goes to production or stage of IMS, as its claim `as` says, or to --url, and nowhere else. Once IMS \
has revoked it, it is deleted from the cache, and a sign-in that it was of is over. An API may go on accepting an \
access token for a while. The token of a service is revoked with the client's secret; codes cannot be revoked.";

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    pub(crate) token: TokenArgumentFlags,
    /// Revoke what was got with it as well: the access tokens of a refresh token or of a device
    #[arg(long)]
    pub(crate) cascade: bool,
    /// The file with the client secret, for the token of a service [env: IMS_CLIENT_SECRET_FILE, or the secret itself in IMS_CLIENT_SECRET]
    #[arg(long, value_name = "FILE|-")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// The key that the cache is sealed with [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

pub(super) const VALIDATE_HELP: &str = "\
Ends with 0 when the token is valid and with 7 when it is not; stdout says which, and why. The token goes \
to IMS: to production or stage at Adobe, as its claim `as` says, or to --url, and nowhere else.";

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) token: TokenArgumentFlags,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
