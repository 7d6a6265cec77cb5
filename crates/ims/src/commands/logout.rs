//! `ims logout`: a person signs out, at IMS and here.

use adobe_ims::internal::time;

use crate::args::LogoutArgs;
use crate::auth::sign_in_target::SignInTarget;
use crate::auth::{signed_in, stores};
use crate::console::Console;
use crate::environment::variables::Variables;
use crate::error::Failure;
use crate::http::transport;

pub(crate) fn run(
    arguments: &LogoutArgs,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    let target = SignInTarget::of_selected(&arguments.connection, console, variables)?;
    let key_file = arguments.cache_key_file.as_deref();
    let user = target.user(key_file, variables)?;
    let store = stores::store(key_file, variables)?;
    let name = user.key().name();

    let ended = match arguments.local {
        true => transport::wait(user.sessions().end(user.key()))??,
        false => {
            let ims = arguments.connection.ims(variables)?;
            console.detail(&format!("asking {}", user.client().environment()));
            transport::wait(user.sign_out(&ims))?.map_err(|error| {
                Failure::from(error).with_hint(
                    "you are still signed in; --local deletes what is kept here without IMS",
                )
            })?
        }
    };
    let forgotten = store.map_or(0, |store| signed_in::forget(&user, &store, console));
    console.notice(&match ended {
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
