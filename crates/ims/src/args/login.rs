//! `ims login` and `ims logout`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{ClientFlags, ConnectionFlags};
use crate::args::duration;

pub(super) const LOGIN_HELP: &str = "\
The command prints an address on stderr and opens it in a browser. You sign in at Adobe, and the browser returns to \
this machine. The session is stored under the name of the profile (in IMS_STATE_DIR, XDG_STATE_HOME/ims or \
~/.local/state/ims). `ims token`, `exec`, `curl` and `whoami` use it. To stay signed in, request the scope \
offline_access. A second sign-in replaces the first.

With --client-id and --scope the profile is written to the configuration after the sign-in. The client must be \
registered with exactly this redirect URI.

Exit codes: 9 nobody signed in · 4 the person or a rule of the organisation refused.";

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// The profile, of type user-pkce [default: the default profile, or `default` with --client-id; env: IMS_PROFILE]
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<String>,
    /// The profile, as a flag
    #[arg(short, long, value_name = "NAME", conflicts_with = "name")]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientFlags,
    /// The scopes to request, separated by commas or spaces, with --client-id [env: IMS_SCOPES]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// The audience of the token; may be repeated
    #[arg(long, value_name = "URI")]
    pub(crate) resource: Vec<String>,
    /// The redirect URI, which the browser returns to [default: that of the profile, or http://localhost:8888]
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Option<String>,
    /// Short for --redirect-uri http://localhost:PORT; 0 selects a free port
    #[arg(long, value_name = "PORT", conflicts_with = "redirect_uri")]
    pub(crate) port: Option<u16>,
    /// The OAuth flow
    #[arg(long, value_enum, default_value_t, value_name = "FLOW")]
    pub(crate) flow: FlowName,
    /// Always or never ask the person to sign in, even if the browser has a session
    #[arg(long, value_enum, value_name = "PROMPT")]
    pub(crate) prompt: Option<PromptName>,
    /// Print the address, and open no browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Read the address that the browser returned to from stdin, for a browser on another machine
    #[arg(long, conflicts_with = "port")]
    pub(crate) paste: bool,
    /// The time limit of the sign-in, such as 90s or 10m
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse)]
    pub(crate) wait: Duration,
    /// The file of a key that encrypts the session (openssl rand -base64 32) [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PromptName {
    /// Always: to sign in as another person
    Login,
    /// Never: fail if the person would have to be asked
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlowName {
    /// An authorization code, which is exchanged for tokens
    #[default]
    Code,
    /// An access token that cannot be refreshed, for clients that are limited to this flow
    Implicit,
}

pub(super) const LOGOUT_HELP: &str = "\
IMS revokes the refresh token and the access tokens that were requested with it. Then the session and its cached \
tokens are deleted here. If IMS cannot be reached, nothing is deleted, so that you can try again. The browser stays \
signed in at Adobe.";

#[derive(Debug, Args)]
pub(crate) struct LogoutArgs {
    /// The profile, of type user-pkce [default: the default profile; env: IMS_PROFILE]
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<String>,
    /// The profile, as a flag
    #[arg(short, long, value_name = "NAME", conflicts_with = "name")]
    pub(crate) profile: Option<String>,
    /// Delete the session here only, and revoke nothing: the refresh token stays valid at IMS
    #[arg(long)]
    pub(crate) local: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
    /// The file of the key that encrypts the session [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}
