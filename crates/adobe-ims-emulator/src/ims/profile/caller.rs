//! The caller of an endpoint, identified by an access token.

use http::{HeaderMap, StatusCode};

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::bearer_token;
use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::ims::service_token::is_service_token;
use crate::ims::token::Token;
use crate::state::State;
use crate::tokens::scopes;

/// A caller with a valid access token.
pub(crate) struct Caller {
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    scope: String,
}

impl Caller {
    pub(crate) fn authenticate(state: &State, headers: &HeaderMap) -> Result<Self, ErrorResponse> {
        let token = bearer_token(headers)
            .and_then(|token| Token::verify_access_token(state, token).ok())
            .ok_or_else(invalid_token)?;
        Ok(Self {
            client_id: token.client_id,
            user_id: token.user_id,
            scope: token.scope,
        })
    }

    /// Returns whether the token is one of a service: a permanent code gave it, or it is one of the
    /// technical account of a client that has such codes (inferred).
    pub(crate) fn is_service(&self, directory: &Directory) -> bool {
        let client = directory.client(&self.client_id);
        let is_of_service = |client: &Client| {
            let account = &client.binding.technical_account_id;
            !client.service_codes.is_empty() && *account == self.user_id
        };
        is_service_token(&self.user_id, &self.scope) || client.is_some_and(is_of_service)
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        scopes::names(&self.scope).any(|granted| granted == scope)
    }

    pub(crate) fn require_scope(&self, scope: &'static str) -> Result<(), ErrorResponse> {
        if self.has_scope(scope) {
            return Ok(());
        }
        Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            format!("The token lacks the scope {scope}."),
        ))
    }
}

/// Returns the error of every invalid token (observed).
pub(crate) fn invalid_token() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::UNAUTHORIZED,
        "invalid_token",
        "Invalid or expired token.",
    )
}
