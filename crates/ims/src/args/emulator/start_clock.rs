//! The flags for the time and the randomness of the emulator.

use std::time::{Duration, SystemTime};

use adobe_ims_emulator::Clock;
use clap::Args;

use crate::args::duration;

#[derive(Debug, Args)]
pub(crate) struct ClockFlags {
    /// The lifetime of access tokens, such as 90s, 15m or 24h [default: 24h]
    #[arg(long, value_name = "TIME", value_parser = duration::parse_lifetime)]
    pub(crate) access_token_lifetime: Option<Duration>,
    /// The virtual time at the start, by RFC 3339 [default: the real time],
    /// such as 2027-01-15T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) now: Option<SystemTime>,
    /// The speed of the virtual time: 60 is a minute per second [default: 1]
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// Make ids, secrets and tokens repeatable: the same number, time and
    /// requests give the same values
    #[arg(long, value_name = "N", value_parser = seed)]
    pub(crate) seed: Option<u64>,
}

impl ClockFlags {
    /// Returns the clock that the flags ask for.
    pub(crate) fn clock(&self) -> Clock {
        let clock = self.now.map_or_else(Clock::system, Clock::running_from);
        if let Some(rate) = self.rate {
            clock.set_rate(rate);
        }
        clock
    }
}

fn time(text: &str) -> Result<SystemTime, &'static str> {
    Clock::parse_time(text)
        .ok_or("give a time of the years 1970 to 9998 by RFC 3339, such as 2027-01-15T08:00:00Z")
}

fn rate(text: &str) -> Result<f64, &'static str> {
    let rate: Option<f64> = text.parse().ok();
    rate.filter(|rate| Clock::system().set_rate(*rate))
        .ok_or("give a number above 0, of 1000000 at most")
}

fn seed(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "give a whole number from 0 to 18446744073709551615")
}
