//! `ims emulator`.

mod conformance;
mod start_clock;
mod setting;
mod serve;
mod remote_flags;
mod clock;
mod journal;
mod fault;
mod identities;
mod call;
mod remote;
mod trust;

use clap::Subcommand;

pub(crate) use call::{CallArgs, CallMethod};
pub(crate) use clock::{AdvanceArgs, ClockArgs, LifetimesArgs};
pub(crate) use conformance::ConformanceArgs;
pub(crate) use fault::{FaultAdd, FaultCommand, FaultFlags, FaultRemove};
pub(crate) use identities::{AllowArgs, RightsArgs, RotateArgs, SignInArgs, Tier};
pub(crate) use journal::{JournalFilter, RequestsArgs, VerifyArgs};
pub(crate) use remote::{RemoteCommand, RestoreArgs};
pub(crate) use remote_flags::{EmulatorFlags, RemoteFlags};
pub(crate) use serve::{ImsEndpoint, ServeArgs};
pub(crate) use setting::{AemSettingFlag, SettingFlag};
pub(crate) use trust::{TrustArgs, TrustedBy};

use super::TextFormat;

#[derive(Debug, Subcommand)]
pub(crate) enum EmulatorCommand {
    /// Compare the answers of an IMS, of Adobe's or another one, with those of the emulator
    #[command(after_help = conformance::HELP)]
    Conformance(Box<ConformanceArgs>),
    /// Serve on loopback, or where --listen says, until SIGTERM or SIGINT; a line of JSON on stdout says that it is ready
    Serve(Box<ServeArgs>),
    #[command(flatten)]
    Remote(Box<RemoteCommand>),
    /// Print what a program needs to trust the running emulator and to reach it by Adobe's host names
    #[command(after_help = trust::HELP)]
    Trust(TrustArgs),
}

impl EmulatorCommand {
    pub(super) fn output(&self) -> TextFormat {
        match self {
            Self::Conformance(args) => args.output,
            Self::Serve(_) | Self::Trust(_) => TextFormat::Text,
            Self::Remote(command) => command.flags().output,
        }
    }
}
