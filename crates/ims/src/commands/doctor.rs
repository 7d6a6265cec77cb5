//! `ims doctor`: finds out what is wrong, offline first, then at the identity service, then at the API.

use std::path::{Path, PathBuf};

use adobe_ims::error::Certainty;
use http::Uri;

use crate::args::{DoctorArgs, TextFormat};
use crate::auth::Examination;
use crate::console::{Stream, wrap};
use crate::context::Context;
use crate::doctor::check::{Check, CheckId, FoundCause, Verdict};
use crate::doctor::json::ReportJson;
use crate::doctor::migration::{self, Network};
use crate::doctor::probe_token::ProbeToken;
use crate::doctor::report::Report;
use crate::doctor::subject::Subject;
use crate::doctor::text::Page;
use crate::doctor::{bundle, identity_service, offline, target, text};
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::http::target::check_target;
use crate::settings::{ConfigurationSource, TokenSettings};

/// Returns the exit code: a problem that is found is a result.
pub(super) fn run(
    args: &DoctorArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    refuse_stdin_twice(args)?;
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
            (examine(&subject, args), Some(subject))
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

fn examine(subject: &Subject<'_>, args: &DoctorArgs) -> Report {
    let mut report = Report::default();
    report.extend(offline::checks(subject));
    if let Some(document) = &args.migrate {
        migrate(args, document, subject, &mut report);
    } else if !args.offline {
        let token = identity_service::checks(subject, &mut report);
        let token = ProbeToken::find(subject, token.as_ref(), &report);
        report.extend(target::checks(subject, token.as_ref(), &report));
    }
    report
}

/// Compares the credentials with those that replace them. The other stages would request tokens again.
fn migrate(args: &DoctorArgs, document: &Path, old: &Subject<'_>, report: &mut Report) {
    let settings = old.settings.for_document(document);
    let new = Subject {
        context: old.context,
        settings: &settings,
        examination: Examination::of_document(migration::FLAG, &settings, old.context),
        target: None,
        allow_host: &[],
        job: None,
    };
    let profile = old.settings.profile.as_ref();
    let may_get = |url: &Uri| check_target(url, &args.allow_host, profile);
    let network = if args.offline {
        Network::Offline
    } else {
        Network::Online(&may_get)
    };
    let migration = migration::compare(old, &new, &network);
    report.extend(migration.checks);
    report.set_steps(migration.steps);
}

/// Returns the first of the `targets` of the selected profile.
fn first_target(settings: &TokenSettings) -> Option<Uri> {
    let targets = settings.profile.as_ref()?.targets.as_ref()?;
    targets.value.first()?.parse().ok()
}

/// Refuses stdin for both documents: it can be read once.
fn refuse_stdin_twice(args: &DoctorArgs) -> Result<(), Failure> {
    let stdin = Some(Path::new("-"));
    let of_identity = [
        &args.identity.credentials,
        &args.identity.passphrase_file,
        &args.identity.fields.client_secret_file,
        &args.identity.fields.private_key_file,
    ];
    let is_stdin = |path: &&Option<PathBuf>| path.as_deref() == stdin;
    if args.migrate.as_deref() == stdin && of_identity.iter().any(is_stdin) {
        let message = "stdin is named twice, but can be read only once";
        return Err(Failure::usage(message).with_hint("name a file for all but one of them"));
    }
    Ok(())
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
