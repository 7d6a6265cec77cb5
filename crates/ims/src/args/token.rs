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

/// In what form a token is handed out.
#[derive(Debug, Default, Args)]
pub(crate) struct OutputFlags {
    /// What to print
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TokenFormat,
    /// Whose syntax `-o env` is written in [default: posix]
    #[arg(long, value_enum, value_name = "SHELL")]
    pub(crate) shell: Option<Shell>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// The token and nothing else
    #[default]
    Token,
    /// A JSON object with the token, its expiry and its owner
    Json,
    /// `Authorization: Bearer …`
    Header,
    /// Authorization, x-api-key and x-gw-ims-org-id, as far as they are known
    Headers,
    /// The same for `curl -K -`
    Curl,
    /// IMS_ACCESS_TOKEN and IMS_EXPIRES_AT, to be evaluated by a shell
    Env,
    /// For the later steps of a job in GitHub Actions: masked, then written to GITHUB_ENV and GITHUB_OUTPUT
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
