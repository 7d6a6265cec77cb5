//! Sign-ins without a browser, for tests.

use std::fmt;

use crate::identities::account::AccountError;
use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identities::person::RegisteredPerson;
use crate::ims::new_token::TokenType;
use crate::ims::user_tokens::sign_in_tokens;
use crate::sessions::authorization::{Authorization, CodeChallenge};
use crate::state::State;
use crate::tokens::scopes;

/// What a person agrees to when they sign in; see
/// [`Emulator::authorization_code`](crate::Emulator::authorization_code).
///
/// ```
/// use adobe_ims_emulator::{Emulator, SignIn};
///
/// let emulator = Emulator::start()?;
/// let client = &emulator.user_clients()[0];
/// let person = &emulator.people()[0];
/// let sign_in = SignIn::new(client.client_id(), person.email()).scopes(["openid", "AdobeID"]);
/// let tokens = emulator.user_tokens(&sign_in)?;
/// assert!(tokens.refresh_token.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SignIn {
    client_id: String,
    person: String,
    scopes: Vec<String>,
    redirect_uri: Option<String>,
    code_challenge: Option<String>,
    nonce: Option<String>,
}

impl SignIn {
    /// A person, by e-mail address or user id, signs in with a client.
    pub fn new(client_id: impl Into<String>, person: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            person: person.into(),
            scopes: Vec::new(),
            redirect_uri: None,
            code_challenge: None,
            nonce: None,
        }
    }

    /// The scopes that are asked for; all of the client by default.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scopes = names.into_iter().map(Into::into).collect();
        self
    }

    /// The redirect URI; who redeems the code and names one has to name this.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// The challenge of PKCE, of the method `S256`.
    #[must_use]
    pub fn code_challenge(mut self, challenge: impl Into<String>) -> Self {
        self.code_challenge = Some(challenge.into());
        self
    }

    /// The nonce for the id token.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }
}

/// The tokens of a person who has signed in.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserTokens {
    /// The access token.
    pub access_token: String,
    /// The refresh token, if the client may use one.
    pub refresh_token: Option<String>,
}

impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokens").finish_non_exhaustive()
    }
}

impl SignIn {
    /// A code, as the redirect of a sign-in would bring it.
    pub(crate) fn code(&self, state: &State) -> Result<String, AccountError> {
        let directory = state.directory();
        let client = self.client(&directory, GrantType::AuthorizationCode)?;
        let authorization = self.authorization(state, &directory, client)?;
        Ok(authorization.code(state))
    }

    /// The tokens that a code would have given.
    pub(crate) fn tokens(&self, state: &State) -> Result<UserTokens, AccountError> {
        let directory = state.directory();
        let client = self.client(&directory, GrantType::AuthorizationCode)?;
        let authorization = self.authorization(state, &directory, client)?;
        let (access_token, refresh_token) = sign_in_tokens(state, client, &authorization);
        Ok(UserTokens {
            access_token,
            refresh_token,
        })
    }

    /// A token for a device.
    pub(crate) fn device_token(
        &self,
        state: &State,
        device_id: &str,
    ) -> Result<String, AccountError> {
        let directory = state.directory();
        let client = self.client(&directory, GrantType::Device)?;
        let authorization = self.authorization(state, &directory, client)?;
        let scope = authorization.scopes.join(",");
        let minting = authorization.minting(scope, state.clock.unix_millis());
        Ok(minting
            .device(device_id)
            .issue(state, TokenType::Device)
            .token)
    }

    fn client<'d>(
        &self,
        directory: &'d Directory,
        grant: GrantType,
    ) -> Result<&'d Client, AccountError> {
        let client = directory
            .client(&self.client_id)
            .ok_or_else(|| AccountError::UnknownClientId(self.client_id.clone()))?;
        if client.is_allowed(grant) {
            Ok(client)
        } else {
            Err(self.not_allowed())
        }
    }

    fn person<'d>(&self, directory: &'d Directory) -> Result<&'d RegisteredPerson, AccountError> {
        let people = &directory.people;
        people
            .by_user_id(&self.person)
            .or_else(|| people.by_email(&self.person))
            .ok_or_else(|| AccountError::UnknownPerson(self.person.clone()))
    }

    fn authorization(
        &self,
        state: &State,
        directory: &Directory,
        client: &Client,
    ) -> Result<Authorization, AccountError> {
        let person = self.person(directory)?;
        let scopes = scopes::granted(&self.scopes.join(","), &client.scopes)
            .map_err(|_| self.not_allowed())?;
        let challenge = match &self.code_challenge {
            Some(text) => {
                let challenge = CodeChallenge::new(text, Some("S256"));
                Some(challenge.ok_or_else(|| AccountError::CodeChallenge(text.clone()))?)
            }
            None => None,
        };
        let default_uri = client.redirect_uris.default_uri();
        Ok(Authorization {
            redirect_uri: self
                .redirect_uri
                .as_deref()
                .or(default_uri)
                .map(str::to_owned),
            challenge,
            nonce: self.nonce.clone(),
            ..Authorization::new(state, &client.id, person, scopes)
        })
    }

    fn not_allowed(&self) -> AccountError {
        AccountError::NotAllowed(self.client_id.clone())
    }
}
