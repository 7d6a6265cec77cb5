//! The commands that control a running emulator.

mod fields;
mod request;
mod running_emulator;
mod client;
mod state;
mod clock;
mod journal;
mod fault;
mod identities;
mod call;

use crate::args::RemoteCommand;
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;
pub(super) use client::{Health, Remote};
pub(super) use running_emulator::RunningEmulator;

pub(super) fn run(
    command: &RemoteCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let flags = command.flags();
    let remote = Remote::find(&flags.emulator, source, context)?.with_output(flags.output);
    match command {
        RemoteCommand::Health(_) => state::health(&remote),
        RemoteCommand::Reset(_) => state::reset(&remote),
        RemoteCommand::Snapshot(_) => state::snapshot(&remote),
        RemoteCommand::Restore(args) => state::restore(args, &remote),
        RemoteCommand::Clock(args) => clock::clock(args, &remote),
        RemoteCommand::Advance(args) => clock::advance(args, &remote),
        RemoteCommand::Lifetimes(args) => clock::lifetimes(args, &remote),
        RemoteCommand::Requests(args) => journal::requests(args, &remote),
        RemoteCommand::Verify(args) => journal::verify(args, &remote),
        RemoteCommand::Fault(command) => fault::run(command, &remote),
        RemoteCommand::Rights(args) => identities::rights(args, &remote),
        RemoteCommand::Allow(args) => identities::allow(args, &remote),
        RemoteCommand::SignIn(args) => identities::sign_in(args, &remote),
        RemoteCommand::Rotate(args) => identities::rotate(args, &remote),
        RemoteCommand::Call(args) => call::call(args, &remote),
    }
}
