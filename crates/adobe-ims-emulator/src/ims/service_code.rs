//! Permanent authorization codes, with which a client gets service tokens.

use crate::identities::grant_type::GrantType;
use crate::identities::registration_error::RegistrationError;
use crate::ims::new_token::{NewToken, TokenUser};
use crate::ims::service_token::ServiceUser;
use crate::state::State;
use crate::tokens::token_type::TokenType;

/// Adds a permanent authorization code to a client.
///
/// Like every code it is a JWS, because a published client reads the type in its claims. Its dates
/// do not count.
pub(crate) fn add_service_code(
    state: &State,
    client_id: &str,
) -> Result<String, RegistrationError> {
    let mut directory = state.directory();
    let client = directory
        .client_mut(client_id)
        .ok_or_else(|| RegistrationError::UnknownClientId(client_id.to_owned()))?;
    if !client.is_allowed(GrantType::AuthorizationCode) {
        return Err(RegistrationError::NotAllowed(client_id.to_owned()));
    }
    let service = ServiceUser::of(client, &state.ims_settings(), client.scopes.clone());
    let user = TokenUser {
        user_id: &service.user_id,
        auth_id: &service.user_id,
    };
    let now = state.config.clock.unix_millis();
    let code = NewToken::for_user(&client.id, user, &service.scopes, now)
        .issue(state, TokenType::AuthorizationCode)
        .token;
    client.service_codes.push(code.clone());
    Ok(code)
}
