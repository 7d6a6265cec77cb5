//! `ims emulator serve`: runs the emulator of the crate `adobe-ims-emulator`.

use std::error::Error as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use adobe_ims::crypto::Certificate;
use adobe_ims::internal::file;
use adobe_ims_emulator::{Emulator, EmulatorBuilder, StartError, is_emulator_document};
use serde::Serialize;
use tempfile::{NamedTempFile, TempDir};

use crate::args::{EmulatorCommand, ImsEndpoint, ServeArgs};
use crate::console::Console;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::process::signals::ShutdownSignals;

pub(super) fn run(command: &EmulatorCommand, context: &Context) -> Result<(), Failure> {
    match command {
        EmulatorCommand::Serve(args) => serve(args, context),
    }
}

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

fn serve(args: &ServeArgs, context: &Context) -> Result<(), Failure> {
    refuse_the_same_file(args)?;
    for path in [&args.write_credentials, &args.write_oauth_credentials] {
        refuse_to_overwrite(path.as_deref(), is_emulator_document)?;
    }
    refuse_to_overwrite(args.write_ca.as_deref(), is_emulator_ca)?;
    let builder = builder(args)?;
    // Signals that arrive from here on end the command in good order.
    let runtime = context.runtime()?;
    let _entered = runtime.enter();
    let shutdown = ShutdownSignals::listen()
        .map_err(|error| Failure::unexpected(format!("no signals: {error}")))?;

    let emulator = builder.start().map_err(not_started)?;
    let files = Files::write(args, &emulator)?;
    print_ready(&emulator, &files, &context.console)?;
    runtime.block_on(shutdown.received());
    Ok(())
}

fn not_started(error: StartError) -> Failure {
    if let StartError::ImsEndpoint(_) | StartError::Metascope(_) | StartError::Scope(_) = error {
        return Failure::usage(error.to_string());
    }
    let cause = error
        .source()
        .map_or(String::new(), |cause| format!(": {cause}"));
    let message = format!("{error}{cause}");
    Failure::new(CommandProblem::EmulatorNotStarted, message)
        .with_hint("without --port the emulator takes a free port")
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

/// The files that the emulator writes. The temporary folder is deleted when the command ends.
struct Files {
    credentials: PathBuf,
    oauth_credentials: PathBuf,
    ca: Option<PathBuf>,
    _folder: Folder,
}

impl Files {
    fn write(args: &ServeArgs, emulator: &Emulator) -> Result<Self, Failure> {
        let mut folder = Folder(None);
        let credentials = folder.place(args.write_credentials.as_deref(), "service_token.json")?;
        let document = emulator.credentials_json();
        write(&credentials, document.as_bytes(), Access::Owner)?;
        let oauth_credentials = args.write_oauth_credentials.as_deref();
        let oauth_credentials = folder.place(oauth_credentials, "oauth_credentials.json")?;
        let document = emulator.oauth_credentials_json();
        write(&oauth_credentials, document.as_bytes(), Access::Owner)?;
        let mut ca = None;
        if let Some(pem) = emulator.ca_pem() {
            let path = folder.place(args.write_ca.as_deref(), "ca.pem")?;
            write(&path, pem.as_bytes(), Access::Everyone)?;
            ca = Some(path);
        }
        Ok(Self {
            credentials,
            oauth_credentials,
            ca,
            _folder: folder,
        })
    }
}

/// Returns the builder of the emulator that the flags ask for.
fn builder(args: &ServeArgs) -> Result<EmulatorBuilder, Failure> {
    let mut builder = Emulator::builder().port(args.port).tls(args.tls);
    builder = match &args.ims_endpoint {
        ImsEndpoint::Own if args.tls => builder.own_ims_endpoint(),
        ImsEndpoint::Own => {
            return Err(Failure::usage("--ims-endpoint self needs --tls")
                .with_hint("clients use https for the imsEndpoint of a document"));
        }
        ImsEndpoint::Host(host) => builder.ims_endpoint(host),
    };
    if let Some(list) = &args.metascopes {
        builder = builder.metascopes(list.split(',').map(str::trim));
    }
    Ok(match &args.scopes {
        Some(list) => builder.scopes(list.split(',').map(str::trim)),
        None => builder,
    })
}

/// A temporary folder, which is created when the first file is written to it.
struct Folder(Option<TempDir>);

impl Folder {
    fn place(&mut self, wanted: Option<&Path>, name: &str) -> Result<PathBuf, Failure> {
        if let Some(path) = wanted {
            return std::path::absolute(path).map_err(|error| unwritable(path, &error));
        }
        let folder = match self.0.take() {
            Some(folder) => folder,
            None => tempfile::Builder::new()
                .prefix("adobe-ims-emulator-")
                .tempdir()
                .map_err(|error| unwritable(Path::new("a temporary folder"), &error))?,
        };
        let path = folder.path().join(name);
        self.0 = Some(folder);
        Ok(path)
    }
}

fn refuse_the_same_file(args: &ServeArgs) -> Result<(), Failure> {
    let files = [
        ("--write-credentials", &args.write_credentials),
        ("--write-oauth-credentials", &args.write_oauth_credentials),
        ("--write-ca", &args.write_ca),
    ];
    for (index, (flag, file)) in files.iter().enumerate() {
        let others = &files[index + 1..];
        if let Some((other, _)) = others
            .iter()
            .find(|other| file.is_some() && other.1 == *file)
        {
            let what = format!("{flag} and {other} name the same file");
            return Err(Failure::usage(what));
        }
    }
    Ok(())
}

/// Refuses to replace a file that no emulator wrote: it may hold real credentials.
fn refuse_to_overwrite(
    path: Option<&Path>,
    is_ours: impl Fn(&[u8]) -> bool,
) -> Result<(), Failure> {
    let Some(path) = path else {
        return Ok(());
    };
    let content = match file::read(path).map(|content| content.bytes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unwritable(path, &error)),
        Ok(content) => content,
    };
    if content.is_empty() || is_ours(&content) {
        return Ok(());
    }
    let what = format!("{path:?} exists and was not written by the emulator; it is not replaced");
    Err(Failure::new(CommandProblem::WouldOverwrite, what)
        .with_hint("name another file, or move that one away"))
}

fn is_emulator_ca(content: &[u8]) -> bool {
    Certificate::read(content).is_ok_and(|ca| ca.subject().contains("adobe-ims-emulator"))
}

/// The users who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Owner,
    Everyone,
}

/// Writes a file as a whole or not at all.
fn write(path: &Path, content: &[u8], access: Access) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(content)?;
        #[cfg(unix)]
        if access == Access::Everyone {
            use std::os::unix::fs::PermissionsExt;
            file.as_file()
                .set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        #[cfg(not(unix))]
        let _ = access;
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        CommandProblem::FileUnwritable,
        format!("{path:?} cannot be written: {error}"),
    )
}
