//! The sessions of profiles, read offline.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use adobe_ims::credentials::OauthClient;
use adobe_ims::internal::time;
use adobe_ims::session::{Session, SessionKey};
use adobe_ims_config::{Configuration, Identity, Profile, Settings};

use super::stores;
use crate::console::rows::clean;
use crate::context::Context;
use crate::environment::{Variables, variables};
use crate::error::Failure;

/// Returns the session that the last sign-in with the profile left.
pub(crate) fn of_profile(
    profile: &Profile,
    defaults: &Settings,
    variables: &Variables,
) -> Result<Option<Session>, Failure> {
    let (Identity::UserPkce { .. }, Some(client)) = (&profile.identity, profile.client()) else {
        return Ok(None);
    };
    let own = &profile.settings;
    // A profile with an `environment` is bound to it.
    let environment = match (&own.environment, variables.text(variables::URL)?) {
        (Some(bound), _) => bound.value.clone(),
        (None, Some(url)) => adobe_ims_config::values::parse_environment(&url)?,
        (None, None) => {
            let named = defaults.environment.as_ref();
            named.map(|it| it.value.clone()).unwrap_or_default()
        }
    };
    let key_file = key_file(&[own, defaults], variables);
    let Some(sessions) = stores::sessions(key_file.as_deref(), variables)? else {
        return Ok(None);
    };
    let client = OauthClient::new(environment, &client.id);
    Ok(sessions.read(&SessionKey::new(&client, &profile.name))?)
}

/// Returns the session of a profile, where it is one fact among others: a session that cannot be read causes a note.
pub(crate) fn of_profile_or_note(
    profile: &Profile,
    defaults: &Settings,
    context: &Context,
) -> Option<Session> {
    of_profile(profile, defaults, &context.variables).unwrap_or_else(|failure| {
        context.console.notice(&failure.line());
        None
    })
}

/// Returns the sessions whose name and client belong to no profile of the configuration.
pub(crate) fn orphans(
    configuration: &Configuration,
    variables: &Variables,
) -> Result<Vec<(SessionKey, Session)>, Failure> {
    let key_file = key_file(&[&configuration.defaults], variables);
    let Some(sessions) = stores::sessions(key_file.as_deref(), variables)? else {
        return Ok(Vec::new());
    };
    let is_of = |profile: &Profile, key: &SessionKey| {
        matches!(profile.identity, Identity::UserPkce { .. })
            && profile.name == key.name()
            && profile.client().is_some_and(|it| it.id == key.client_id())
    };
    let profiles = &configuration.profiles;
    let unusable = &configuration.unusable_profiles;
    let stored = sessions.list()?.into_iter().filter_map(|it| it.session);
    Ok(stored
        .filter(|(key, _)| !profiles.iter().any(|profile| is_of(profile, key)))
        .filter(|(key, _)| !unusable.iter().any(|profile| profile.name == key.name()))
        .collect())
}

/// Returns what to do about a session that belongs to no profile.
pub(crate) fn orphan_note(key: &SessionKey, session: &Session) -> String {
    let name = clean(key.name());
    format!(
        "a session belongs to no profile: {name}, of client {:?} at {}, until {}; to end it, add a profile {name} of type user-pkce for this client, then run `ims logout {name}`",
        key.client_id(),
        key.environment(),
        time::display(session.expires_at()),
    )
}

/// Returns true if a session is kept under the name of a profile that cannot be used.
pub(crate) fn is_kept_for(
    name: &str,
    defaults: &Settings,
    variables: &Variables,
) -> Result<bool, Failure> {
    let key_file = key_file(&[defaults], variables);
    let Some(sessions) = stores::sessions(key_file.as_deref(), variables)? else {
        return Ok(false);
    };
    let mut stored = sessions.list()?.into_iter().filter_map(|it| it.session);
    Ok(stored.any(|(key, _)| key.name() == name))
}

/// Returns true if the person has to sign in again.
pub(crate) fn is_over(session: &Session, now: SystemTime) -> bool {
    session.refused_at().is_some() || session.expires_at() <= now
}

/// Returns the state of the sign-in for a table; it is empty for a profile that nobody signs in with.
pub(crate) fn state(profile: &Profile, session: Option<&Session>, now: SystemTime) -> String {
    match (&profile.identity, session) {
        (_, Some(session)) if is_over(session, now) => "ended".to_owned(),
        (_, Some(session)) => format!("until {}", time::display(session.expires_at())),
        (Identity::UserPkce { .. }, None) => "no".to_owned(),
        _ => String::new(),
    }
}

/// Returns the key file that the variable names, or else the first that the configuration names.
fn key_file(settings: &[&Settings], variables: &Variables) -> Option<PathBuf> {
    let variable = variables.os(variables::CACHE_KEY_FILE).map(PathBuf::from);
    variable.or_else(|| {
        let mut configured = settings.iter().filter_map(|it| it.cache_key_file.as_ref());
        configured.next().map(|it| Path::to_owned(&it.value))
    })
}
