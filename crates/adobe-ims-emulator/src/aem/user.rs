//! The user of a request to AEM.

use http::Request;
use http::header::HOST;

use crate::http::parameters::bearer_token;
use crate::identities::aem_environment::AemEnvironment;
use crate::ims::token::Token;
use crate::state::State;

/// The technical account or the person of a token.
pub(crate) struct User {
    pub(crate) user_id: String,
    pub(crate) email: String,
}

/// Returns the user of the request's token, if the token is valid in the environment of the
/// request.
pub(crate) fn authenticate<B>(state: &State, http: &Request<B>) -> Option<User> {
    let token = Token::verify_access_token(state, bearer_token(http.headers())?).ok()?;
    let directory = state.directory();
    let client = directory.client(&token.client_id)?;
    let of_client = AemEnvironment::from_client_id(&client.id).unwrap_or(state.config.environment);
    if of_client != requested_environment(state, http) {
        return None;
    }
    let binding = &client.binding;
    let email = if binding.technical_account_id == token.user_id {
        &binding.email
    } else {
        directory.people.by_user_id(&token.user_id)?.email()
    };
    let email = email.to_owned();
    Some(User {
        user_id: token.user_id,
        email,
    })
}

/// Returns the environment in the host name of the request, or the emulator's.
fn requested_environment<B>(state: &State, http: &Request<B>) -> AemEnvironment {
    let header = http.headers().get(HOST);
    http.uri()
        .host()
        .or_else(|| header?.to_str().ok())
        .and_then(AemEnvironment::from_host)
        .unwrap_or(state.config.environment)
}
