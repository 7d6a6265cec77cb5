//! Access tokens that a test makes up, right or wrong.

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::clock::{LATEST, at_second};
use crate::identities::directory::Directory;
use crate::identities::registration_error::RegistrationError;
use crate::ims::new_token::{ImsEnvironment, NewToken, TokenUser};
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::token_keys::{sign_in_other_environment, sign_with_foreign_key, unsigned};
use crate::tokens::token_type::TokenType;

/// The time for which an expired token has been so, in milliseconds.
const EXPIRED_FOR: i64 = 60_000;

/// An access token that a test makes up: as wrong as the test needs, or right.
///
/// No client asked for it, so [`Emulator::tokens_minted`](crate::Emulator::tokens_minted) does not
/// count it.
///
/// ```
/// use adobe_ims_emulator::{CustomToken, Emulator};
///
/// let emulator = Emulator::start()?;
/// let account = &emulator.accounts()[0];
/// let expired = CustomToken::for_account(account.client_id()).expired();
/// let token = emulator.custom_token(&expired)?;
/// // A program under test sends token.access_token to AEM, which answers with 401.
/// assert!(token.expires_at < Some(emulator.clock().now()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CustomToken {
    holder: TokenHolder,
    scopes: Option<Vec<String>>,
    claims: Map<String, Value>,
    is_expired: bool,
    signer: TokenSigner,
    environment: Option<TokenEnvironment>,
}

/// The client and the user of a token.
#[derive(Clone, Debug)]
enum TokenHolder {
    Account(String),
    Client(String),
    Person {
        person: String,
        /// The default is the first client for sign-ins.
        client: Option<String>,
    },
}

/// The signature of a [`CustomToken`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenSigner {
    /// The key of the emulated IMS.
    #[default]
    Ims,
    /// Another key, though the header names that of the emulated IMS.
    Other,
    /// No signature: the header has the algorithm `none`.
    None,
}

/// The environment of IMS of a [`CustomToken`]. A token of another environment than the emulator's
/// has a signature by another key, which the header names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenEnvironment {
    /// Production, `ims-na1`.
    Production,
    /// Stage, `ims-na1-stg1`.
    Stage,
}

/// A token that was made for a [`CustomToken`].
#[derive(Clone)]
#[non_exhaustive]
pub struct MadeToken {
    /// The token.
    pub access_token: String,
    /// The claim `id`. Missing if the claims of the test have none, or one that is not a text.
    pub token_id: Option<String>,
    /// The end by the claims `created_at` and `expires_in`. Missing if they name none that is before
    /// the year 9999.
    pub expires_at: Option<SystemTime>,
}

impl CustomToken {
    /// Creates a token of a service account, by its client id or technical account id.
    pub fn for_account(id: impl Into<String>) -> Self {
        Self::new(TokenHolder::Account(id.into()))
    }

    /// Creates a token of the technical account of a client.
    pub fn for_client(client_id: impl Into<String>) -> Self {
        Self::new(TokenHolder::Client(client_id.into()))
    }

    /// Creates a token of a person, by user id or e-mail address, from the first client for sign-ins.
    pub fn for_person(user_id_or_email: impl Into<String>) -> Self {
        Self::new(TokenHolder::Person {
            person: user_id_or_email.into(),
            client: None,
        })
    }

    /// Creates a token of a person from a client.
    pub fn for_person_with(
        user_id_or_email: impl Into<String>,
        client_id: impl Into<String>,
    ) -> Self {
        Self::new(TokenHolder::Person {
            person: user_id_or_email.into(),
            client: Some(client_id.into()),
        })
    }

    /// Sets the scopes; the default is all scopes of the client. The client need not have them.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets a claim, or with [`Value::Null`] removes it. IMS writes times as texts of milliseconds.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Makes the token one that expired a minute ago.
    #[must_use]
    pub fn expired(mut self) -> Self {
        self.is_expired = true;
        self
    }

    /// Sets the signature.
    #[must_use]
    pub fn signed_by(mut self, signer: TokenSigner) -> Self {
        self.signer = signer;
        self
    }

    /// Sets the environment; the default is that of the emulator.
    #[must_use]
    pub fn environment(mut self, environment: TokenEnvironment) -> Self {
        self.environment = Some(environment);
        self
    }

    fn new(holder: TokenHolder) -> Self {
        Self {
            holder,
            scopes: None,
            claims: Map::new(),
            is_expired: false,
            signer: TokenSigner::default(),
            environment: None,
        }
    }

