//! `ims emulator serve`: runs the emulator of the crate `adobe-ims-emulator`.

use std::error::Error as _;
use std::io::ErrorKind;
use std::path::Path;
use std::process;

use adobe_ims_emulator::ims_settings::ImsSettings;
use adobe_ims_emulator::{Emulator, EmulatorBuilder, StartError};
use serde::Serialize;

use super::files::Files;
use crate::args::{ImsEndpoint, ServeArgs};
use crate::console::Console;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::process::signals::ShutdownSignals;

/// The line that says that the emulator is ready.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    url: &'a str,
    ca: Option<&'a Path>,
    credentials: &'a Path,
    oauth_credentials: &'a Path,
    aem: &'a str,
    client_id: &'a str,
    technical_account_id: &'a str,
    sign_in: AuthorizationRequest<'a>,
    pid: u32,
}

/// A person who can sign in with a browser, and a public client for it.
#[derive(Serialize)]
struct AuthorizationRequest<'a> {
    client_id: &'a str,
    email: &'a str,
}

pub(super) fn serve(args: &ServeArgs, context: &Context) -> Result<(), Failure> {
    Files::check(args)?;
    let builder = builder(args)?;
    // Signals that arrive from here on end the command in good order.
    let runtime = context.runtime()?;
    let _entered = runtime.enter();
    let shutdown = ShutdownSignals::listen()
        .map_err(|error| Failure::unexpected(format!("no signals: {error}")))?;

    let emulator = builder.start().map_err(not_started)?;
    warn_of_others(args, &context.console);
    let files = Files::write(args, &emulator)?;
    print_ready(&emulator, &files, &context.console)?;
    runtime.block_on(shutdown.received());
    Ok(())
}

/// Warns of other machines, which can control an emulator that listens beyond loopback.
fn warn_of_others(args: &ServeArgs, console: &Console) {
    let Some(address) = args.listen.filter(|address| !address.is_loopback()) else {
        return;
    };
    console.notice(&format!(
        "the emulator listens on {address}: every machine that reaches this address can control it, \
         and with the folders of batches read and write files of its user"
    ));
}

fn not_started(error: StartError) -> Failure {
    match &error {
        StartError::ImsEndpoint(_) | StartError::Metascope(_) | StartError::Scope(_) => {
            return Failure::usage(error.to_string());
        }
        StartError::ControlHost(name) => {
            return Failure::usage(format!("--control-host {name:?}: {error}")).with_hint(
                "give a name without a port, such as the name of the service in compose",
            );
        }
        _ => {}
    }
    let cause = error
        .source()
        .map_or(String::new(), |cause| format!(": {cause}"));
    let message = format!("{error}{cause}");
    let hint = match &error {
        StartError::Listen(cause) if cause.kind() == ErrorKind::AddrNotAvailable => {
            "--listen takes an address of this machine"
        }
        _ => "without --port the emulator takes a free port",
    };
    Failure::new(CommandProblem::EmulatorNotStarted, message).with_hint(hint)
}

/// Prints the line that says that the emulator is ready.
fn print_ready(emulator: &Emulator, files: &Files, console: &Console) -> Result<(), Failure> {
    let accounts = emulator.accounts();
    let account = accounts
        .first()
        .ok_or_else(|| Failure::unexpected("the emulator has no account"))?;
    let (user_clients, people) = (emulator.user_clients(), emulator.people());
    let (user_client, person) = user_clients
        .first()
        .zip(people.first())
        .ok_or_else(|| Failure::unexpected("nobody can sign in to the emulator"))?;
    console.json(&Ready {
        ready: true,
        url: emulator.url(),
        ca: files.ca.as_deref(),
        credentials: &files.credentials,
        oauth_credentials: &files.oauth_credentials,
        aem: emulator.url(),
        client_id: account.client_id(),
        technical_account_id: account.technical_account_id(),
        sign_in: AuthorizationRequest {
            client_id: user_client.client_id(),
            email: person.email(),
        },
        pid: process::id(),
    })
}

/// Returns the builder of the emulator that the flags ask for.
fn builder(args: &ServeArgs) -> Result<EmulatorBuilder, Failure> {
    let mut builder = Emulator::builder().port(args.port).tls(args.tls);
    if let Some(address) = args.listen {
        builder = builder.listen(address);
    }
    for name in &args.control_host {
        builder = builder.control_host(name);
    }
    builder = match &args.ims_endpoint {
        ImsEndpoint::Own if args.tls => builder.own_ims_endpoint(),
        ImsEndpoint::Own => {
            return Err(Failure::usage("--ims-endpoint self needs --tls")
                .with_hint("clients use https for the imsEndpoint of a document"));
        }
        ImsEndpoint::Host(host) => builder.ims_endpoint(host),
    };
    let mut settings = ImsSettings::default();
    for setting in &args.settings {
        let set = setting.apply(&mut settings);
        set.map_err(|error| Failure::usage(error.to_string()))?;
    }
    builder = builder.ims_settings(settings);
    if let Some(list) = &args.metascopes {
        builder = builder.metascopes(list.split(',').map(str::trim));
    }
    Ok(match &args.scopes {
        Some(list) => builder.scopes(list.split(',').map(str::trim)),
        None => builder,
    })
}
