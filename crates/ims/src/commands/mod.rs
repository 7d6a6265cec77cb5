//! One file per command: parse, call the library, print.

pub(crate) mod admin;
pub(crate) mod cache;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod curl;
pub(crate) mod demo;
pub(crate) mod emulator;
pub(crate) mod exchange;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod inspect;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod orgs;
pub(crate) mod profile;
pub(crate) mod profile_import;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod revoke;
pub(crate) mod token;
pub(crate) mod validate;
pub(crate) mod whoami;
