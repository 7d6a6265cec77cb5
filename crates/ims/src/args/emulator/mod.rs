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
    /// Start the emulator, and serve until SIGTERM or SIGINT
    #[command(next_line_help = true, after_help = serve::HELP)]
    Serve(Box<ServeArgs>),
    /// Print what a program needs to trust the emulator and to find it
    #[command(after_help = trust::HELP)]
    Trust(TrustArgs),
    #[command(flatten)]
    Remote(Box<RemoteCommand>),
    /// Compare the answers of any IMS with those of the emulator
    #[command(after_help = conformance::HELP)]
    Conformance(Box<ConformanceArgs>),
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
