//! `ims revoke`: revokes a token at IMS and forgets it here.

use adobe_ims::api::Cascade;
use adobe_ims::cache::FileStore;
use adobe_ims::credentials::OauthClient;
use adobe_ims::session::SessionStore;
use adobe_ims::{AccessToken, Error, Problem, Secret};

use crate::args::{Kind, RevokeArgs};
use crate::auth::client::warn_exposed;
use crate::auth::fields::{self, FieldValues, SecretLocation};
use crate::auth::stores;
use crate::auth::token_argument::TokenArgument;
use crate::console::Console;
use crate::context::Context;
use crate::environment::Variables;
use crate::error::Failure;
use crate::settings::{CommonSettings, ConfigurationSource, SettingFlags};

pub(super) fn run(
    args: &RevokeArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let flags = SettingFlags {
        cache_key_file: args.cache_key_file.as_deref(),
        ..SettingFlags::of_connection(&args.token.connection)
    };
    let settings = CommonSettings::resolve(flags, source)?;
    check_kind(args)?;
    // A key that cannot be read is reported before anything is revoked.
    let stores = Stores::open(args, &settings, &context.variables)?;
    let token = TokenArgument::find(&args.token, &settings.connection, context)?;
    let client = client(args, &token, context)?;
    let cascade = if args.cascade {
        Cascade::All
    } else {
        Cascade::None
    };
    let revoked = (token.ims).invalidate_as(&token.token, token.kind, &client, cascade);
    context.wait(revoked)??;
    stores.end_session(&token.token, context);
    stores.forget(token.token, &context.console);
    Ok(())
}

fn check_kind(args: &RevokeArgs) -> Result<(), Failure> {
    let kind = args.token.kind;
    if kind == Kind::Code {
        let message = "IMS cannot revoke authorization codes";
        return Err(
            Failure::usage(message).with_hint("a code is valid for a short time, and only once")
        );
    }
    if args.cascade && ![Kind::Refresh, Kind::Device].contains(&kind) {
        let message = "--cascade goes with --kind refresh and --kind device: no token is requested with another kind";
        return Err(Failure::usage(message));
    }
    Ok(())
}

/// Returns the client that revokes the token.
fn client(
    args: &RevokeArgs,
    token: &TokenArgument,
    context: &Context,
) -> Result<OauthClient, Failure> {
    let variables = &context.variables;
    let location = secret_location(args, variables);
    if location.is_none() && args.token.kind == Kind::Service {
        let message = "the token of a service is revoked with the client's secret";
        let error = Error::new(Problem::ClientSecretMissing, message);
        return Err(Failure::from(error).with_hint("name its file with --client-secret-file"));
    }
    let name = "--client-id";
    let fields = FieldValues::of_client((name, &token.client_id), location.as_ref(), variables)?;
    warn_exposed(&fields.exposed, &context.console);
    let values = fields.values.environment(token.environment.clone());
    Ok(values.client(fields::field_names())?)
}

/// Returns the place of the client secret. One in a variable is used for the token of a service only.
fn secret_location(args: &RevokeArgs, variables: &Variables) -> Option<SecretLocation> {
    let flag = args.client_secret_file.as_deref();
    let is_used = flag.is_some() || args.token.kind == Kind::Service;
    SecretLocation::of(flag, variables).filter(|_| is_used)
}

/// The places on this machine that may hold the token.
struct Stores {
    cache: Option<FileStore>,
    /// The sessions, for a refresh token.
    sessions: Option<SessionStore>,
}

impl Stores {
    fn open(
        args: &RevokeArgs,
        settings: &CommonSettings,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let key_file = settings.cache.key_file.as_deref();
        Ok(Self {
            cache: stores::token_cache(key_file, variables)?,
            sessions: match args.token.kind {
                Kind::Refresh => stores::sessions(key_file, variables)?,
                _ => None,
            },
        })
    }

    /// Ends the session of a refresh token.
    fn end_session(&self, token: &Secret, context: &Context) {
        let Some(sessions) = &self.sessions else {
            return;
        };
        match end_session(sessions, token, context) {
            Ok(Some(name)) => context
                .console
                .notice(&format!("{name} is signed out here")),
            Ok(None) => {}
            Err(failure) => context.console.notice(&format!(
                "the session of the token may still be stored: {}",
                failure.line()
            )),
        }
    }

    /// Deletes the token from the cache.
    fn forget(&self, token: Secret, console: &Console) {
        let forgotten = match (&self.cache, AccessToken::new(token)) {
            (Some(cache), Ok(token)) => cache.forget_token(&token),
            _ => Ok(0),
        };
        match forgotten {
            Ok(0) => console.notice("IMS has revoked the token"),
            Ok(_) => console.notice("IMS has revoked the token, and it is deleted from the cache"),
            Err(error) => console.notice(&format!(
                "IMS has revoked the token, but it may still be in the cache: {error}"
            )),
        }
    }
}

/// Ends the session that holds the token and returns its name.
fn end_session(
    sessions: &SessionStore,
    token: &Secret,
    context: &Context,
) -> Result<Option<String>, Failure> {
    for file in sessions.list()? {
        let Some((key, session)) = file.session else {
            continue;
        };
        if session.refresh_token.expose() == token.expose() {
            context.wait(sessions.remove(&key))??;
            return Ok(Some(key.name().to_owned()));
        }
    }
    Ok(None)
}
