//! `ims doctor`: finds out what is wrong, offline first, then at the identity service, then at the API.

use crate::args::{DoctorArgs, TextFormat};
use crate::auth::Examination;
use crate::context::Context;
use crate::doctor::check::{Check, CheckId, FoundCause, Verdict};
use crate::doctor::json::ReportJson;
use crate::doctor::report::Report;
use crate::doctor::subject::Subject;
use crate::doctor::{identity_service, offline, target, text};
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::settings::{ConfigurationSource, TokenSettings};

/// Returns the exit code: a problem that is found is a result.
pub(super) fn run(
    args: &DoctorArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let report = examine(args, source, context);
    print(&report, args.output, context)?;
    Ok(match report.verdict() {
        Verdict::Problem => CHECK_FAILED,
        _ => 0,
    })
}

fn examine(args: &DoctorArgs, source: &ConfigurationSource<'_>, context: &Context) -> Report {
    let mut report = Report::default();
    let settings = match TokenSettings::resolve(&args.identity, source) {
        Ok(settings) => settings,
        Err(failure) => {
            report.add(unusable_settings(&failure));
            return report;
        }
    };
    let subject = Subject {
        context,
        settings: &settings,
        examination: Examination::new(&settings, context),
        target: args.target.clone(),
        job: args.job,
    };
    report.extend(offline::checks(&subject));
    if args.offline {
        return report;
    }
    let token = identity_service::checks(&subject, &mut report);
    report.extend(target::checks(&subject, token.as_ref()));
    report
}

/// Returns the check for a configuration or a selection that cannot be used at all.
fn unusable_settings(failure: &Failure) -> Check {
    let cause = FoundCause::of(failure, adobe_ims::api_error::Certainty::Certain);
    Check::problem(CheckId::Sources, failure.message(), cause)
}

fn print(report: &Report, format: TextFormat, context: &Context) -> Result<(), Failure> {
    match format {
        TextFormat::Json => context.console.json(&ReportJson::from(report)),
        TextFormat::Text => context.console.result(&text::text(report)),
    }
}
