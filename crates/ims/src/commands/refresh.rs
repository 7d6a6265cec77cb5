//! `ims refresh`: an access token for a refresh token, and the next refresh token.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use adobe_ims::Secret;
use adobe_ims::api::TokenType;
use adobe_ims::internal::time;
use serde::Serialize;
use tempfile::NamedTempFile;
use tokio::sync::RwLock;

use crate::args::{RefreshArgs, TokenFormat};
use crate::auth::client::{self, Client};
use crate::auth::output::{TokenPrinter, formats};
use crate::auth::{AcquiredToken, token_argument};
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::http::transport::ims_client;
use crate::settings::{
    ClientSettings, CompetingVariables, ConfigurationSource, SelectionFlags, SettingFlags,
};
use crate::signal_guard::SignalGuard;

pub(super) fn run(
    args: &RefreshArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let settings = settings(args, source)?;
    let target = args.write_refresh_token.as_deref();
    refuse_to_lose_the_next(args)?;
    let printer = TokenPrinter::open(&args.form, &context.variables)?;
    let client = Client::find(&args.client, &settings, context)?.oauth;
    let file = args.file.as_deref();
    client::refuse_stdin_twice(&args.client, file, "the refresh token")?;
    let refresh_token = token_argument::find(TokenType::Refresh, file, context)?;
    let ims = ims_client(&settings.connection, &context.variables)?;
    // A refresh token is not used up if the next one cannot be written.
    let file = target.map(RefreshTokenFile::prepare).transpose()?;

    // A signal ends the process only when the next refresh token is written or printed: `_in_use` is dropped first.
    let use_of_token = Arc::new(RwLock::new(()));
    let ended = Arc::clone(&use_of_token);
    let _signals = SignalGuard::new(&context.console, move || Arc::clone(&ended).write_owned());
    let _in_use = use_of_token.try_read_owned();
    client::log_request(&client, &context.console);
    let scopes = client::scopes(&args.scope);
    let rotation = context.wait(ims.rotate(&client, &refresh_token, &scopes))?;
    let (outcome, next) = (rotation.outcome, rotation.next_refresh_token);
    let is_written = write(file, next.as_ref())?;
    if target.is_some() && next.is_none() && outcome.is_ok() {
        let console = &context.console;
        console.notice("IMS returned no other refresh token; the present one stays valid");
    }
    let granted = match (outcome, &next) {
        (Ok(granted), _) => granted,
        (Err(error), Some(next)) if !is_written => {
            context.console.json(&RefreshTokenJson {
                schema: "ims.token/1",
                access_token: None,
                refresh_token: next.expose(),
            })?;
            return Err(error.into());
        }
        (Err(error), _) => return Err(error.into()),
    };
    client::report_response(&granted, &context.console);
    let token = granted.response.token.clone();
    let found = AcquiredToken::issued(token, &client, settings.profile.as_ref());
    if args.form.output != TokenFormat::Json {
        return printer.print(&found, context);
    }
    let refresh_token = granted.refresh_token.as_ref().filter(|_| !is_written);
    context.console.json(&RefreshJson {
        token: formats::json(&found, context.now()),
        refresh_token: refresh_token.map(Secret::expose),
        refresh_token_expires_at: granted.refresh_expires_at.and_then(time::rfc3339),
    })
}

/// Refuses a run that would neither store nor print the next refresh token.
fn refuse_to_lose_the_next(args: &RefreshArgs) -> Result<(), Failure> {
    if args.write_refresh_token.is_some() || args.form.output == TokenFormat::Json {
        return Ok(());
    }
    let message = "the next refresh token, which IMS returns with the access token, would be lost";
    Err(Failure::usage(message)
        .with_hint("--write-refresh-token FILE stores it; -o json prints both tokens"))
}

fn settings(
    args: &RefreshArgs,
    source: &ConfigurationSource<'_>,
) -> Result<ClientSettings, Failure> {
    let selection = SelectionFlags {
        profile: args.profile.as_deref(),
        has_document: false,
        has_fields: args.client.client_id.is_some(),
    };
    let flags = SettingFlags::of_connection(&args.client.connection);
    ClientSettings::resolve(&selection, CompetingVariables::ClientId, flags, source)
}

/// Writes the next refresh token to the file, if there are both, and returns true if it did.
fn write(file: Option<RefreshTokenFile>, next: Option<&Secret>) -> Result<bool, Failure> {
    let (Some(file), Some(next)) = (file, next) else {
        return Ok(false);
    };
    file.write(next)?;
    Ok(true)
}

/// The fields of `ims.token/1`, and those of the refresh token.
#[derive(Serialize)]
struct RefreshJson<'a, T> {
    #[serde(flatten)]
    token: T,
    refresh_token: Option<&'a str>,
    refresh_token_expires_at: Option<String>,
}

/// The output if IMS returned a refresh token, but no usable access token.
#[derive(Serialize)]
struct RefreshTokenJson<'a> {
    schema: &'static str,
    access_token: Option<&'a str>,
    refresh_token: &'a str,
}

/// The file for the next refresh token. It is written beside its final path, readable by this user alone.
struct RefreshTokenFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl RefreshTokenFile {
    fn prepare(path: &Path) -> Result<Self, Failure> {
        let unwritable = |error: std::io::Error| {
            let message = format!("the file for the refresh token cannot be written: {error}");
            Failure::new(CommandProblem::FileUnwritable, message)
        };
        // The target of a symbolic link is replaced, not the link.
        let path = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        let path = path.map_err(unwritable)?;
        if path.is_dir() {
            return Err(unwritable(std::io::ErrorKind::IsADirectory.into()));
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        let file = NamedTempFile::new_in(folder).map_err(unwritable)?;
        Ok(Self { path, file })
    }

    /// Writes the token to disk. If the file cannot be replaced, the failure says where the token is.
    fn write(mut self, token: &Secret) -> Result<(), Failure> {
        let text = Secret::new([token.expose(), "\n"].concat());
        let written = self.file.write_all(text.expose().as_bytes());
        let written = written.and_then(|()| self.file.as_file().sync_all());
        let failed = match written {
            Ok(()) => match self.file.persist(&self.path) {
                Ok(_) => return Ok(()),
                Err(failed) => {
                    self.file = failed.file;
                    failed.error
                }
            },
            Err(error) => error,
        };
        let message = format!("{:?} cannot be replaced: {failed}", self.path);
        let failure = Failure::new(CommandProblem::FileUnwritable, message);
        Err(match self.file.keep() {
            Ok((_, path)) => failure.with_hint(format!("the next refresh token is in {path:?}")),
            Err(_) => failure.with_hint("the next refresh token is lost"),
        })
    }
}
