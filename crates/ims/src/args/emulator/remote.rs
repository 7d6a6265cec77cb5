//! The commands that control a running emulator.

use clap::{Args, Subcommand};

use super::RemoteFlags;
use super::call::{self, CallArgs};
use super::clock::{self, AdvanceArgs, ClockArgs, LifetimesArgs};
use super::fault::FaultCommand;
use super::identities::{self, AllowArgs, RightsArgs, RotateArgs, SignInArgs};
use super::journal::{self, RequestsArgs, VerifyArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum RemoteCommand {
    /// Show the version and the number of tokens of the running emulator
    #[command(after_help = HEALTH_HELP)]
    Health(RemoteFlags),
    /// Set the groups of an account in AEM
    #[command(after_help = identities::RIGHTS_HELP)]
    Rights(RightsArgs),
    /// Put an OAuth client on the allow list of AEM
    #[command(after_help = identities::ALLOW_HELP)]
    Allow(AllowArgs),
    /// Sign a person in without a browser
    #[command(after_help = identities::SIGN_IN_HELP)]
    SignIn(SignInArgs),
    /// Add a secret to a client, or a certificate to an account
    #[command(after_help = identities::ROTATE_HELP)]
    Rotate(RotateArgs),
    /// Show or change the virtual time
    #[command(after_help = clock::CLOCK_HELP)]
    Clock(ClockArgs),
    /// Move the virtual time forward
    #[command(after_help = clock::ADVANCE_HELP)]
    Advance(AdvanceArgs),
    /// Show or change how long tokens and codes live
    #[command(after_help = clock::LIFETIMES_HELP)]
    Lifetimes(LifetimesArgs),
    /// Make requests fail, wait or break off
    #[command(subcommand)]
    Fault(FaultCommand),
    /// List the requests that the emulator got
    #[command(after_help = journal::REQUESTS_HELP)]
    Requests(RequestsArgs),
    /// Check the number of requests that the emulator got
    #[command(after_help = journal::VERIFY_HELP)]
    Verify(VerifyArgs),
    /// Bring back the state of the start
    #[command(after_help = RESET_HELP)]
    Reset(RemoteFlags),
    /// Keep the present state, and print its id
    #[command(after_help = SNAPSHOT_HELP)]
    Snapshot(RemoteFlags),
    /// Bring back the state of a snapshot
    #[command(after_help = SNAPSHOT_HELP)]
    Restore(RestoreArgs),
    /// Send any request of the remote control
    #[command(after_help = call::HELP)]
    Call(CallArgs),
}

impl RemoteCommand {
    /// Returns the flags that all commands share.
    pub(crate) fn flags(&self) -> &RemoteFlags {
        match self {
            Self::Health(remote) | Self::Reset(remote) | Self::Snapshot(remote) => remote,
            Self::Restore(args) => &args.remote,
            Self::Clock(args) => &args.remote,
            Self::Advance(args) => &args.remote,
            Self::Lifetimes(args) => &args.remote,
            Self::Requests(args) => &args.remote,
            Self::Verify(args) => &args.remote,
            Self::Fault(command) => command.flags(),
            Self::Rights(args) => &args.remote,
            Self::Allow(args) => &args.remote,
            Self::SignIn(args) => &args.remote,
            Self::Rotate(args) => &args.remote,
            Self::Call(args) => &args.remote,
        }
    }
}

const HEALTH_HELP: &str = "\
Examples:
  ims emulator health
  ims emulator health --ready-file ready.json";

const RESET_HELP: &str = "\
Registrations, tokens, rights, files, settings, faults, the journal and the
clock are as they were at the start. Snapshots stay.

Example:
  ims emulator reset";

const SNAPSHOT_HELP: &str = "\
Example:
  id=$(ims emulator snapshot) || exit
  ims emulator restore \"$id\"";

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The id that `ims emulator snapshot` printed
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}
