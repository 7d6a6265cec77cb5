//! `ims emulator call`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::RemoteFlags;

pub(super) const HELP: &str = "\
`ims emulator call GET` lists the paths.

Examples:
  ims emulator call PATCH aem/settings --json '{\"assembler_answer\":\"pdf\"}'
  ims emulator call POST tokens --json '{\"client\":\"my-client\",\"expired\":true}'
  ims emulator call PUT aem/dam/letter.xdp --body letter.xdp";

#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(
        value_enum,
        value_name = "METHOD",
        ignore_case = true,
        hide_possible_values = true
    )]
    pub(crate) method: CallMethod,
    /// The path below /_emu/, with its query
    #[arg(value_name = "PATH", default_value = "", hide_default_value = true)]
    pub(crate) path: String,
    /// Send this JSON
    #[arg(long, value_name = "JSON", conflicts_with = "body")]
    pub(crate) json: Option<String>,
    /// Send the content of a file, or stdin
    #[arg(long, value_name = "FILE|-")]
    pub(crate) body: Option<PathBuf>,
    /// The type of the content
    #[arg(long, value_name = "TYPE", requires = "body")]
    pub(crate) content_type: Option<String>,
    /// Print only this field of the answer
    #[arg(long, value_name = "NAME")]
    pub(crate) field: Option<String>,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

/// A method of the remote control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CallMethod {
    #[value(name = "GET")]
    Get,
    #[value(name = "POST")]
    Post,
    #[value(name = "PUT")]
    Put,
    #[value(name = "PATCH")]
    Patch,
    #[value(name = "DELETE")]
    Delete,
}
