use std::time::SystemTime;

use super::{LOCK_TIMEOUT, LatestToken, Session, SessionKey, SessionStore};
use crate::api::{Cascade, ImsClient, TokenType, UserTokenResponse};
use crate::cache::{FileStore, Grant, StoreKey};
use crate::credentials::{OauthClient, UserCredentials};
use crate::error::{Error, ErrorClass, Problem, Result};
use crate::util::secret::Secret;
use crate::util::time;

/// The credentials of a person, with the store that holds the person's session.
#[derive(Clone, Debug)]
pub struct UserSession {
    pub(crate) credentials: UserCredentials,
    pub(crate) sessions: SessionStore,
    pub(crate) key: SessionKey,
}

impl UserSession {
    /// Creates the user session of these credentials in this store. The function reads no file.
    pub fn new(credentials: UserCredentials, sessions: SessionStore) -> Self {
        Self {
            key: SessionKey::new(&credentials.client, &*credentials.name),
            credentials,
            sessions,
        }
    }

    /// Returns the credentials of the person.
    pub fn credentials(&self) -> &UserCredentials {
        &self.credentials
    }

    /// Returns the client of the sign-in.
    pub fn client(&self) -> &OauthClient {
        &self.credentials.client
    }

    /// Returns the store that holds the session.
    pub fn sessions(&self) -> &SessionStore {
        &self.sessions
    }

    /// Returns the key of the session.
    pub fn key(&self) -> &SessionKey {
        &self.key
    }

    /// Returns the scopes to request.
    pub fn scopes(&self) -> &[String] {
        &self.credentials.scopes
    }

    /// Stores the tokens of a sign-in, and replaces an earlier session: the refresh token, and the access token for
    /// the first caller that needs one. `scopes` are the scopes that the sign-in requested.
    ///
    /// # Errors
    /// [`Problem::SessionWithoutRefreshToken`] if the response has no refresh token. The errors of
    /// [`SessionStore::save`].
    pub async fn start(
        &self,
        response: &UserTokenResponse,
        scopes: &[String],
        now: SystemTime,
    ) -> Result<Session> {
        let Some(refresh_token) = response.refresh_token.clone() else {
            let message = "the response to the sign-in has an access token but no refresh token";
            return Err(Error::new(Problem::SessionWithoutRefreshToken, message));
        };
        let user_id = response.user_id.clone();
        let mut session = Session::new(refresh_token, user_id, scopes.to_vec(), now);
        session.stated_expiry = response.refresh_expires_at;
        let token = &response.response.token;
        session.latest = token.expires_at().map(|expires_at| LatestToken {
            access_token: token.as_secret().clone(),
            expires_at,
            scopes: Vec::new(),
            is_unclaimed: true,
        });
        self.sessions.save(&self.key, &session).await?;
        Ok(session)
    }

    /// Marks the access token of the sign-in as taken: no later token request returns it. Call this if the program
    /// uses that token straight from the response to the sign-in.
    ///
    /// # Errors
    /// The errors of [`session`](Self::session) and [`SessionStore::save`].
    pub async fn take_initial_token(&self) -> Result<()> {
        let lease = self.sessions.lease(&self.key, LOCK_TIMEOUT).await?;
        let mut session = self.load_session().await?;
        let Some(latest) = session.latest.as_mut().filter(|latest| latest.is_unclaimed) else {
            return Ok(());
        };
        latest.is_unclaimed = false;
        self.sessions.replace(&lease, &self.key, session).await
    }

    /// Reads the session of the person.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`] if there is no session. The errors of [`SessionStore::read`].
    pub fn session(&self) -> Result<Session> {
        self.sessions
            .read(&self.key)?
            .ok_or_else(|| self.not_signed_in())
    }

    /// Reads the session as [`session`](Self::session) does, without blocking the runtime.
    pub(crate) async fn load_session(&self) -> Result<Session> {
        let session = self.sessions.load(&self.key).await?;
        session.ok_or_else(|| self.not_signed_in())
    }

    fn not_signed_in(&self) -> Error {
        let message = format!(
            "nobody is signed in as {:?} at {} for client {:?}",
            self.key.name(),
            self.credentials.client.environment,
            self.credentials.client.client_id
        );
        Error::new(Problem::NotSignedIn, message)
    }

