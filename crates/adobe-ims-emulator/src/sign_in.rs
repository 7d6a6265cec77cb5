//! Sign-ins without a browser, for tests.

use std::fmt;

use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::grant_type::GrantType;
use crate::identities::registration_error::RegistrationError;
use crate::ims::user_tokens::{
    NewUserTokens, gives_refresh_tokens, issue_code, issue_device_token,
};
use crate::sessions::authorization::Authorization;
use crate::state::State;
use crate::tokens::pkce::CodeChallenge;
use crate::tokens::scopes;

/// A sign-in of a person with a client, without a browser.
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
    /// Creates a sign-in of a person, by e-mail address or user id, with a client.
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

    /// Sets the requested scopes; the default is all scopes of the client.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scopes = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the redirect URI. A token request with another `redirect_uri` is refused.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// Sets the PKCE code challenge, of the method `S256`.
    #[must_use]
    pub fn code_challenge(mut self, challenge: impl Into<String>) -> Self {
        self.code_challenge = Some(challenge.into());
        self
    }

    /// Sets the nonce of the id token.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }
}

/// The tokens of a sign-in.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserTokens {
    /// The access token.
    pub access_token: String,
    /// The refresh token, if the client is registered for refresh tokens.
    pub refresh_token: Option<String>,
}

impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokens").finish_non_exhaustive()
    }
}

impl SignIn {
    /// Issues an authorization code.
    pub(crate) fn issue_code(&self, state: &State) -> Result<String, RegistrationError> {
        let directory = state.directory();
        let client = self.client(&directory, GrantType::AuthorizationCode)?;
        let authorization = self.authorization(state, &directory, client)?;
        Ok(issue_code(state, authorization))
    }

    /// Issues the tokens that an authorization code would give.
    pub(crate) fn issue_tokens(&self, state: &State) -> Result<UserTokens, RegistrationError> {
        let directory = state.directory();
        let client = self.client(&directory, GrantType::AuthorizationCode)?;
        let authorization = self.authorization(state, &directory, client)?;
        let tokens = NewUserTokens {
            authorization: &authorization,
            scopes: &authorization.scopes,
            with_refresh_token: gives_refresh_tokens(state, client),
            grant: GrantType::AuthorizationCode,
            now: state.config.clock.unix_millis(),
        };
        let issued = tokens.issue(state);
        Ok(UserTokens {
            access_token: issued.access_token,
            refresh_token: issued.refresh_token,
        })
    }

    /// Issues a device token.
    pub(crate) fn issue_device_token(
        &self,
        state: &State,
        device_id: &str,
    ) -> Result<String, RegistrationError> {
        let directory = state.directory();
        let client = self.client(&directory, GrantType::Device)?;
        let authorization = self.authorization(state, &directory, client)?;
        Ok(issue_device_token(state, &authorization, device_id))
    }

    fn client<'d>(
        &self,
        directory: &'d Directory,
        grant: GrantType,
    ) -> Result<&'d Client, RegistrationError> {
        let client = directory
            .client(&self.client_id)
            .ok_or_else(|| RegistrationError::UnknownClientId(self.client_id.clone()))?;
        if client.is_allowed(grant) {
            Ok(client)
        } else {
            Err(self.not_allowed())
        }
    }

    fn authorization(
        &self,
        state: &State,
        directory: &Directory,
        client: &Client,
    ) -> Result<Authorization, RegistrationError> {
        let person = directory.people.by_user_id_or_email(&self.person);
        let person = person.ok_or_else(|| RegistrationError::UnknownPerson(self.person.clone()))?;
        let scopes = scopes::granted(&self.scopes.join(","), &client.scopes)
            .map_err(|_| self.not_allowed())?;
        let challenge = self.code_challenge.as_ref().map(|text| {
            CodeChallenge::new(text, Some("S256"))
                .ok_or_else(|| RegistrationError::CodeChallenge(text.clone()))
        });
        let redirect_uri = self.redirect_uri.as_deref();
        let redirect_uri = redirect_uri.or_else(|| client.redirect_uris.default_uri());
        Ok(Authorization {
            redirect_uri: redirect_uri.map(str::to_owned),
            challenge: challenge.transpose()?,
            nonce: self.nonce.clone(),
            ..Authorization::new(state.new_session_id(), &client.id, person, scopes)
        })
    }

    fn not_allowed(&self) -> RegistrationError {
        RegistrationError::NotAllowed(self.client_id.clone())
    }
}
