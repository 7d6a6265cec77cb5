//! `ims emulator serve`: a thin face over the crate `adobe-ims-emulator`.

use std::error::Error as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use adobe_ims::crypto::Certificate;
use adobe_ims_emulator::{Emulator, EmulatorBuilder, StartError, is_emulator_document};
use serde::Serialize;
use tempfile::{NamedTempFile, TempDir};

use crate::args::{EmulatorCommand, ServeArgs};
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::process::signals::ShutdownSignals;

pub(crate) fn run(command: &EmulatorCommand, context: &Context) -> Result<(), Failure> {
    match command {
        EmulatorCommand::Serve(serve) => run_serve(serve, context),
    }
}

/// What is said when it is ready, on one line.
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

/// Who can sign in with a browser, and the public client to do it with.
#[derive(Serialize)]
struct AuthorizationRequest<'a> {
    client_id: &'a str,
    email: &'a str,
}

fn run_serve(arguments: &ServeArgs, context: &Context) -> Result<(), Failure> {
    refuse_the_same_file(arguments)?;
    refuse_to_overwrite(arguments.write_credentials.as_deref(), is_emulator_document)?;
    refuse_to_overwrite(
        arguments.write_oauth_credentials.as_deref(),
        is_emulator_document,
    )?;
    refuse_to_overwrite(arguments.write_ca.as_deref(), is_emulator_ca)?;
    let builder = describe(arguments)?;
    // Signals that come from here on end the command in good order.
    let runtime = context.runtime()?;
    let _entered = runtime.enter();
    let end = ShutdownSignals::listen()
        .map_err(|error| Failure::unexpected(format!("no signals: {error}")))?;

    let emulator = builder.start().map_err(|error| {
        if let StartError::ImsEndpoint(_) | StartError::Metascope(_) | StartError::Scope(_) = error
        {
            return Failure::usage(error.to_string());
        }
        let cause = error
            .source()
            .map_or(String::new(), |cause| format!(": {cause}"));
        Failure::new(
            CommandProblem::EmulatorNotStarted,
            format!("{error}{cause}"),
        )
        .with_hint("without --port a free port is taken")
    })?;
    let mut folder = Folder(None);
    let credentials = folder.place(arguments.write_credentials.as_deref(), "service_token.json")?;
    write(&credentials, emulator.credentials_json().as_bytes(), true)?;
    let oauth = arguments.write_oauth_credentials.as_deref();
    let oauth = folder.place(oauth, "oauth_credentials.json")?;
    write(&oauth, emulator.oauth_credentials_json().as_bytes(), true)?;
    let ca = match emulator.ca_pem() {
        Some(pem) => {
            let path = folder.place(arguments.write_ca.as_deref(), "ca.pem")?;
            write(&path, pem.as_bytes(), false)?;
            Some(path)
        }
        None => None,
    };
    let accounts = emulator.accounts();
    let account = accounts
        .first()
        .ok_or_else(|| Failure::unexpected("the emulator has no account"))?;
    let (user_clients, people) = (emulator.user_clients(), emulator.people());
    let (user_client, person) = user_clients
        .first()
        .zip(people.first())
        .ok_or_else(|| Failure::unexpected("nobody can sign in to the emulator"))?;
    context.console.json(&Ready {
        ready: true,
        url: emulator.url(),
        ca: ca.as_deref(),
        credentials: &credentials,
        oauth_credentials: &oauth,
        aem: emulator.url(),
        client_id: account.client_id(),
        technical_account_id: account.technical_account_id(),
        sign_in: AuthorizationRequest {
            client_id: user_client.client_id(),
            email: person.email(),
        },
        pid: process::id(),
    })?;
    runtime.block_on(end.came());
    Ok(())
}

/// The emulator that the flags ask for.
fn describe(arguments: &ServeArgs) -> Result<EmulatorBuilder, Failure> {
    let mut builder = Emulator::builder().port(arguments.port).tls(arguments.tls);
    builder = match arguments.ims_endpoint.as_str() {
        "self" if arguments.tls => builder.own_ims_endpoint(),
        "self" => {
            return Err(Failure::usage("--ims-endpoint self needs --tls")
                .with_hint("clients speak https to the imsEndpoint of a document"));
        }
        host => builder.ims_endpoint(host),
    };
    if let Some(list) = &arguments.metascopes {
        builder = builder.metascopes(list.split(',').map(str::trim));
    }
    Ok(match &arguments.scopes {
        Some(list) => builder.scopes(list.split(',').map(str::trim)),
        None => builder,
    })
}

/// A temporary folder, made when something has to be put there; it goes when the command ends.
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

fn refuse_the_same_file(arguments: &ServeArgs) -> Result<(), Failure> {
    let files = [
        ("--write-credentials", &arguments.write_credentials),
        (
            "--write-oauth-credentials",
            &arguments.write_oauth_credentials,
        ),
        ("--write-ca", &arguments.write_ca),
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

/// Real credentials are easily written over by a slip; only what an emulator wrote is replaced.
fn refuse_to_overwrite(
    path: Option<&Path>,
    is_ours: impl Fn(&[u8]) -> bool,
) -> Result<(), Failure> {
    let Some(path) = path else {
        return Ok(());
    };
    let content = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unwritable(path, &error)),
        Ok(content) => content,
    };
    if content.is_empty() || is_ours(&content) {
        return Ok(());
    }
    let what = format!("{path:?} exists and was not written by the emulator, so it is left alone");
    Err(Failure::new(CommandProblem::WouldOverwrite, what)
        .with_hint("name another file, or move that one away"))
}

fn is_emulator_ca(content: &[u8]) -> bool {
    Certificate::read(content).is_ok_and(|ca| ca.subject().contains("adobe-ims-emulator"))
}

/// Writes a file as a whole or not at all. What is secret can be read by its owner only, whatever was
/// there before.
fn write(path: &Path, content: &[u8], secret: bool) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(content)?;
        #[cfg(unix)]
        if !secret {
            use std::os::unix::fs::PermissionsExt;
            file.as_file()
                .set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        #[cfg(not(unix))]
        let _ = secret;
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
