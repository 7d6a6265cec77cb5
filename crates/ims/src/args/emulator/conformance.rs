//! `ims emulator conformance`.

use clap::Args;

use crate::args::{IdentityFlags, TextFormat};

pub(super) const HELP: &str = "\
The suite sends some 20 requests, most of them wrong on purpose, and compares
the answers with what the emulator does. docs/emulator-fidelity.md explains
each id. It requests one token for a technical account, two for OAuth
server-to-server, and uses no cache. Nothing is changed or revoked, unless
--with-revocation is set.

Wrong secrets, clients and tokens are made up. Before anything goes to another
host than this machine, the requests are listed, and somebody has to agree: on
the terminal, or with --yes.

Exit codes: 0 all answers are the same, 5 IMS cannot be reached, 8 an answer is
different, 9 nobody agreed.

Examples:
  ims emulator conformance -c service_token.json --url http://127.0.0.1:8443
  ims emulator conformance -c service_token.json --url prod
  ims emulator conformance -c service_token.json --only x-debug-id -o json";

#[derive(Debug, Args)]
pub(crate) struct ConformanceArgs {
    /// Check these behaviours only, separated by commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Send the requests to any host without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Revoke the token at the end, and check that it is not valid any more
    #[arg(long)]
    pub(crate) with_revocation: bool,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
