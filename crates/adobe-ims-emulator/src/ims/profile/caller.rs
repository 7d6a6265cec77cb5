//! Whose token it is that asks.
//!
//! | Case | Answer |
//! |---|---|
//! | no token, or none that is good | 401 `invalid_token`, `Invalid or expired token.` (observed) |
//! | token without a scope that the question needs | 403 `insufficient_scope` (RFC 6750) |
//!
//! The parameter `client_id`, which some published clients send, is not looked at.

use http::{HeaderMap, StatusCode};

use crate::http::parameters::bearer;
use crate::http::response::ErrorResponse;
use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::person::{AccountType, RegisteredPerson};
use crate::ims::token::AccessToken;
use crate::state::State;
use crate::tokens::scopes;

/// Somebody with a good token.
pub(crate) struct Caller {
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    scope: String,
}

/// Somebody who is known.
pub(crate) enum Principal<'d> {
    Person(&'d RegisteredPerson),
    TechnicalAccount(&'d Client),
}

impl Caller {
    pub(crate) fn of(state: &State, headers: &HeaderMap) -> Result<Self, ErrorResponse> {
        let token = bearer(headers).and_then(|token| AccessToken::verify(state, token).ok());
        let token = token.ok_or_else(invalid_token)?;
        let scope = token.claims.get("scope").and_then(|scope| scope.as_str());
        Ok(Self {
            scope: scope.unwrap_or_default().to_owned(),
            client_id: token.client_id,
            user_id: token.user_id,
        })
    }

    pub(crate) fn has(&self, scope: &str) -> bool {
        scopes::names(&self.scope).any(|granted| granted == scope)
    }

    pub(crate) fn needs(&self, scope: &'static str) -> Result<(), ErrorResponse> {
        if self.has(scope) {
            return Ok(());
        }
        Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            format!("The token lacks the scope {scope}."),
        ))
    }
}

impl<'d> Principal<'d> {
    /// Who has this user id.
    pub(crate) fn of(directory: &'d Directory, user_id: &str) -> Option<Self> {
        let person = directory.people.by_user_id(user_id).map(Self::Person);
        person.or_else(|| {
            let client = directory.technical_account(user_id)?;
            let own = client.binding.technical_account_id == user_id;
            own.then_some(Self::TechnicalAccount(client))
        })
    }

    /// The person, with a technical account as one: its name is that of its client (inferred), and it belongs
    /// to an enterprise.
    pub(crate) fn person(&self) -> RegisteredPerson {
        match self {
            Self::Person(person) => (*person).clone(),
            Self::TechnicalAccount(client) => RegisteredPerson {
                user_id: client.binding.technical_account_id.clone(),
                auth_id: client.binding.technical_account_id.clone(),
                email: client.binding.email.clone(),
                name: client.id.clone(),
                first_name: client.id.clone(),
                last_name: String::new(),
                country: "US".to_owned(),
                account_type: AccountType::Enterprise,
                memberships: Vec::new(),
                product_contexts: Vec::new(),
            },
        }
    }
}

/// What is wrong with every token that is not good (observed).
pub(crate) fn invalid_token() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::UNAUTHORIZED,
        "invalid_token",
        "Invalid or expired token.",
    )
}
