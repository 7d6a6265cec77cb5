//! `ims logout`: signs a person out, at IMS and here.

use adobe_ims::internal::time;
use adobe_ims::session::Session;
use adobe_ims::session::UserSession;

use crate::args::LogoutArgs;
use crate::auth::sign_in_target::SignInTarget;
use crate::auth::{signed_in, stores};
use crate::context::Context;
use crate::error::Failure;
use crate::http::transport::ims_client;
use crate::settings::{
    ClientSettings, CompetingVariables, ConfigurationSource, SelectionFlags, SettingFlags,
};

pub(super) fn run(
    args: &LogoutArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let settings = settings(args, source)?;
    let target = SignInTarget::of_selected(&settings, context)?;
    let user = target.user(&settings.cache, &context.variables)?;
    let store = stores::token_cache(settings.cache.key_file.as_deref(), &context.variables)?;

    let ended = if args.local {
        context.wait(user.sessions().remove(user.key()))??
    } else {
        sign_out(&user, &settings, context)?
    };
    let forgotten = store.map_or(0, |store| {
        signed_in::forget(&user, &store, &context.console)
    });
    let name = user.key().name();
    context.console.notice(&match ended {
        Some(session) if args.local => format!(
            "{name} is signed out here; the refresh token is valid at IMS until {}",
            time::display(session.expires_at())
        ),
        Some(_) => format!("{name} is signed out"),
        None if forgotten > 0 => {
            format!("{name} is signed out here; the access token is valid until it expires")
        }
        None => format!("nobody is signed in as {name}"),
    });
    Ok(())
}

fn settings(
    args: &LogoutArgs,
    source: &ConfigurationSource<'_>,
) -> Result<ClientSettings, Failure> {
    let selection = SelectionFlags {
        profile: args.name.as_deref().or(args.profile.as_deref()),
        has_document: false,
        has_fields: false,
    };
    let flags = SettingFlags {
        cache_key_file: args.cache_key_file.as_deref(),
        ..SettingFlags::of_connection(&args.connection)
    };
    // A session always belongs to a profile, so no variable takes its place.
    ClientSettings::resolve(&selection, CompetingVariables::None, flags, source)
}

fn sign_out(
    user: &UserSession,
    settings: &ClientSettings,
    context: &Context,
) -> Result<Option<Session>, Failure> {
    let ims = ims_client(&settings.connection, &context.variables)?;
    let environment = user.client().environment();
    context.console.detail(&format!("asking {environment}"));
    context.wait(user.sign_out(&ims))?.map_err(|error| {
        Failure::from(error).with_hint(
            "you are still signed in; --local deletes the session here without asking IMS",
        )
    })
}
