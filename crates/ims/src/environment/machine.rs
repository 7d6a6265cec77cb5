//! The machine as the configuration sees it: its files, variables and programs.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use adobe_ims_config::system::LocalSystem;

use super::Variables;

pub(crate) fn machine(
    variables: &Variables,
) -> LocalSystem<impl Fn(&str) -> Option<OsString> + use<'_>> {
    LocalSystem::new(|name| variables.os(name), || io::stderr().is_terminal())
}
