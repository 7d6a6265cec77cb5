//! `ims emulator clock`, `advance` and `lifetimes`.

use clap::Args;

use super::RemoteFlags;
use crate::args::duration::{parse_offset, parse_virtual};

pub(super) const CLOCK_HELP: &str = "\
The virtual time decides about tokens, codes, certificates and rights. The
emulator prints the whole clock, also after a change.

Examples:
  ims emulator clock
  ims emulator clock --now 2027-01-15T08:00:00Z --frozen
  ims emulator clock --rate 60 --running";

#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    /// Set the virtual time (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// Stop the clock
    #[arg(long, conflicts_with = "running")]
    pub(crate) frozen: bool,
    /// Let a stopped clock run
    #[arg(long)]
    pub(crate) running: bool,
    /// Let the clock run N times as fast as real time
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// Make the header `Date` wrong, such as by 90s or -2m
    #[arg(long, value_name = "TIME", value_parser = parse_offset, allow_hyphen_values = true)]
    pub(crate) offset: Option<i64>,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

pub(super) const ADVANCE_HELP: &str = "\
Examples:
  ims emulator advance 24h
  ims emulator advance 90";

#[derive(Debug, Args)]
pub(crate) struct AdvanceArgs {
    /// How far: 90, 90s, 15m, 24h, 30d
    #[arg(value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) seconds: f64,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

pub(super) const LIFETIMES_HELP: &str = "\
Lifetimes apply to what the emulator issues from now on. It prints all of them.

Examples:
  ims emulator lifetimes
  ims emulator lifetimes --access-token 10m --refresh-token 14d";

#[derive(Debug, Args)]
pub(crate) struct LifetimesArgs {
    /// The lifetime of access tokens
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) access_token: Option<f64>,
    /// The lifetime of refresh tokens
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) refresh_token: Option<f64>,
    /// The lifetime of authorization codes
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) code: Option<f64>,
    /// The lifetime of device tokens
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) device_token: Option<f64>,
    /// The lifetime of tokens by consent
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) consented_token: Option<f64>,
    /// The lifetime of promise tokens
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) promise_token: Option<f64>,
    /// The lifetime of tokens by promise
    #[arg(long, value_name = "TIME", value_parser = parse_virtual)]
    pub(crate) promised_access_token: Option<f64>,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

/// Parses a rate, which JSON can carry. The emulator limits it.
fn rate(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok();
    number
        .filter(|number: &f64| number.is_finite())
        .ok_or("give a number such as 60 or 0.5")
}
