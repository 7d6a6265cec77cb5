//! The errors of starting an emulator.

use std::fmt;
use std::io;

use crate::emulator::scenario::ScenarioError;
use crate::identities::registration_error::RegistrationError;
use crate::state_file_error::StateFileError;

/// The reason why an emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The `imsEndpoint` is neither HOST nor HOST:PORT.
    ImsEndpoint(String),
    /// This text is no name that the control endpoints can accept: it is neither a host name nor an
    /// IP address, or it is a name of Adobe.
    ControlHost(String),
    /// This text is not the name of a metascope. It is empty if there are no metascopes.
    Metascope(String),
    /// This text is not the name of a scope. It is empty if there are no scopes.
    Scope(String),
    /// The emulator cannot listen on the port, for example because another program does, or because
    /// the machine does not have the address.
    Listen(io::Error),
    /// The proxy of the emulator cannot listen on its port.
    ListenProxy(io::Error),
    /// The system did not give a thread, or the means to wait for sockets.
    Thread(io::Error),
    /// The emulator cannot register an account, a client or a person.
    Registration(RegistrationError),
    /// The emulator cannot play its scenario.
    Scenario(ScenarioError),
    /// The emulator cannot use its state file.
    StateFile(StateFileError),
    /// This path names no file of AEM's repository.
    AemFile(String),
    /// The emulator cannot set up TLS, for example because an alias is not a host name.
    Tls(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ImsEndpoint(_) => "the imsEndpoint is neither HOST nor HOST:PORT",
            Self::ControlHost(_) => {
                "a control host is neither a host name nor an IP address, or a name of Adobe"
            }
            Self::Metascope(_) => "a metascope is not a name such as ent_aem_cloud_api",
            Self::Scope(_) => "a scope is not a name such as openid",
            Self::Listen(_) => "the emulator cannot listen on the port",
            Self::ListenProxy(_) => "the proxy of the emulator cannot listen on its port",
            Self::Thread(_) => "the emulator cannot run its server",
            Self::Registration(_) => "the emulator cannot register an account, client or person",
            Self::Scenario(_) => "the emulator cannot play the scenario",
            Self::StateFile(_) => "the emulator cannot use the state file",
            Self::AemFile(_) => "a path names no file below /content/dam/",
            Self::Tls(_) => "the emulator cannot set up TLS",
        })
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(error) | Self::ListenProxy(error) | Self::Thread(error) => Some(error),
            Self::ImsEndpoint(_)
            | Self::ControlHost(_)
            | Self::Metascope(_)
            | Self::Scope(_)
            | Self::AemFile(_) => None,
            Self::Registration(error) => Some(error),
            Self::Scenario(error) => Some(error),
            Self::StateFile(error) => Some(error),
            Self::Tls(error) => Some(&**error),
        }
    }
}
