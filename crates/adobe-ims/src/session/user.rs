use std::time::SystemTime;

use super::{LOCK_TIMEOUT, LatestToken, Session, SessionKey, SessionStore};
use crate::api::Cascade;
use crate::api::{ImsClient, TokenType, UserTokenResponse};
use crate::cache::{FileStore, Grant, StoreKey};
use crate::credentials::{OauthClient, UserCredentials};
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result};
use crate::util::secret::Secret;
use crate::util::time;

/// The session of a person who signed in: whose it is, and where what the sign-in left is kept.
#[derive(Clone, Debug)]
pub struct UserSession {
    pub(crate) credentials: UserCredentials,
    pub(crate) sessions: SessionStore,
    pub(crate) key: SessionKey,
}

impl UserSession {
    /// Creates the session of these credentials in this store. Nothing is read yet.
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

    /// Returns the store that keeps the session.
    pub fn sessions(&self) -> &SessionStore {
        &self.sessions
    }

    /// Returns the key under which the session is kept.
    pub fn key(&self) -> &SessionKey {
        &self.key
    }

    /// Returns the scopes to request.
    pub fn scopes(&self) -> &[String] {
        &self.credentials.scopes
    }

    /// Keeps what a sign-in left, in the place of an earlier one: the refresh token, and the access token for
    /// whoever needs one first. `asked` are the scopes of the sign-in.
    ///
    /// # Errors
    /// [`Problem::SessionWithoutRefreshToken`]; as for [`SessionStore::keep`].
    pub async fn start(
        &self,
        granted: &UserTokenResponse,
        asked: &[String],
        now: SystemTime,
    ) -> Result<Session> {
        let Some(refresh_token) = granted.refresh_token.clone() else {
            let what =
                "the sign-in brought an access token, but no refresh token to stay signed in";
            return Err(Error::new(Problem::SessionWithoutRefreshToken, what));
        };
        let user_id = granted.user_id.clone();
        let mut session = Session::new(refresh_token, user_id, asked.to_vec(), now);
        session.said_to_end_at = granted.refresh_expires_at;
        let token = &granted.response.token;
        session.latest = token.expires_at().map(|expires_at| LatestToken {
            access_token: token.as_secret().clone(),
            expires_at,
            scopes: Vec::new(),
            is_unclaimed: true,
        });
        self.sessions.keep(&self.key, &session).await?;
        Ok(session)
    }

    /// Takes the access token of the sign-in: who asks for a new one is not given it any more. For whoever
    /// uses it without having asked, from what the sign-in granted.
    ///
    /// # Errors
    /// As for [`session`](Self::session) and [`SessionStore::keep`].
    pub async fn take_initial_token(&self) -> Result<()> {
        let _lease = self.sessions.lease(&self.key, LOCK_TIMEOUT).await?;
        let mut session = self.session()?;
        let Some(latest) = session.latest.as_mut().filter(|it| it.is_unclaimed) else {
            return Ok(());
        };
        latest.is_unclaimed = false;
        self.sessions.write(&self.key, &session)
    }

    /// What the last sign-in left.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`]; as for [`SessionStore::read`].
    pub fn session(&self) -> Result<Session> {
        self.sessions.read(&self.key)?.ok_or_else(|| {
            let what = format!(
                "nobody is signed in as {:?} at {} for client {:?}",
                self.key.name(),
                self.credentials.client.environment,
                self.credentials.client.client_id
            );
            Error::new(Problem::NotSignedIn, what)
        })
    }

    /// Under which name its tokens are stored. Another sign-in makes them be got anew.
    ///
    /// # Errors
    /// As for [`session`](Self::session).
    pub fn store_key(&self) -> Result<StoreKey> {
        Ok(self.store_key_of(&self.session()?))
    }

    /// Under which name the token of a sign-in is stored that left nothing to get the next one with.
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

    /// Signs out: tells IMS that the refresh token, and whatever was got with it, is to be valid no longer
    /// ([`ImsClient::invalidate_as`] with [`Cascade::All`]), and forgets the session, which nobody else uses
    /// meanwhile; gives it back if there was one.
    ///
    /// A session of which IMS knows no more is forgotten, too: where IMS refuses, it is asked whether the
    /// refresh token is valid at all. Where it cannot be reached the session is kept, so that this can be
    /// tried again; [`SessionStore::end`] does without IMS.
    ///
    /// # Errors
    /// As for [`ImsClient::invalidate_as`] and [`SessionStore::end`].
    pub async fn sign_out(&self, ims: &ImsClient) -> Result<Option<Session>> {
        let (sessions, key) = (&self.sessions, &self.key);
        let _lease = sessions.lease(key, LOCK_TIMEOUT).await?;
        let Some(session) = sessions.read(key)? else {
            return Ok(None);
        };
        let (client, token) = (&self.credentials.client, &session.refresh_token);
        let reported = ims.invalidate_as(token, TokenType::Refresh, client, Cascade::All);
        if let Err(error) = reported.await {
            if error.problem().class() != ErrorClass::Refused {
                return Err(error);
            }
            let (client_id, environment) = (&client.client_id, &client.environment);
            let asked = ims.validate(token, TokenType::Refresh, client_id, environment);
            if !asked.await.is_ok_and(|server_text| !server_text.valid) {
                return Err(error);
            }
        }
        sessions.remove(key)?;
        Ok(Some(session))
    }

    /// Forgets the tokens that were got by a sign-in under this name, by whoever and with whatever scopes; how
    /// many entries are gone.
    ///
    /// # Errors
    /// As for [`FileStore::forget_where`].
    pub fn forget_tokens(&self, store: &FileStore) -> Result<usize> {
        let name = self.key.name();
        // The name may stand behind a person, who has no blanks. That it may be a part of a longer name whose
        // person is not known costs that one a request.
        let is_behind_a_person = |subject: &str| {
            let before = subject.strip_suffix(name);
            let person = before.and_then(|before| before.strip_suffix(' '));
            person.is_some_and(|person| !person.contains(' '))
        };
        store.forget_where(|about| {
            let is_own = match about.grant.as_str() {
                grant if grant == Grant::AuthorizationRequest.as_str() => about.subject == name,
                grant if grant == Grant::RefreshToken.as_str() => {
                    about.subject == name || is_behind_a_person(&about.subject)
                }
                _ => false,
            };
            is_own
                && about.environment == self.credentials.client.environment.base_url()
                && about.client_id == self.credentials.client.client_id
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
            &[&Secret::new(&*session.sign_in)],
        )
    }

    /// Why a session cannot be used any more.
    pub(crate) fn over(&self, session: &Session, now: SystemTime) -> Option<Error> {
        let end = session.said_to_end_at.filter(|end| *end <= now)?;
        let end = time::display(end);
        let what = format!("the sign-in {:?} ended on {end}", self.key.name());
        Some(Error::new(Problem::SignInAgain, what))
    }
}
