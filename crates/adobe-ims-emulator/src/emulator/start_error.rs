//! Why an emulator did not start.

use std::fmt;
use std::io;

use crate::identities::account::AccountError;

/// Why an emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// This is neither HOST nor HOST:PORT.
    ImsEndpoint(String),
    /// This is no name of a metascope.
    Metascope(String),
    /// This is no name of a scope.
    Scope(String),
    /// The port cannot be listened on, for one because something else does.
    Listen(io::Error),
    /// The system gave no thread, or nothing to wait for sockets with.
    Thread(io::Error),
    /// An account cannot be registered.
    Account(AccountError),
    /// No TLS certificate could be made, for one because an alias is not a host name.
    Tls(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ImsEndpoint(_) => "the imsEndpoint is neither HOST nor HOST:PORT",
            Self::Metascope(_) => "a metascope is not a name such as ent_aem_cloud_api",
            Self::Scope(_) => "a scope is not a name such as openid",
            Self::Listen(_) => "the emulator cannot listen on the port",
            Self::Thread(_) => "the emulator cannot run its server",
            Self::Account(_) => "the emulator cannot register an account",
            Self::Tls(_) => "the emulator cannot make its TLS certificate",
        })
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(error) | Self::Thread(error) => Some(error),
            Self::ImsEndpoint(_) | Self::Metascope(_) | Self::Scope(_) => None,
            Self::Account(error) => Some(error),
            Self::Tls(error) => Some(&**error),
        }
    }
}
