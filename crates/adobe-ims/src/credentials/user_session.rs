use std::time::SystemTime;

use super::OauthClient;
use crate::store::{Grant, Latest, Session, SessionKey, Sessions, StoreKey};
use crate::{Error, Granted, Problem, Result, Secret, timestamp};

/// Somebody who signed in: a client, and where what the sign-in left is kept.
#[derive(Clone, Debug)]
pub struct UserSession {
    pub(crate) client: OauthClient,
    pub(crate) sessions: Sessions,
    pub(crate) key: SessionKey,
    pub(crate) scopes: Vec<String>,
}

impl UserSession {
    /// The session of this client that is kept under this name. `scopes` are those to ask for, of those that
    /// were granted; none means all of them.
    pub fn new(
        client: OauthClient,
        sessions: Sessions,
        name: impl Into<String>,
        scopes: Vec<String>,
    ) -> Self {
        Self {
            key: SessionKey::new(&client, name),
            client,
            sessions,
            scopes,
        }
    }

    /// Who asks.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Where it is kept.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Under which key it is kept.
    pub fn key(&self) -> &SessionKey {
        &self.key
    }

    /// The scopes to ask for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Keeps what a sign-in left, in the place of an earlier one: the refresh token, and the access token for
    /// whoever needs one first. `asked` are the scopes of the sign-in.
    ///
    /// # Errors
    /// [`Problem::SessionWithoutRefreshToken`]; as for [`Sessions::keep`].
    pub async fn begin(
        &self,
        granted: &Granted,
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
        let token = &granted.exchanged.token;
        session.latest = token.expires_at().map(|expires_at| Latest {
            access_token: token.as_secret().clone(),
            expires_at,
            scopes: Vec::new(),
            is_unclaimed: true,
        });
        self.sessions.keep(&self.key, &session).await?;
        Ok(session)
    }

    /// What the last sign-in left.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`]; as for [`Sessions::read`].
    pub fn session(&self) -> Result<Session> {
        self.sessions.read(&self.key)?.ok_or_else(|| {
            let what = format!(
                "nobody is signed in as {:?} at {} for client {:?}",
                self.key.name(),
                self.client.environment,
                self.client.client_id
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

    pub(crate) fn store_key_of(&self, session: &Session) -> StoreKey {
        let subject = match &session.user_id {
            Some(user_id) => format!("{user_id} {}", self.key.name()),
            None => self.key.name().to_owned(),
        };
        StoreKey::new(
            &self.client.environment,
            &self.client.client_id,
            Grant::RefreshToken,
            &self.scopes,
            &subject,
            &[&Secret::new(&*session.sign_in)],
        )
    }

    /// Why a session cannot be used any more.
    pub(crate) fn over(&self, session: &Session, now: SystemTime) -> Option<Error> {
        let end = session.said_to_end_at.filter(|end| *end <= now)?;
        let end = timestamp::shown(end);
        let what = format!("the sign-in {:?} ended on {end}", self.key.name());
        Some(Error::new(Problem::SignInAgain, what))
    }
}
