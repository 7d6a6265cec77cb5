//! `ims login` and `ims logout`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{ClientFlags, ConnectionFlags};
use crate::args::duration;

pub(super) const LOGIN_HELP: &str = "\
Somebody opens the address on stderr, signs in at Adobe, and the browser comes back to this machine. What the \
sign-in leaves is kept under the name of the profile (in IMS_STATE_DIR, XDG_STATE_HOME/ims or ~/.local/state/ims), \
and `ims token`, `exec`, `curl` and `whoami` get their tokens with it. To stay signed in, the scope offline_access is \
needed. A second sign-in takes the place of the first.

With --client-id, and with --scope, the profile is written to the configuration once the sign-in has gone well. \
The client must be registered with the redirect URI exactly as it is. Ends with 9 when nobody signs in, and \
with 4 when they say no.";

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// The profile of type user-pkce [default: the default one, or `default` with --client-id; env: IMS_PROFILE]
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<String>,
    /// The same
    #[arg(short, long, value_name = "NAME", conflicts_with = "name")]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientFlags,
    /// Scopes to ask for, separated by commas or blanks, with --client-id [env: IMS_SCOPES]
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// Whom the token is for; several may be named
    #[arg(long, value_name = "URI")]
    pub(crate) resource: Vec<String>,
    /// Where the browser comes back to [default: that of the profile, or http://localhost:8888]
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Option<String>,
    /// The same as --redirect-uri http://localhost:PORT; 0 is any free one
    #[arg(long, value_name = "PORT", conflicts_with = "redirect_uri")]
    pub(crate) port: Option<u16>,
    /// What the browser brings back
    #[arg(long, value_enum, default_value_t, value_name = "FLOW")]
    pub(crate) flow: FlowName,
    /// Whether the person is asked who they are: always, or never, also where the browser knows them
    #[arg(long, value_enum, value_name = "PROMPT")]
    pub(crate) prompt: Option<PromptName>,
    /// Only print the address
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Read the address to which the browser came back from stdin, for a browser on another machine
    #[arg(long, conflicts_with = "port")]
    pub(crate) paste: bool,
    /// How long to wait for somebody to sign in, such as 90s or 10m
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse)]
    pub(crate) wait: Duration,
    /// Seal what is kept with the key in this file (openssl rand -base64 32) [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PromptName {
    /// Always: for who is to sign in as somebody else than the browser thinks
    Login,
    /// Never: it fails where somebody would have to be asked
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlowName {
    /// A code, which is exchanged for tokens
    #[default]
    Code,
    /// An access token that cannot be refreshed, for clients that may do nothing else
    Implicit,
}

pub(super) const LOGOUT_HELP: &str = "\
IMS is told that the refresh token, and whatever was got with it, is to be valid no longer; then it is deleted \
here, with the tokens in the cache. If IMS cannot be asked, all is kept, so that you can try again. The browser \
stays signed in at Adobe.";

#[derive(Debug, Args)]
pub(crate) struct LogoutArgs {
    /// The profile of type user-pkce [default: the default one; env: IMS_PROFILE]
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<String>,
    /// The same
    #[arg(short, long, value_name = "NAME", conflicts_with = "name")]
    pub(crate) profile: Option<String>,
    /// Only delete what is kept here, and ask nobody: the refresh token stays valid at IMS
    #[arg(long)]
    pub(crate) local: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
    /// The key with which it is sealed [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}
