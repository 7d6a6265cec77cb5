//! The failures of starting the emulator, in the terms of the command line.

use std::error::Error as _;
use std::io;

use adobe_ims_emulator::{StartError, StateFileError};

use crate::args::ServeArgs;
use crate::error::{CommandProblem, Failure};

/// The first port that every user may listen on, on most systems.
const FIRST_FREE_PORT: u16 = 1024;

pub(super) fn not_started(args: &ServeArgs, error: &StartError) -> Failure {
    match error {
        StartError::ImsEndpoint(_) | StartError::Metascope(_) | StartError::Scope(_) => {
            Failure::usage(error.to_string())
        }
        StartError::ControlHost(name) => {
            Failure::usage(format!("--control-host {name:?}: {error}"))
                .with_hint("give a name without a port, such as the name of the service in compose")
        }
        StartError::Listen(cause) if cause.kind() == io::ErrorKind::AddrNotAvailable => {
            Failure::new(
                CommandProblem::EmulatorNotStarted,
                format!("{error}: {cause}"),
            )
            .with_only_hint("--listen takes an address of this machine")
        }
        StartError::Listen(cause) => not_listening("--port", args.port, cause),
        StartError::ListenProxy(cause) => not_listening(
            "--connect-port",
            args.connect_port.unwrap_or_default(),
            cause,
        ),
        StartError::Scenario(cause) => {
            let path = args.scenario.as_deref().unwrap_or("-".as_ref());
            let what = format!("the scenario {path:?} cannot be played: {cause}");
            Failure::new(CommandProblem::ScenarioRefused, what)
                .with_hint("correct this entry; the first one is [0]")
        }
        StartError::StateFile(cause) => state_failure(cause),
        _ => {
            let cause = error
                .source()
                .map_or(String::new(), |cause| format!(": {cause}"));
            Failure::new(
                CommandProblem::EmulatorNotStarted,
                format!("{error}{cause}"),
            )
        }
    }
}

pub(super) fn state_failure(error: &StateFileError) -> Failure {
    let what = format!("the state file {error}");
    Failure::new(CommandProblem::StateFileUnusable, what)
}

fn not_listening(flag: &str, port: u16, cause: &io::Error) -> Failure {
    let failure = |what: String| Failure::new(CommandProblem::EmulatorNotStarted, what);
    let free = format!("{flag} 0 takes a free port");
    match cause.kind() {
        io::ErrorKind::AddrInUse => failure(format!(
            "another program listens on the port {port} of this machine ({flag})"
        ))
        .with_only_hint(format!("end that program, or name another port; {free}")),
        io::ErrorKind::PermissionDenied if port < FIRST_FREE_PORT => failure(format!(
            "this user may not listen on the port {port} ({flag}): {cause}"
        ))
        .with_only_hint(format!("name a port from {FIRST_FREE_PORT} on; {free}"))
        .with_hint(
            "on Linux, `sudo sysctl net.ipv4.ip_unprivileged_port_start=PORT` allows it to every \
             user, and `sudo setcap cap_net_bind_service=+ep PROGRAM` to this program alone",
        ),
        _ => failure(format!(
            "the emulator cannot listen on the port {port} of this machine ({flag}): {cause}"
        ))
        .with_only_hint(free),
    }
}
