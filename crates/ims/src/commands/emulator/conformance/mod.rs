//! `ims emulator conformance`: compares the answers of an IMS with those of the emulator.

mod request;
mod token_facts;
mod answer;
mod material;
mod comparison;
mod responses;
mod claims;
mod services;
mod check;
mod suite;
mod report;
mod consent;

use adobe_ims::Credentials;
use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::crypto::{Crypto, SigningKey};
use adobe_ims::internal::is_of_emulator;

use self::check::{CHECKS, Check};
use self::material::Material;
use self::report::{Report, Verdict};
use self::request::{Flow, Probe};
use self::suite::Run;
use crate::args::{ConformanceArgs, TextFormat, TokenVersion};
use crate::auth::{EMULATOR_DOCUMENT, Examination};
use crate::console::{Stream, wrap};
use crate::context::Context;
use crate::error::Failure;
use crate::error::exit_code::{CHECK_FAILED, NO_USABLE_ANSWER, THROTTLED};
use crate::http::transport::transport;
use crate::settings::{ConfigurationSource, TokenSettings};

/// Returns the exit code: a difference is a result.
pub(super) fn run(
    args: &ConformanceArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let settings = TokenSettings::resolve(&args.identity, source)?;
    let examination = Examination::new(&settings, context);
    let Ok(credentials) = examination.credentials() else {
        let unexpected = || Failure::unexpected("there are no credentials");
        return Err(examination.into_failure().unwrap_or_else(unexpected));
    };
    let token_path = match settings.token_version {
        Some(TokenVersion::V2) => "/ims/token/v2",
        None | Some(TokenVersion::V3) => "/ims/token/v3",
        Some(TokenVersion::V4) => "/ims/token/v4",
    };
    let open_key = || signing_key(credentials, &examination);
    let material = Material::new(credentials, token_path, context.now(), open_key)?;
    refuse_documents_of_the_emulator(credentials, &material)?;
    let checks = selected(args, material.flow)?;
    let probes: Vec<Probe> = checks.iter().flat_map(|it| it.probes()).collect();
    let probes = Probe::in_order(&probes);

    let transport = transport(&settings.connection, &context.variables)?;
    consent::obtain(&probes, &material, args.yes, &context.console)?;
    let secrets = examination.secrets();
    let sending = Run::send(&probes, &material, secrets, &transport);
    let run = context.wait(sending)??;
    let report = Report {
        url: material.environment.base_url(),
        flow: material.flow,
        sent: run.sent,
        outcomes: run.outcomes(&checks),
    };
    print(&report, args.output, context)?;
    Ok(exit_code(&report))
}

fn signing_key(
    credentials: &Credentials,
    examination: &Examination<'_>,
) -> Result<SigningKey, Failure> {
    let Credentials::Service(service) = credentials else {
        return Err(Failure::unexpected("only a technical account has a key"));
    };
    let context = examination.key_context();
    let context = context.passphrase(examination.passphrase()?);
    let account = TechnicalAccount::open(service, &context, &Crypto::ring())?;
    Ok(account.key().clone())
}

/// Refuses to compare another IMS by credentials that it cannot know.
fn refuse_documents_of_the_emulator(
    credentials: &Credentials,
    material: &Material<'_>,
) -> Result<(), Failure> {
    if !is_of_emulator(credentials) || consent::is_this_machine(material.environment) {
        return Ok(());
    }
    let message = format!(
        "the credentials are those of an emulator, and {} does not know them",
        material.environment
    );
    Err(Failure::usage(message).with_hint(EMULATOR_DOCUMENT))
}

/// Returns the checks that `--only` names, or all that change nothing.
fn selected(args: &ConformanceArgs, flow: Flow) -> Result<Vec<&'static Check>, Failure> {
    let possible = |check: &&Check| check.is_of(flow) && (args.with_revocation || !check.revokes());
    let possible: Vec<&Check> = CHECKS.iter().filter(possible).collect();
    if args.only.is_empty() {
        return Ok(possible);
    }
    let is_known = |id: &String| possible.iter().any(|it| it.id == id.trim());
    if !args.only.iter().all(is_known) {
        let known: Vec<_> = possible.iter().map(|it| it.id).collect();
        let message = "--only names a behaviour that these credentials and flags do not check";
        return Err(Failure::usage(message).with_hint(format!("they check: {}", known.join(", "))));
    }
    let is_wanted = |check: &&Check| args.only.iter().any(|id| id.trim() == check.id);
    Ok(possible.into_iter().filter(is_wanted).collect())
}

fn print(report: &Report<'_>, format: TextFormat, context: &Context) -> Result<(), Failure> {
    match format {
        TextFormat::Json => context.console.json(&report.as_json()),
        TextFormat::Text => {
            let width = wrap::line_width(Stream::Stdout);
            let text = report.as_text(width, context.palette(Stream::Stdout));
            context.console.result(&text)
        }
    }
}

fn exit_code(report: &Report<'_>) -> i32 {
    if report.count(Verdict::Different) > 0 {
        CHECK_FAILED
    } else if report.is_throttled() {
        THROTTLED
    } else if report.count(Verdict::NotChecked) > 0 {
        NO_USABLE_ANSWER
    } else {
        0
    }
}
