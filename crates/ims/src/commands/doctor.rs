//! `ims doctor`: finds out what is wrong, offline first, then at the identity service, then at the API.

use adobe_ims::api_error::Certainty;
use http::Uri;

use crate::args::{DoctorArgs, TextFormat};
use crate::auth::Examination;
use crate::console::{Stream, wrap};
use crate::context::Context;
use crate::doctor::check::{Check, CheckId, FoundCause, Verdict};
use crate::doctor::json::ReportJson;
use crate::doctor::probe_token::ProbeToken;
use crate::doctor::report::Report;
use crate::doctor::subject::Subject;
use crate::doctor::text::Page;
use crate::doctor::{bundle, identity_service, offline, target, text};
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::settings::{ConfigurationSource, TokenSettings};

/// Returns the exit code: a problem that is found is a result.
pub(super) fn run(
    args: &DoctorArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    if let Some(path) = &args.bundle {
        bundle::check_path(path)?;
    }
    let settings = TokenSettings::resolve(&args.identity, source);
    let (report, subject) = match &settings {
        Ok(settings) => {
            let subject = Subject {
                context,
                settings,
                examination: Examination::new(settings, context),
                target: args.target.clone().or_else(|| first_target(settings)),
                allow_host: &args.allow_host,
                job: args.job,
            };
            (examine(&subject, args.offline), Some(subject))
        }
        Err(failure) => (unusable_settings(failure), None),
    };
    if let Some(path) = &args.bundle {
        bundle::write(path, &report, subject.as_ref(), context)?;
    }
    print(&report, args.output, context)?;
    Ok(match report.verdict() {
        Verdict::Problem => CHECK_FAILED,
        _ => 0,
    })
}

fn examine(subject: &Subject<'_>, is_offline: bool) -> Report {
    let mut report = Report::default();
    report.extend(offline::checks(subject));
    if !is_offline {
        let token = identity_service::checks(subject, &mut report);
        let token = ProbeToken::find(subject, token.as_ref(), &report);
        report.extend(target::checks(subject, token.as_ref(), &report));
    }
    report
}

/// Returns the first of the `targets` of the selected profile.
fn first_target(settings: &TokenSettings) -> Option<Uri> {
    let targets = settings.profile.as_ref()?.targets.as_ref()?;
    targets.value.first()?.parse().ok()
}

/// Returns the report for a configuration or a selection that cannot be used at all.
fn unusable_settings(failure: &Failure) -> Report {
    let cause = FoundCause::of(failure, Certainty::Certain);
    let mut report = Report::default();
    report.add(Check::problem(CheckId::Sources, failure.message(), cause));
    report
}

fn print(report: &Report, format: TextFormat, context: &Context) -> Result<(), Failure> {
    match format {
        TextFormat::Json => context.console.json(&ReportJson::from(report)),
        TextFormat::Text => {
            let page = Page {
                width: wrap::line_width(Stream::Stdout),
                palette: context.palette(Stream::Stdout),
            };
            context.console.result(&text::text(report, page))
        }
    }
}
