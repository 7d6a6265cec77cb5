//! Staying signed in: each refresh token is spent once, whoever asks.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::UserSession;
use super::{LatestToken, Session, TOKEN_LOCK_TIMEOUT};
use crate::api::Rotation;
use crate::api::{ImsClient, UserTokenResponse};
use crate::cache::{Lease, StoreKey};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::source::{FetchedToken, TokenSource};
use crate::token::AccessToken;
use crate::util::future::BoxFuture;
use crate::util::secret::Secret;
use crate::util::time;

/// How long nobody asks again after IMS refused: it changes its mind about a refresh token seldom, if ever.
const REFUSAL_HOLDS: Duration = Duration::from_secs(3600);

/// The access token of a sign-in that ends sooner is left alone.
const WORTH_CLAIMING: Duration = Duration::from_secs(300);

/// Somebody who signed in, at IMS: spends the refresh token of the session, and keeps the next one.
///
/// # What happens, and what if it does not
///
/// Under the lock of the session: the session is read, the moment is noted in it, IMS is asked, and the
/// refresh token that came back is on the disk before the access token is handed out. Who waited for the
/// lock takes the access token that came meanwhile; the one of the sign-in itself goes to whoever asks first.
///
/// The note comes first, so that a session that cannot be written is not spent. A caller that gives up does
/// not end the asking: it runs as a task of its own. When the process dies between the question and the
/// writing, or the answer is lost on the way, nobody can know whether IMS has spent the refresh token. Then
/// the same one is shown again: if IMS had not seen it, or still takes it, nobody is bothered; if not, IMS
/// refuses it, and the error says that an earlier answer was lost.
///
/// A refusal is noted as well, and IMS is not asked again for an hour: a person has to
/// [sign in](crate::sign_in).
#[derive(Debug)]
pub struct SessionSource {
    inner: Arc<Inner>,
    key: StoreKey,
}

#[derive(Debug)]
struct Inner {
    ims: ImsClient,
    user: UserSession,
}

impl SessionSource {
    /// Asks this client for tokens of this session.
    ///
    /// # Errors
    /// As for [`UserSession::session`].
    pub fn new(ims: ImsClient, user: UserSession) -> Result<Self> {
        let key = user.store_key()?;
        let inner = Arc::new(Inner { ims, user });
        Ok(Self { inner, key })
    }

    async fn spend(&self) -> Result<FetchedToken> {
        let user = &self.inner.user;
        let before = user.session()?;
        let lease = user.sessions.lease(&user.key, TOKEN_LOCK_TIMEOUT).await?;
        let mut session = user.session()?;
        let now = self.inner.ims.clock().now();
        let came_meanwhile =
            session.sign_in != before.sign_in || session.rotation != before.rotation;
        if let Some(token) = ready(&session, user, now)? {
            if claim(&mut session, now) {
                user.sessions.write(&user.key, &session)?;
                return Ok(FetchedToken::new(token));
            }
            if came_meanwhile {
                return Ok(FetchedToken::new(token));
            }
        }
        if let Some(error) = user.over(&session, now) {
            return Err(error);
        }
        if let Some(at) = session.refused_at.filter(|at| holds(*at, now)) {
            let at = time::display(at);
            let what = format!("IMS refused the sign-in {:?} on {at}", user.key.name());
            return Err(Error::new(Problem::SignInAgain, what));
        }
        let inner = Arc::clone(&self.inner);
        let asking = tokio::spawn(async move { inner.ask(lease, session, now).await });
        asking.await.unwrap_or_else(|error| {
            let what = "asking IMS for a token ended before it was done";
            Err(Error::new(Problem::RefreshInterrupted, what).with_source(error))
        })
    }
}

impl TokenSource for SessionSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(self.spend())
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

/// The scopes to ask for where they are others than those of the sign-in; a request that names none asks for
/// the same again (RFC 6749 §6).
fn fewer<'a>(wanted: &'a [String], signed_in: &[String]) -> &'a [String] {
    match are_same(wanted, signed_in) {
        true => &[],
        false => wanted,
    }
}

/// Whether both lists have the same names, in whatever order.
fn are_same(one: &[String], other: &[String]) -> bool {
    let is_among = |one: &[String], others: &[String]| one.iter().all(|it| others.contains(it));
    is_among(one, other) && is_among(other, one)
}

