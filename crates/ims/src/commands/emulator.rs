//! `ims emulator serve`: a thin face over the crate `adobe-ims-emulator`.

use std::error::Error as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use adobe_ims::Environment;
use adobe_ims_emulator::{Emulator, EmulatorBuilder};
use serde::Serialize;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::arguments::{EmulatorCommand, Serve};
use crate::failure::{EMULATOR_NOT_STARTED, FILE_UNWRITABLE, Failure, WOULD_OVERWRITE};
use crate::network;
use crate::output::Console;
use crate::signals::End;

/// The top-level key by which a document of the emulator is known.
const MARK: &str = "emulator";

pub(crate) fn run(command: EmulatorCommand, console: &Console) -> Result<(), Failure> {
    match command {
        EmulatorCommand::Serve(serve) => run_serve(&serve, console),
    }
}

/// Whether a credential document is one of an emulator.
pub(crate) fn wrote(document: &[u8]) -> bool {
    serde_json::from_slice::<Map<String, Value>>(document)
        .is_ok_and(|document| document.contains_key(MARK))
}

/// What is said when it is ready, on one line.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    url: &'a str,
    ca: Option<&'a Path>,
    credentials: &'a Path,
    aem: &'a str,
    client_id: &'a str,
    technical_account_id: &'a str,
    pid: u32,
}

fn run_serve(arguments: &Serve, console: &Console) -> Result<(), Failure> {
    if let Some(path) = &arguments.write_credentials {
        refuse_to_overwrite(path)?;
    }
    let builder = describe(arguments)?;
    // Signals that come from here on end the command in good order.
    let runtime = network::runtime()?;
    let _context = runtime.enter();
    let end = End::listen().map_err(|error| Failure::unexpected(format!("no signals: {error}")))?;

    let emulator = builder.start().map_err(|error| {
        let cause = error
            .source()
            .map_or(String::new(), |cause| format!(": {cause}"));
        Failure::configuration(EMULATOR_NOT_STARTED, format!("{error}{cause}"))
            .with_hint("without --port a free port is taken")
    })?;
    let mut folder = Folder(None);
    let credentials = folder.place(arguments.write_credentials.as_deref(), "service_token.json")?;
    write(&credentials, emulator.credentials_json().as_bytes(), true)?;
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
    console.json(&Ready {
        ready: true,
        url: emulator.url(),
        ca: ca.as_deref(),
        credentials: &credentials,
        aem: emulator.url(),
        client_id: account.client_id(),
        technical_account_id: account.technical_account_id(),
        pid: process::id(),
    })?;
    runtime.block_on(end.came());
    Ok(())
}

/// The emulator that the flags ask for.
fn describe(arguments: &Serve) -> Result<EmulatorBuilder, Failure> {
    let mut builder = Emulator::builder().port(arguments.port).tls(arguments.tls);
    builder = match arguments.ims_endpoint.as_str() {
        "self" if arguments.tls => builder.own_ims_endpoint(),
        "self" => {
            return Err(Failure::usage("--ims-endpoint self needs --tls")
                .with_hint("clients speak https to the imsEndpoint of a document"));
        }
        host if is_host(host) => builder.ims_endpoint(host),
        _ => {
            return Err(Failure::usage(
                "--ims-endpoint is neither HOST nor HOST:PORT nor self",
            ));
        }
    };
    if let Some(list) = &arguments.metascopes {
        let names: Vec<&str> = list.split(',').map(str::trim).collect();
        let is_name = |name: &&str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        };
        if !names.iter().all(is_name) {
            return Err(
                Failure::usage("--metascopes is no list of names").with_hint(
                    "separate them by commas: --metascopes ent_aem_cloud_api,ent_user_sdk",
                ),
            );
        }
        builder = builder.metascopes(names);
    }
    Ok(builder)
}

fn is_host(text: &str) -> bool {
    Environment::parse(text).is_ok_and(|environment| {
        environment
            .base_url()
            .strip_prefix("https://")
            .is_some_and(|host| host == text.to_ascii_lowercase() && !host.contains('/'))
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

/// Real credentials are easily written over by a slip; only what an emulator wrote is replaced.
fn refuse_to_overwrite(path: &Path) -> Result<(), Failure> {
    let content = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unwritable(path, &error)),
        Ok(content) => content,
    };
    if wrote(&content) || content.is_empty() {
        return Ok(());
    }
    let what = format!("{path:?} exists and was not written by the emulator, so it is left alone");
    Err(Failure::configuration(WOULD_OVERWRITE, what)
        .with_hint("name another file, or move that one away"))
}

fn write(path: &Path, content: &[u8], secret: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if secret { 0o600 } else { 0o644 });
    #[cfg(not(unix))]
    let _ = secret;
    options
        .open(path)
        .and_then(|mut file| file.write_all(content))
        .map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::configuration(
        FILE_UNWRITABLE,
        format!("{path:?} cannot be written: {error}"),
    )
}
