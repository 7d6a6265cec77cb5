//! `ims emulator`.

mod serve;

use clap::Subcommand;

pub(crate) use serve::{ImsEndpoint, ServeArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum EmulatorCommand {
    /// Serve on loopback until SIGTERM or SIGINT; a line of JSON on stdout says that it is ready
    Serve(ServeArgs),
}
