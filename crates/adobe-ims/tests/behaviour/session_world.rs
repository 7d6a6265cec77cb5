//! A person who signed in, and processes that share the session.

use std::path::PathBuf;

use adobe_ims::api::UserTokenResponse;
use adobe_ims::credentials::{OauthClient, UserCredentials};
use adobe_ims::session::{Session, SessionSource, SessionStore, UserSession};
use adobe_ims::source::TokenSource;
use adobe_ims::{Clock, Environment, Error, ImsClient, Problem, Secret};
use tempfile::TempDir;

use crate::rotating_ims::RotatingIms;
use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION};
use crate::virtual_time::VirtualClock;

pub(crate) const FIRST: &str = "refresh-0?%&=";

pub(crate) struct World {
    pub(crate) clock: VirtualClock,
    pub(crate) ims: RotatingIms,
    pub(crate) folder: TempDir,
}

impl World {
    /// Creates a world without a session.
    pub(crate) fn empty() -> Self {
        Self {
            clock: VirtualClock::new(),
            ims: RotatingIms::new(FIRST),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) async fn new() -> Self {
        let world = Self::empty();
        world.sign_in(FIRST).await;
        world
    }

    /// Stores a session as a sign-in does.
    pub(crate) async fn sign_in(&self, refresh_token: &str) {
        let user = self.user();
        let session = self.session(refresh_token);
        user.sessions().save(user.key(), &session).await.unwrap();
    }

    pub(crate) fn session(&self, refresh_token: &str) -> Session {
        let scopes = vec!["openid".to_owned()];
        let user = Some("person@AdobeID".to_owned());
        Session::new(Secret::new(refresh_token), user, scopes, self.clock.now())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("deeper/sessions")
    }

    pub(crate) fn user(&self) -> UserSession {
        self.user_in(SessionStore::new(self.path()))
    }

    pub(crate) fn user_in(&self, sessions: SessionStore) -> UserSession {
        let client = OauthClient::new(Environment::production(), CLIENT_ID)
            .with_secrets([CLIENT_SECRET.into()])
            .with_organization(Some(ORGANIZATION));
        UserSession::new(UserCredentials::new(client, "me ü", Vec::new()), sessions)
    }

    pub(crate) fn ims(&self) -> ImsClient {
        ImsClient::new(self.ims.clone()).with_clock(self.clock.clone())
    }

    /// Creates a source as another process would: it shares only the files.
    pub(crate) fn source(&self) -> SessionSource {
        SessionSource::new(self.ims(), self.user()).unwrap()
    }

    pub(crate) async fn fetch(&self) -> Result<String, Error> {
        let fetched = self.source().fetch().await?;
        Ok(fetched.token.as_secret().expose().to_owned())
    }

    pub(crate) async fn problem(&self) -> Problem {
        self.fetch().await.unwrap_err().problem()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path()
            .join(format!("{}.session", self.user().key().id()))
    }

    pub(crate) fn refresh_token(&self) -> String {
        let session = self.user().session().unwrap();
        session.refresh_token.expose().to_owned()
    }
}

/// The response to a sign-in. Its access token lives for an hour.
pub(crate) async fn granted(world: &World) -> UserTokenResponse {
    let client = world.user().client().clone();
    let ims = world.ims();
    let response = ims.refresh_token(&client, &FIRST.into(), &[]).await;
    response.unwrap()
}
