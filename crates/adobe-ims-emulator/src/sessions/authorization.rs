//! The authorization that a person gives to a client.

use serde::{Deserialize, Serialize};

use crate::identities::person::RegisteredPerson;
use crate::tokens::pkce::CodeChallenge;

/// An authorization by a person, from which codes and tokens are issued.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Authorization {
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    pub(crate) auth_id: String,
    pub(crate) scopes: Vec<String>,
    /// The redirect URI that received the code.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) challenge: Option<CodeChallenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) resources: Vec<String>,
    /// The `sid` of all tokens of this authorization.
    pub(crate) session: String,
}

impl Authorization {
    /// Creates an authorization without redirect URI, challenge, nonce and resources.
    pub(crate) fn new(
        session: String,
        client_id: &str,
        person: &RegisteredPerson,
        scopes: Vec<String>,
    ) -> Self {
        Self {
            client_id: client_id.to_owned(),
            user_id: person.user_id().to_owned(),
            auth_id: person.auth_id().to_owned(),
            scopes,
            redirect_uri: None,
            challenge: None,
            nonce: None,
            resources: Vec::new(),
            session,
        }
    }
}
