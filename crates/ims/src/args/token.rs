//! `ims token`.

use clap::{Args, ValueEnum};

use super::IdentityFlags;

#[derive(Debug, Default, Args)]
pub(crate) struct TokenArgs {
    #[command(flatten)]
    pub(crate) form: OutputFlags,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}

/// The output format of a token.
#[derive(Debug, Default, Args)]
pub(crate) struct OutputFlags {
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TokenFormat,
    /// The syntax of `-o env` [default: posix]
    #[arg(long, value_enum, value_name = "SHELL")]
    pub(crate) shell: Option<Shell>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// The token alone
    #[default]
    Token,
    /// JSON with the token, its expiry and its client
    Json,
    /// `Authorization: Bearer …`
    Header,
    /// Authorization, x-api-key and x-gw-ims-org-id, if their values are known
    Headers,
    /// The headers as configuration for `curl -K -`
    Curl,
    /// IMS_ACCESS_TOKEN and IMS_EXPIRES_AT, for the eval of a shell
    Env,
    /// For later steps of a GitHub Actions job: masks the token, then writes it to GITHUB_ENV and GITHUB_OUTPUT
    Github,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// sh, bash, zsh
    #[default]
    Posix,
    Fish,
    Powershell,
    /// The command prompt of Windows
    Cmd,
    /// A file of NAME=value lines
    Dotenv,
}