    /// Returns the key under which a token store keeps the person's access tokens. Each sign-in has another
    /// fingerprint, so the tokens of an earlier sign-in are not used.
    ///
    /// # Errors
    /// The errors of [`session`](Self::session).
    pub fn store_key(&self) -> Result<StoreKey> {
        Ok(self.store_key_of(&self.session()?))
    }

    /// Returns the key under which a token store keeps the access token of a sign-in without a refresh token.
    pub fn store_key_without_session(&self) -> StoreKey {
        StoreKey::new(
            &self.credentials.client.environment,
            &self.credentials.client.client_id,
            Grant::AuthorizationRequest,
            &self.credentials.scopes,
            self.key.name(),
            &[],
        )
    }

    /// Signs the person out and returns the session, if there was one.
    ///
    /// 1. It invalidates the refresh token at IMS, with every token that was issued from it
    ///    ([`ImsClient::invalidate_as`] with [`Cascade::All`]).
    /// 2. It deletes the session.
    ///
    /// If IMS refuses step 1, the function asks IMS whether the refresh token is still valid, and deletes the session
    /// if it is not. If IMS cannot be reached, the session stays, so that a later call can end it.
    /// [`SessionStore::remove`] deletes a session without IMS.
    ///
    /// # Errors
    /// The errors of [`ImsClient::invalidate_as`] and [`SessionStore::remove`].
    pub async fn sign_out(&self, ims: &ImsClient) -> Result<Option<Session>> {
        let (sessions, key) = (&self.sessions, &self.key);
        let lease = sessions.lease(key, LOCK_TIMEOUT).await?;
        let Some(session) = sessions.load(key).await? else {
            return Ok(None);
        };
        let (client, token) = (&self.credentials.client, &session.refresh_token);
        let invalidated = ims.invalidate_as(token, TokenType::Refresh, client, Cascade::All);
        if let Err(error) = invalidated.await {
            if error.problem().class() != ErrorClass::Refused {
                return Err(error);
            }
            let (client_id, environment) = (&client.client_id, &client.environment);
            let validation = ims.validate(token, TokenType::Refresh, client_id, environment);
            if !validation.await.is_ok_and(|validation| !validation.valid) {
                return Err(error);
            }
        }
        sessions.delete(&lease, key).await?;
        Ok(Some(session))
    }

    /// Deletes the access tokens of all sign-ins under this name from a token store: of every person and with any
    /// scopes. Returns the number of deleted entries.
    ///
    /// # Errors
    /// The errors of [`FileStore::forget_where`].
    pub fn forget_tokens(&self, store: &FileStore) -> Result<usize> {
        let name = self.key.name();
        // The subject is the name, or the user id, a blank and the name. A user id has no blanks. A longer name of a
        // person without user id may match too; that costs its owner one request.
        let follows_user_id = |subject: &str| {
            let before = subject.strip_suffix(name);
            let user_id = before.and_then(|before| before.strip_suffix(' '));
            user_id.is_some_and(|user_id| !user_id.contains(' '))
        };
        store.forget_where(|entry| {
            let is_of_name = match entry.grant.as_str() {
                grant if grant == Grant::AuthorizationRequest.as_str() => entry.subject == name,
                grant if grant == Grant::RefreshToken.as_str() => {
                    entry.subject == name || follows_user_id(&entry.subject)
                }
                _ => false,
            };
            is_of_name
                && entry.environment == self.credentials.client.environment.base_url()
                && entry.client_id == self.credentials.client.client_id
        })
    }

    pub(crate) fn store_key_of(&self, session: &Session) -> StoreKey {
        let subject = match &session.user_id {
            Some(user_id) => format!("{user_id} {}", self.key.name()),
            None => self.key.name().to_owned(),
        };
        StoreKey::new(
            &self.credentials.client.environment,
            &self.credentials.client.client_id,
            Grant::RefreshToken,
            &self.credentials.scopes,
            &subject,
            &[&Secret::new(&*session.sign_in_id)],
        )
    }

    /// Fails if the session has passed the expiry that IMS named.
    pub(crate) fn check_expiry(&self, session: &Session, now: SystemTime) -> Result<()> {
        let Some(expiry) = session.stated_expiry.filter(|expiry| *expiry <= now) else {
            return Ok(());
        };
        let (name, expiry) = (self.key.name(), time::display(expiry));
        let message = format!("the sign-in {name:?} ended on {expiry}");
        Err(Error::new(Problem::SignInAgain, message))
    }
}
