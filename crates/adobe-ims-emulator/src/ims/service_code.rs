//! Permanent authorization codes, with which a client gets service tokens.

use crate::identities::grant_type::GrantType;
use crate::identities::registration_error::RegistrationError;
use crate::ims::new_token::NewToken;
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
    let code = NewToken::for_client(client, &client.scopes, state.config.clock.unix_millis())
        .issue(state, TokenType::AuthorizationCode)
        .token;
    client.service_codes.push(code.clone());
    Ok(code)
}
