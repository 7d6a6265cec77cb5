//! `ims refresh`: an access token for a refresh token, and the next one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use adobe_ims::api::{TokenType, UserTokenResponse};
use adobe_ims::internal::time;
use adobe_ims::{Clock, Secret};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::args::{RefreshArgs, TokenFormat};
use crate::auth::acquire::AcquiredToken;
use crate::auth::client::{self, Client};
use crate::auth::output::formats;
use crate::auth::output::printer::TokenPrinter;
use crate::auth::token_argument;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};

pub(crate) fn run(arguments: &RefreshArgs, context: &Context) -> Result<(), Failure> {
    let target = arguments.write_refresh_token.as_deref();
    if target.is_none() && arguments.form.output != TokenFormat::Json {
        let what =
            "the next refresh token, which IMS hands out with the access token, would be lost";
        return Err(Failure::usage(what)
            .with_hint("--write-refresh-token FILE keeps it; -o json prints both"));
    }
    let printer = TokenPrinter::open(&arguments.form, &context.variables)?;
    let connection = &arguments.client.connection;
    let client = Client::find(&arguments.client, context)?.oauth;
    let scopes = client::scopes(&arguments.scope, false, &context.variables)?;
    let file = arguments.file.as_deref();
    client::refuse_stdin_twice(&arguments.client, file, "the refresh token")?;
    let shown = token_argument::token(TokenType::Refresh, file, context)?;
    let ims = connection.ims(&context.variables)?;
    // What could not be written is not spent.
    let place = target.map(Place::prepare).transpose()?;

    client::log_request(&client, &context.console);
    let (outcome, next) = context.wait(ims.rotate(&client, &shown, &scopes))?;
    let written = match (place, &next) {
        (Some(place), Some(next)) => {
            place.write(next)?;
            true
        }
        (Some(_), None) if outcome.is_ok() => {
            context
                .console
                .notice("IMS handed out no other refresh token; the one that you have stays good");
            false
        }
        _ => false,
    };
    let granted = match (outcome, &next) {
        (Ok(granted), _) => granted,
        (Err(error), Some(next)) if !written => {
            context.console.json(&Left {
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
    let found = AcquiredToken::asked(token, &client, connection.selected.as_deref());
    match arguments.form.output {
        TokenFormat::Json => {
            context
                .console
                .json(&RefreshJson::of(&found, &granted, !written, context.now()))
        }
        _ => printer.print(&found, context),
    }
}

/// The fields of `ims.token/1`, and more.
#[derive(Serialize)]
struct RefreshJson<'a, T> {
    #[serde(flatten)]
    token: T,
    refresh_token: Option<&'a str>,
    refresh_token_expires_at: Option<String>,
}

impl<'a> RefreshJson<'a, ()> {
    fn of(
        found: &'a AcquiredToken,
        granted: &'a UserTokenResponse,
        printed: bool,
        now: SystemTime,
    ) -> impl Serialize + 'a {
        let refresh_token = granted.refresh_token.as_ref().filter(|_| printed);
        RefreshJson {
            token: formats::json(found, now),
            refresh_token: refresh_token.map(Secret::expose),
            refresh_token_expires_at: granted.refresh_expires_at.and_then(time::rfc3339),
        }
    }
}

/// What there is where the access token is of no use.
#[derive(Serialize)]
struct Left<'a> {
    schema: &'static str,
    access_token: Option<&'a str>,
    refresh_token: &'a str,
}

/// A file beside the one that it is to become, for this user alone.
struct Place {
    path: PathBuf,
    file: NamedTempFile,
}

impl Place {
    fn prepare(path: &Path) -> Result<Self, Failure> {
        let unwritable = |error: std::io::Error| {
            let what = format!("the file for the refresh token cannot be written: {error}");
            Failure::new(CommandProblem::FileUnwritable, what)
        };
        // A symbolic link stays one.
        let path = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        let path = path.map_err(unwritable)?;
        if path.is_dir() {
            return Err(unwritable(std::io::ErrorKind::IsADirectory.into()));
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        let file = NamedTempFile::new_in(folder).map_err(unwritable)?;
        Ok(Self { path, file })
    }

    /// On the disk for good, or else it is said where it is.
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
        let what = format!("{:?} cannot be replaced: {failed}", self.path);
        let failure = Failure::new(CommandProblem::FileUnwritable, what);
        Err(match self.file.keep() {
            Ok((_, path)) => failure.with_hint(format!("the next refresh token is in {path:?}")),
            Err(_) => failure.with_hint("the next refresh token is lost"),
        })
    }
}
