//! Storing the result of a sign-in: a session, and an access token in the cache.

use adobe_ims::api::UserTokenResponse;
use adobe_ims::cache::FileStore;
use adobe_ims::internal::time;
use adobe_ims::session::Session;
use adobe_ims::{Error, Problem};

use super::Login;
use crate::args::FlowName;
use crate::auth::{signed_in, stores};
use crate::error::Failure;
use crate::settings::CacheSettings;

/// Stores the session and the access token, and reports who is signed in.
pub(super) fn store(
    login: &Login<'_>,
    granted: &UserTokenResponse,
    person: &str,
) -> Result<(), Failure> {
    let cache = open_cache(login)?;
    let session = login.replace_session(granted)?;
    let is_cached = login.cache_token(granted, session.as_ref(), cache.as_ref())?;
    let name = login.user.key().name();
    let console = &login.context.console;
    if let Some(session) = session {
        console.notice(&format!(
            "{person} is signed in as {name}; without use the session ends on {}",
            time::display(session.expires_at())
        ));
    } else if is_cached {
        let end = granted.response.token.expires_at().map(time::display);
        let reason = match login.args.flow {
            FlowName::Implicit => "tokens of the implicit flow cannot be refreshed",
            FlowName::Code => {
                "IMS returned no refresh token: to stay signed in, request the scope offline_access"
            }
        };
        console.notice(&format!(
            "{person} is signed in as {name} until {}; {reason}",
            end.unwrap_or_default(),
        ));
    } else {
        let message =
            "the sign-in returned an access token only, and there is no cache to store it in";
        return Err(Error::new(Problem::StoreUnusable, message).into());
    }
    Ok(())
}

/// Opens the cache, if it is enabled. The tokens of earlier sign-ins are deleted even from a disabled one.
fn open_cache(login: &Login<'_>) -> Result<Option<FileStore>, Failure> {
    let variables = &login.context.variables;
    let settings = &login.settings.cache;
    let cache = stores::token_cache(settings.key_file.as_deref(), variables)?;
    if let Some(cache) = &cache {
        signed_in::forget(login.user, cache, &login.context.console);
    }
    CacheSettings::check_variable(variables)?;
    Ok(cache.filter(|_| settings.is_enabled))
}

impl Login<'_> {
    /// Starts the new session, or ends the earlier one if there is no refresh token.
    fn replace_session(&self, granted: &UserTokenResponse) -> Result<Option<Session>, Failure> {
        let (user, context) = (self.user, self.context);
        if granted.refresh_token.is_some() {
            let session = user.start(granted, user.scopes(), context.now());
            return Ok(Some(context.wait(session)??));
        }
        context.wait(user.sessions().remove(user.key()))??;
        Ok(None)
    }

    /// Stores the access token in the cache and returns true if that succeeded.
    fn cache_token(
        &self,
        granted: &UserTokenResponse,
        session: Option<&Session>,
        cache: Option<&FileStore>,
    ) -> Result<bool, Failure> {
        let user = self.user;
        let key = match session {
            Some(_) => user.store_key()?,
            None => user.store_key_without_session(),
        };
        let is_cached = cache.is_some_and(|cache| {
            let console = &self.context.console;
            signed_in::store_token(&granted.response.token, &key, cache, console)
        });
        if is_cached && session.is_some() {
            // The cache has the initial token now: the session must not return it for `--force`.
            self.context.wait(user.take_initial_token())??;
        }
        Ok(is_cached)
    }
}
