//! The user of a request to AEM.

use http::Request;
use http::header::HOST;

use crate::http::parameters::bearer_token;
use crate::identities::aem_environment::AemEnvironment;
use crate::identities::aem_users::AemGroups;
use crate::ims::token::Token;
use crate::state::State;

/// Returns the groups of the user of the request's token, if the token is valid in the environment
/// of the request. AEM creates the user, a technical account or a person, at the first call.
pub(crate) fn authenticate<B>(state: &State, http: &Request<B>) -> Option<AemGroups> {
    let token = Token::verify_access_token(state, bearer_token(http.headers())?).ok()?;
    let directory = state.directory();
    let client = directory.client(&token.client_id)?;
    let of_client = AemEnvironment::from_client_id(&client.id).unwrap_or(state.config.environment);
    if of_client != requested_environment(state, http) {
        return None;
    }
    let email = match client.user(&token.user_id) {
        Some(user) => user.email,
        None => directory.people.by_user_id(&token.user_id)?.email(),
    };
    let now = state.config.clock.unix_millis();
    let mut users = state.aem_users();
    Some(users.record_call(&token.user_id, email, now))
}

/// Returns whether a request goes to the publish tier by its host name.
#[cfg(feature = "forms")]
pub(crate) fn is_publish<B>(http: &Request<B>) -> bool {
    requested_host(http).is_some_and(|host| {
        let is_aem = AemEnvironment::from_host(host).is_some();
        is_aem && host.to_ascii_lowercase().starts_with("publish-")
    })
}

/// Returns the environment in the host name of the request, or the emulator's.
fn requested_environment<B>(state: &State, http: &Request<B>) -> AemEnvironment {
    requested_host(http)
        .and_then(AemEnvironment::from_host)
        .unwrap_or(state.config.environment)
}

fn requested_host<B>(http: &Request<B>) -> Option<&str> {
    let header = http.headers().get(HOST);
    http.uri().host().or_else(|| header?.to_str().ok())
}
