//! The codes and tokens that a sign-in gives.

use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::NewToken;
use crate::sessions::authorization::Authorization;
use crate::sessions::session_store::PendingCode;
use crate::state::State;
use crate::tokens::token_type::TokenType;

/// The tokens of a person that are to be issued.
pub(crate) struct NewUserTokens<'a> {
    pub(crate) authorization: &'a Authorization,
    /// The scopes of the access token. They may be fewer than those of the authorization.
    pub(crate) scopes: &'a [String],
    pub(crate) with_refresh_token: bool,
    pub(crate) grant: GrantType,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// The issued tokens of a person.
pub(crate) struct IssuedUserTokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
}

impl NewUserTokens<'_> {
    pub(crate) fn issue(&self, state: &State) -> IssuedUserTokens {
        let authorization = self.authorization;
        let refresh_token = self.with_refresh_token.then(|| {
            // A new refresh token has all scopes of the authorization (RFC 6749 §6).
            NewToken::for_authorization(authorization, &authorization.scopes, self.now)
                .issue(state, TokenType::Refresh)
        });
        let (refresh_token, reference) = refresh_token
            .map(|issued| (issued.token, issued.reference))
            .unzip();
        let resources: Vec<&str> = authorization.resources.iter().map(String::as_str).collect();
        let access_token = NewToken::for_authorization(authorization, self.scopes, self.now)
            .refresh_token(reference)
            .resources(&resources)
            .issue_access_token(state, self.grant);
        IssuedUserTokens {
            access_token,
            refresh_token,
        }
    }
}

/// Returns whether sign-ins with the client give refresh tokens. Adobe's documents disagree on those
/// of public clients.
pub(crate) fn gives_refresh_tokens(state: &State, client: &Client) -> bool {
    let public_ones = state.ims_settings().public_refresh_tokens;
    client.is_allowed(GrantType::RefreshToken) && (public_ones || !client.is_public())
}

/// Issues the token of a device that a person registers.
pub(crate) fn issue_device_token(
    state: &State,
    authorization: &Authorization,
    device_id: &str,
) -> String {
    let now = state.config.clock.unix_millis();
    NewToken::for_authorization(authorization, &authorization.scopes, now)
        .device(device_id)
        .issue(state, TokenType::Device)
        .token
}

/// Issues an authorization code for one use.
pub(crate) fn issue_code(state: &State, authorization: Authorization) -> String {
    let now = state.config.clock.unix_millis();
    let issued = NewToken::for_authorization(&authorization, &authorization.scopes, now)
        .issue(state, TokenType::AuthorizationCode);
    let code = PendingCode {
        authorization,
        expires_at: issued.reference.expires_at,
    };
    state.sessions().add_code(issued.reference.id, code, now);
    issued.token
}