    /// Makes the token.
    pub(crate) fn make(&self, state: &State) -> Result<MadeToken, RegistrationError> {
        let directory = state.directory();
        let holder = self.authorization(state, &directory)?;
        let user = TokenUser {
            user_id: &holder.user_id,
            auth_id: &holder.auth_id,
        };
        let mut created_at = state.config.clock.unix_millis();
        if self.is_expired {
            let age = state.lifetimes().millis(TokenType::Access);
            let age = i64::try_from(age).unwrap_or(i64::MAX);
            created_at = created_at.saturating_sub(age.saturating_add(EXPIRED_FOR));
        }
        let mut token = match self.holder {
            TokenHolder::Person { .. } => {
                NewToken::for_authorization(&holder, &holder.scopes, created_at)
            }
            _ => NewToken::for_user(&holder.client_id, user, &holder.scopes, created_at),
        };
        let of_emulator = ImsEnvironment::of_emulator(state);
        let environment = self.environment.map_or(of_emulator, ImsEnvironment::from);
        token = token.environment(environment);
        let issued = token.issue_with(state, TokenType::Access, |claims| {
            let claims = self.alter(claims);
            match self.signer {
                TokenSigner::None => unsigned(&claims),
                TokenSigner::Other => sign_with_foreign_key(&claims),
                TokenSigner::Ims if environment != of_emulator => {
                    sign_in_other_environment(&claims)
                }
                TokenSigner::Ims => {
                    let name = claims.get("type").and_then(Value::as_str);
                    let token_type = name.and_then(TokenType::from_name);
                    let token_type = token_type.unwrap_or(TokenType::Access);
                    state.token_keys.of(token_type).sign(&claims)
                }
            }
        });
        Ok(MadeToken::read(issued.token))
    }

    /// Returns claims with those that the test wants.
    fn alter(&self, claims: &impl serde::Serialize) -> Map<String, Value> {
        let mut altered = match serde_json::to_value(claims) {
            Ok(Value::Object(claims)) => claims,
            _ => Map::new(),
        };
        for (name, value) in &self.claims {
            if value.is_null() {
                altered.remove(name);
            } else {
                altered.insert(name.clone(), value.clone());
            }
        }
        altered
    }

    /// Returns client, user and scopes of the token.
    fn authorization(
        &self,
        state: &State,
        directory: &Directory,
    ) -> Result<Authorization, RegistrationError> {
        let unknown_client = |id: &str| RegistrationError::UnknownClientId(id.to_owned());
        let client = match &self.holder {
            TokenHolder::Account(id) => directory
                .account(id)
                .ok_or_else(|| RegistrationError::UnknownAccount(id.clone()))?,
            TokenHolder::Client(id)
            | TokenHolder::Person {
                client: Some(id), ..
            } => directory.client(id).ok_or_else(|| unknown_client(id))?,
            TokenHolder::Person { client: None, .. } => {
                let mut clients = directory.user_clients();
                clients.next().ok_or(RegistrationError::NoUserClient)?
            }
        };
        let scopes = self.scopes.clone();
        let scopes = scopes.unwrap_or_else(|| client.scopes.clone());
        if let TokenHolder::Person { person: id, .. } = &self.holder {
            let person = directory.people.by_user_id_or_email(id);
            let person = person.ok_or_else(|| RegistrationError::UnknownPerson(id.clone()))?;
            let session = state.new_session_id();
            return Ok(Authorization::new(session, &client.id, person, scopes));
        }
        let account = &client.binding.technical_account_id;
        Ok(Authorization {
            client_id: client.id.clone(),
            user_id: account.clone(),
            auth_id: account.clone(),
            scopes,
            redirect_uri: None,
            challenge: None,
            nonce: None,
            resources: Vec::new(),
            session: String::new(),
        })
    }
}

impl MadeToken {
    /// Reads id and end of a token.
    fn read(access_token: String) -> Self {
        let claims = access_token.split('.').nth(1).unwrap_or_default();
        let claims = URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
        let claims: Map<String, Value> = serde_json::from_slice(&claims).unwrap_or_default();
        let text = |name: &str| claims.get(name)?.as_str();
        let millis = |name: &str| text(name)?.parse::<i64>().ok();
        let end = || millis("created_at")?.checked_add(millis("expires_in")?);
        Self {
            token_id: text("id").map(str::to_owned),
            expires_at: end().and_then(at_milli),
            access_token,
        }
    }
}

/// Returns the time of a number of milliseconds since 1970, if it is one of the years 1970 to 9998.
fn at_milli(millis: i64) -> Option<SystemTime> {
    let since = Duration::from_millis(u64::try_from(millis).ok()?);
    let time = at_second(0).checked_add(since)?;
    (time <= at_second(LATEST)).then_some(time)
}

impl From<TokenEnvironment> for ImsEnvironment {
    fn from(environment: TokenEnvironment) -> Self {
        match environment {
            TokenEnvironment::Production => Self::Production,
            TokenEnvironment::Stage => Self::Stage,
        }
    }
}

impl fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeToken")
            .field("token_id", &self.token_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
