//! `ims emulator serve`: runs the emulator of the crate `adobe-ims-emulator`.

use std::path::Path;
use std::process;

use adobe_ims_emulator::ims_settings::ImsSettings;
use adobe_ims_emulator::{Emulator, EmulatorBuilder};
use serde::Serialize;

use super::files::{Files, ReadyFile};
use super::start_failure::{not_started, state_failure};
use crate::args::{AemSettingFlag, ImsEndpoint, ServeArgs, SettingFlag};
use crate::console::Console;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::error::{CommandProblem, Failure};
use crate::process::signals::ShutdownSignals;
use crate::process::stdin;

/// The line that says that the emulator is ready.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    url: &'a str,
    /// The beginning of the addresses of the remote control.
    control: String,
    proxy: Option<Proxy<'a>>,
    ca: Option<&'a Path>,
    credentials: &'a Path,
    oauth_credentials: &'a Path,
    aem: &'a str,
    client_id: &'a str,
    technical_account_id: &'a str,
    sign_in: AuthorizationRequest<'a>,
    pid: u32,
}

/// The proxy that leads Adobe's host names to the emulator.
#[derive(Serialize)]
struct Proxy<'a> {
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
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

    let emulator = builder.start().map_err(|error| not_started(args, &error))?;
    warn_of_others(args, &context.console);
    let files = Files::write(args, &emulator)?;
    let line = ready_line(&emulator, &files)?;
    let ready_file = args.ready_file.as_deref();
    let _ready_file = ready_file
        .map(|path| ReadyFile::write(path, &line))
        .transpose()?;
    context.console.result(&line)?;
    runtime.block_on(wait_for_end(args, shutdown))?;
    emulator.save_state().map_err(|error| state_failure(&error))
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

/// Waits until a signal or the end of stdin ends the command.
async fn wait_for_end(args: &ServeArgs, shutdown: ShutdownSignals) -> Result<(), Failure> {
    if !args.exit_with_stdin {
        shutdown.received().await;
        return Ok(());
    }
    tokio::select! {
        () = shutdown.received() => Ok(()),
        closed = stdin::closed() => closed
            .map_err(|error| Failure::unexpected(format!("stdin cannot be watched: {error}"))),
    }
}

/// Returns the line that says that the emulator is ready.
fn ready_line(emulator: &Emulator, files: &Files) -> Result<String, Failure> {
    let accounts = emulator.accounts();
    let account = accounts
        .first()
        .ok_or_else(|| Failure::unexpected("the emulator has no account"))?;
    let (user_clients, people) = (emulator.user_clients(), emulator.people());
    let (user_client, person) = user_clients
        .first()
        .zip(people.first())
        .ok_or_else(|| Failure::unexpected("nobody can sign in to the emulator"))?;
    let line = Ready {
        ready: true,
        url: emulator.url(),
        control: format!("{}/_emu/", emulator.url()),
        proxy: emulator.proxy_url().map(|url| Proxy {
            url,
            user: emulator.proxy_user(),
            password: emulator.proxy_password(),
        }),
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
    };
    serde_json::to_string(&line)
        .map_err(|error| Failure::unexpected(format!("the ready line cannot be written: {error}")))
}

/// Reads the scenario.
fn scenario(args: &ServeArgs, path: &Path) -> Result<String, Failure> {
    if path == "-" && args.exit_with_stdin {
        return Err(Failure::usage(
            "--scenario - and --exit-with-stdin both need stdin",
        ));
    }
    let content = NamedFile::new("--scenario", path).read()?;
    String::from_utf8(content.bytes.to_vec()).map_err(|_| {
        let what = format!("the scenario {path:?} is not UTF-8 text");
        Failure::new(CommandProblem::ScenarioRefused, what)
    })
}

/// Returns the builder of the emulator that the flags ask for.
fn builder(args: &ServeArgs) -> Result<EmulatorBuilder, Failure> {
    let mut builder = Emulator::builder()
        .port(args.port)
        .tls(args.tls)
        .clock(args.clock.clock())
        .proxy_authentication(args.proxy_auth);
    if let Some(port) = args.connect_port {
        builder = builder.connect_proxy(port);
    } else if args.write_ca.is_some() && !args.tls {
        return Err(Failure::usage("--write-ca needs --tls or --connect-port")
            .with_hint("without both the emulator has no CA"));
    }
    if let Some(address) = args.listen {
        builder = builder.listen(address);
    }
    for name in &args.control_host {
        builder = builder.control_host(name);
    }
    if let Some(lifetime) = args.clock.access_token_lifetime {
        builder = builder.token_lifetime(lifetime);
    }
    if let Some(seed) = args.clock.seed {
        builder = builder.seed(seed);
    }
    if let Some(path) = &args.state {
        builder = builder.state_file(path);
    }
    if let Some(path) = &args.scenario {
        builder = builder.scenario(scenario(args, path)?);
    }
    builder = match &args.ims_endpoint {
        ImsEndpoint::Own if args.tls => builder.own_ims_endpoint(),
        ImsEndpoint::Own => {
            return Err(Failure::usage("--ims-endpoint self needs --tls")
                .with_hint("clients use https for the imsEndpoint of a document"));
        }
        ImsEndpoint::Host(host) => builder.ims_endpoint(host),
    };
    builder = with_settings(builder, &args.settings)?;
    if let Some(list) = &args.metascopes {
        builder = builder.metascopes(list.split(',').map(str::trim));
    }
    Ok(match &args.scopes {
        Some(list) => builder.scopes(list.split(',').map(str::trim)),
        None => builder,
    })
}

fn with_settings(
    mut builder: EmulatorBuilder,
    flags: &[SettingFlag],
) -> Result<EmulatorBuilder, Failure> {
    let mut settings = ImsSettings::default();
    for flag in flags {
        builder = match flag {
            SettingFlag::Ims(flag) => {
                let set = flag.apply(&mut settings);
                set.map_err(|error| Failure::usage(error.to_string()))?;
                builder
            }
            SettingFlag::Aem(flag) => match *flag {
                AemSettingFlag::DefaultTier(tier) => builder.default_tier(tier),
                AemSettingFlag::CheckAllowList(on) => builder.check_allow_list(on),
                AemSettingFlag::BrowserLogin(answer) => builder.browser_login(answer),
                AemSettingFlag::UploadPartBytes(bytes) => builder.upload_part_bytes(bytes),
                AemSettingFlag::AssemblerAnswer(answer) => builder.assembler_answer(answer),
                AemSettingFlag::BatchRecordTime(time) => builder.batch_record_time(time),
            },
        };
    }
    Ok(builder.ims_settings(settings))
}
