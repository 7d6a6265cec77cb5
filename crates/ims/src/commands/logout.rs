//! `ims logout`: a person signs out, at IMS and here.

use adobe_ims::internal::time;

use crate::args::LogoutArgs;
use crate::auth::sign_in_target::SignInTarget;
use crate::auth::{signed_in, stores};
use crate::context::Context;
use crate::error::Failure;

pub(crate) fn run(arguments: &LogoutArgs, context: &Context) -> Result<(), Failure> {
    let target = SignInTarget::of_selected(&arguments.connection, context)?;
    let key_file = arguments.cache_key_file.as_deref();
    let user = target.user(key_file, &context.variables)?;
    let store = stores::store(key_file, &context.variables)?;
    let name = user.key().name();

    let ended = match arguments.local {
        true => context.wait(user.sessions().end(user.key()))??,
        false => {
            let ims = arguments.connection.ims(&context.variables)?;
            context
                .console
                .detail(&format!("asking {}", user.client().environment()));
            context.wait(user.sign_out(&ims))?.map_err(|error| {
                Failure::from(error).with_hint(
                    "you are still signed in; --local deletes what is kept here without IMS",
                )
            })?
        }
    };
    let forgotten = store.map_or(0, |store| {
        signed_in::forget(&user, &store, &context.console)
    });
    context.console.notice(&match ended {
        Some(session) if arguments.local => format!(
            "{name} is signed out here; the refresh token is valid at IMS until {}",
            time::display(session.ends_at())
        ),
        Some(_) => format!("{name} is signed out"),
        None if forgotten > 0 => {
            format!("{name} is signed out here; the access token is valid until it expires")
        }
        None => format!("nobody is signed in as {name}"),
    });
    Ok(())
}
