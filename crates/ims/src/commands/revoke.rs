//! `ims revoke`: a token that is to be valid no longer, at IMS and here.

use adobe_ims::api::Cascade;
use adobe_ims::credentials::CredentialFields;
use adobe_ims::session::SessionStore;
use adobe_ims::{AccessToken, Error, Problem};

use crate::args::{Kind, RevokeArgs};
use crate::auth::fields::{self, SecretLocation};
use crate::auth::stores;
use crate::auth::token_argument::TokenArgument;
use crate::context::Context;
use crate::environment::variables::Variables;
use crate::error::Failure;

pub(crate) fn run(arguments: &RevokeArgs, context: &Context) -> Result<(), Failure> {
    let kind = arguments.token.kind;
    if kind == Kind::Code {
        let what = "IMS revokes no authorization codes";
        return Err(Failure::usage(what).with_hint("they are good once, and for a short while"));
    }
    if arguments.cascade && ![Kind::Refresh, Kind::Device].contains(&kind) {
        let what = "--cascade goes with --kind refresh and --kind device: nothing else is got with another";
        return Err(Failure::usage(what));
    }
    // A key that cannot be read is better known before anything is revoked.
    let key_file = arguments.cache_key_file.as_deref();
    let cache = stores::store(key_file, &context.variables)?;
    let sessions = match kind {
        Kind::Refresh => stores::sessions(key_file, &context.variables)?,
        _ => None,
    };
    let subject = TokenArgument::find(&arguments.token, context)?;
    let mut client = CredentialFields::new()
        .client_id(&subject.client_id)
        .environment(subject.environment.clone());
    if let Some(place) = secret_location(arguments, &context.variables) {
        client = client.client_secret(place.read(&context.variables)?);
    } else if kind == Kind::Service {
        let what = "the token of a service is revoked with the client's secret";
        return Err(
            Failure::from(Error::new(Problem::ClientSecretMissing, what))
                .with_hint("name its file with --client-secret-file"),
        );
    }
    let client = client.client(fields::names())?;
    let cascade = match arguments.cascade {
        true => Cascade::All,
        false => Cascade::None,
    };
    context.wait(
        subject
            .ims
            .invalidate_as(&subject.token, subject.kind, &client, cascade),
    )??;

    let is_over = sessions.map_or(Ok(None), |sessions| end(&sessions, &subject, context));
    match is_over {
        Ok(Some(name)) => context
            .console
            .notice(&format!("{name} is signed out here")),
        Ok(None) => {}
        Err(failure) => context.console.notice(&format!(
            "the sign-in that it was of may still be kept: {}",
            failure.line()
        )),
    }
    let token = AccessToken::new(subject.token);
    let forgotten = match (&cache, token) {
        (Some(cache), Ok(token)) => cache.forget_token(&token),
        _ => Ok(0),
    };
    match forgotten {
        Ok(0) => context.console.notice("IMS has revoked the token"),
        Ok(_) => context
            .console
            .notice("IMS has revoked the token, and it is deleted from the cache"),
        Err(error) => context.console.notice(&format!(
            "IMS has revoked the token, but it may still be in the cache: {error}"
        )),
    }
    Ok(())
}

/// A secret that happens to be in a variable is for the token of a service only.
fn secret_location(arguments: &RevokeArgs, variables: &Variables) -> Option<SecretLocation> {
    let flag = arguments.client_secret_file.as_deref();
    match flag.is_some() || arguments.token.kind == Kind::Service {
        true => SecretLocation::of(flag, variables),
        false => None,
    }
}

/// Ends the session that holds the token; its name.
fn end(
    sessions: &SessionStore,
    subject: &TokenArgument,
    context: &Context,
) -> Result<Option<String>, Failure> {
    for file in sessions.list()? {
        let Some((key, session)) = file.session else {
            continue;
        };
        if session.refresh_token.expose() == subject.token.expose() {
            context.wait(sessions.end(&key))??;
            return Ok(Some(key.name().to_owned()));
        }
    }
    Ok(None)
}