impl Inner {
    async fn ask(
        &self,
        lease: Lease,
        mut session: Session,
        now: SystemTime,
    ) -> Result<FetchedToken> {
        let (sessions, key) = (&self.user.sessions, &self.user.key);
        let lost = session.asking_since.replace(now);
        sessions.write(key, &session)?;
        let display = session.refresh_token.clone();
        let scopes = fewer(&self.user.credentials.scopes, &session.scopes);
        let Rotation {
            outcome,
            next_refresh_token: next,
        } = self
            .ims
            .rotate(&self.user.credentials.client, &display, scopes)
            .await;
        let outcome = match outcome {
            Err(error) if next.is_none() => Err(self.failed(error, session, lost, now)),
            outcome => {
                session = self.after(session, outcome.as_ref().ok(), next);
                sessions.write(key, &session).map_err(|error| {
                    error.with_hint("IMS had already handed out the next refresh token; it is lost")
                })?;
                outcome.map(|granted| granted.response.into())
            }
        };
        drop(lease);
        outcome
    }

    /// The session once IMS has answered: with an access token, with the next refresh token, or both.
    fn after(
        &self,
        session: Session,
        granted: Option<&UserTokenResponse>,
        next: Option<Secret>,
    ) -> Session {
        let latest = granted.and_then(|granted| {
            let token = &granted.response.token;
            Some(LatestToken {
                access_token: token.as_secret().clone(),
                expires_at: token.expires_at()?,
                scopes: self.user.credentials.scopes.clone(),
                is_unclaimed: false,
            })
        });
        let session = Session {
            rotation: session.rotation.wrapping_add(1),
            latest,
            asking_since: None,
            refused_at: None,
            ..session
        };
        match next {
            // RFC 6749 §6: where none comes, the old one stays good.
            None => session,
            Some(refresh_token) => Session {
                refresh_token,
                obtained_at: self.ims.clock().now(),
                said_to_end_at: granted.and_then(|granted| granted.refresh_expires_at),
                ..session
            },
        }
    }

    /// Notes what is known after a failure. That this cannot be written is no news: the failure is.
    fn failed(
        &self,
        error: Error,
        mut session: Session,
        lost: Option<SystemTime>,
        now: SystemTime,
    ) -> Error {
        let answered = error
            .server()
            .is_some_and(|server| !(200..300).contains(&server.status));
        if !answered {
            return error;
        }
        session.asking_since = lost;
        let refused = error.problem() == Problem::SignInAgain;
        if refused {
            session.refused_at = Some(now);
        }
        let _ = self.user.sessions.write(&self.user.key, &session);
        match lost.filter(|_| refused) {
            None => error,
            Some(at) => error.with_hint(format!(
                "IMS was asked on {} and its answer was lost, with the refresh token in it",
                time::display(at)
            )),
        }
    }
}

/// The access token that came last, if it does what is asked for and still lives.
fn ready(session: &Session, user: &UserSession, now: SystemTime) -> Result<Option<AccessToken>> {
    let latest = session.latest.as_ref();
    let (wanted, signed_in) = (&user.credentials.scopes, &session.scopes);
    let is_wanted =
        |it: &&LatestToken| are_same(fewer(&it.scopes, signed_in), fewer(wanted, signed_in));
    let Some(latest) = latest.filter(is_wanted).filter(|it| it.expires_at > now) else {
        return Ok(None);
    };
    let token = AccessToken::until(latest.expires_at, latest.access_token.clone())?;
    let client = &user.credentials.client;
    Ok(Some(token.with_identity(
        Some(client.client_id()),
        client.organization_id(),
    )))
}

/// Takes the access token of the sign-in, if nobody has and it is worth it.
fn claim(session: &mut Session, now: SystemTime) -> bool {
    let Some(latest) = session.latest.as_mut().filter(|it| it.is_unclaimed) else {
        return false;
    };
    latest.is_unclaimed = false;
    let left = latest.expires_at.duration_since(now);
    left.is_ok_and(|left| left >= WORTH_CLAIMING)
}

fn holds(refused_at: SystemTime, now: SystemTime) -> bool {
    now.duration_since(refused_at)
        .is_ok_and(|since| since < REFUSAL_HOLDS)
}
