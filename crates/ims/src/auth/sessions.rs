//! Who is signed in under a profile, without asking anybody.

use std::time::SystemTime;

use adobe_ims::credentials::OauthClient;
use adobe_ims::internal::time;
use adobe_ims::session::{Session, SessionKey};
use adobe_ims_config::{Configuration, Identity, Profile, Settings};

use crate::auth::stores;
use crate::context::Context;
use crate::environment::variables::{self, Variables};
use crate::error::Failure;
use crate::http::transport;

/// What the last sign-in left, if anybody signs in with the profile and somebody did.
pub(crate) fn of_profile(
    profile: &Profile,
    defaults: &Settings,
    variables: &Variables,
) -> Result<Option<Session>, Failure> {
    let (Identity::UserPkce { .. }, Some(client)) = (&profile.identity, profile.client()) else {
        return Ok(None);
    };
    let own = &profile.settings;
    let said = own.environment.as_ref().or(defaults.environment.as_ref());
    let environment = transport::named_service(None, variables)?
        .or_else(|| Some(said?.value.clone()))
        .unwrap_or_default();
    let said = own.cache_key_file.as_ref();
    let said = said.or(defaults.cache_key_file.as_ref());
    let said = said.filter(|_| !variables.has(variables::CACHE_KEY_FILE));
    let key_file = said.map(|it| it.value.as_path());
    let Some(sessions) = stores::sessions(key_file, variables)? else {
        return Ok(None);
    };
    let client = OauthClient::new(environment, &client.id);
    Ok(sessions.read(&SessionKey::new(&client, &profile.name))?)
}

/// What sign-ins left with names and clients that no profile has (any more).
pub(crate) fn orphans(
    configuration: &Configuration,
    variables: &Variables,
) -> Result<Vec<(SessionKey, Session)>, Failure> {
    let said = configuration.defaults.cache_key_file.as_ref();
    let said = said.filter(|_| !variables.has(variables::CACHE_KEY_FILE));
    let Some(sessions) = stores::sessions(said.map(|it| it.value.as_path()), variables)? else {
        return Ok(Vec::new());
    };
    let is_of = |profile: &Profile, key: &SessionKey| {
        matches!(profile.identity, Identity::UserPkce { .. })
            && profile.name == key.name()
            && profile.client().is_some_and(|it| it.id == key.client_id())
    };
    let known = &configuration.profiles;
    let kept = sessions.list()?.into_iter().filter_map(|it| it.session);
    Ok(kept
        .filter(|(key, _)| !known.iter().any(|profile| is_of(profile, key)))
        .collect())
}

/// What [`of_profile`] finds, where it is one fact among others: what cannot be read is told and passed over.
pub(crate) fn known_of(
    profile: &Profile,
    defaults: &Settings,
    context: &Context,
) -> Option<Session> {
    of_profile(profile, defaults, &context.variables).unwrap_or_else(|failure| {
        context.console.notice(&failure.line());
        None
    })
}

/// Whether somebody has to sign in again.
pub(crate) fn is_over(session: &Session, now: SystemTime) -> bool {
    session.refused_at().is_some() || session.ends_at() <= now
}

/// In a word or two.
pub(crate) fn state(profile: &Profile, session: Option<&Session>, now: SystemTime) -> String {
    match (&profile.identity, session) {
        (_, Some(session)) if is_over(session, now) => "ended".to_owned(),
        (_, Some(session)) => format!("until {}", time::display(session.ends_at())),
        (Identity::UserPkce { .. }, None) => "no".to_owned(),
        _ => String::new(),
    }
}
