//! `ims status`: all profiles on one screen, offline.

// Each module uses only those above it.
mod report;
mod expiry;
mod collect;
mod summary;
mod text;
mod json;

use adobe_ims_config::{ConfigError, ConfigProblem};

use self::expiry::Horizon;
use self::report::{ConfigurationState, Report};
use crate::args::{StatusArgs, TextFormat};
use crate::console::Stream;
use crate::console::wrap::line_width;
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::settings::ConfigurationSource;

/// Returns the exit code: a check that finds an end is a result.
pub(super) fn run(
    args: &StatusArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let report = collect::collect(args, source, context)?;
    let horizon = Horizon {
        now: context.now(),
        within: args.check_expiry,
    };
    if args.check_expiry.is_some() && report.entries.is_empty() {
        return Err(nothing_to_check(&report.configuration, source));
    }
    match args.output {
        TextFormat::Json => context.console.json(&json::of(&report, &horizon))?,
        TextFormat::Text => {
            let palette = context.palette(Stream::Stdout);
            let text = text::of(&report, &horizon, line_width(Stream::Stdout), palette);
            context.console.result(&text)?;
        }
    }
    let is_due = args.check_expiry.is_some() && has_due(&report, &horizon);
    Ok(if is_due { CHECK_FAILED } else { 0 })
}

fn has_due(report: &Report, horizon: &Horizon) -> bool {
    let mut entries = report.entries.iter();
    entries.any(|entry| horizon.due(&entry.facts).next().is_some())
}

/// Returns the failure of a check that has nothing to check. As a success it would hide a wrong path for ever.
fn nothing_to_check(state: &ConfigurationState, source: &ConfigurationSource<'_>) -> Failure {
    let failure = match state {
        ConfigurationState::Read(path) => {
            let message = format!("there is nothing to check: {path:?} has no profiles");
            ConfigError::new(ConfigProblem::ProfileUnknown, message).into()
        }
        _ => source.missing(),
    };
    failure.with_only_hint(
        "--check-expiry checks the profiles, and the credentials that -c or variables name",
    )
}
