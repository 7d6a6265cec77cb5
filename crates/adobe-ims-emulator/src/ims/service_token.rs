//! The tokens of a permanent authorization code, and how IMS tells them from others.

use crate::identities::client::Client;
use crate::identities::client_user::SERVICE_SUFFIX;
use crate::ims_settings::{ImsSettings, ServiceTokenForm};
use crate::tokens::scopes;

/// The scope of older service tokens. A published client tells service tokens by it.
const SYSTEM: &str = "system";

/// The user and the scopes of a service token.
pub(crate) struct ServiceUser {
    pub(crate) user_id: String,
    pub(crate) scopes: Vec<String>,
}

impl ServiceUser {
    /// Returns those of a client, in the form of the setting `service_tokens`.
    pub(crate) fn of(client: &Client, settings: &ImsSettings, mut scopes: Vec<String>) -> Self {
        let user_id = match settings.service_tokens {
            ServiceTokenForm::AdobeService => client.service_user_id(),
            ServiceTokenForm::SystemScope => {
                if !scopes::contains(&scopes, SYSTEM) {
                    scopes.push(SYSTEM.to_owned());
                }
                client.binding.technical_account_id.clone()
            }
        };
        Self { user_id, scopes }
    }
}

/// Returns whether a token with this user and these scopes is one of a service.
pub(crate) fn is_service_token(user_id: &str, scope: &str) -> bool {
    user_id.ends_with(SERVICE_SUFFIX) || scopes::names(scope).any(|name| name == SYSTEM)
}
