//! The token source of a session. It exchanges each refresh token once, in one process at a time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{LatestToken, Session, TOKEN_LOCK_TIMEOUT, UserSession};
use crate::api::Rotation;
use crate::api::{ImsClient, UserTokenResponse};
use crate::cache::{Lease, StoreKey};
use crate::error::{Error, Problem, Result};
use crate::source::{FetchedToken, TokenSource};
use crate::token::AccessToken;
use crate::util::future::BoxFuture;
use crate::util::secret::Secret;
use crate::util::time;

/// The time without requests after IMS refused a refresh token. IMS hardly ever accepts it later.
const REFUSAL_HOLD: Duration = Duration::from_secs(3600);

/// The access token of the sign-in is used only if it lives at least this long.
const MIN_INITIAL_TOKEN_LIFETIME: Duration = Duration::from_secs(300);

/// The token source of a person who signed in. It exchanges the refresh token of the session and stores the next
/// one.
///
/// # Order of steps
///
/// 1. The source locks the session and reads it.
/// 2. If another process exchanged the refresh token meanwhile, the source returns that process's access token. The
///    first caller after a sign-in gets the access token of the sign-in.
/// 3. The source notes the time of the request in the session. If it cannot write, it sends nothing.
/// 4. It sends the refresh token to IMS.
/// 5. It writes the next refresh token to disk, and then returns the access token.
///
/// Steps 3 to 5 run in a task of their own: a caller that is cancelled does not interrupt them.
///
/// # Lost responses
///
/// If the process dies between steps 3 and 5, or the response is lost, the source cannot know whether IMS has used up
/// the refresh token. The next call sends the same refresh token again. If IMS refuses it, the error says that an
/// earlier response was lost.
///
/// # Refusals
///
/// The source notes a refusal in the session and sends nothing for one hour. The person must
/// sign in again (module `sign_in`).
#[derive(Debug)]
pub struct SessionSource {
    exchange: Arc<SessionExchange>,
    key: StoreKey,
}

#[derive(Debug)]
struct SessionExchange {
    ims: ImsClient,
    user: UserSession,
}

impl SessionSource {
    /// Creates a source that exchanges the refresh token of this session with this client.
    ///
    /// # Errors
    /// The errors of [`UserSession::session`].
    pub fn new(ims: ImsClient, user: UserSession) -> Result<Self> {
        let key = user.store_key()?;
        let exchange = Arc::new(SessionExchange { ims, user });
        Ok(Self { exchange, key })
    }

    async fn fetch_token(&self) -> Result<FetchedToken> {
        let user = &self.exchange.user;
        let before = user.session()?;
        let lease = user.sessions.lease(&user.key, TOKEN_LOCK_TIMEOUT).await?;
        let mut session = user.session()?;
        let now = self.exchange.ims.clock().now();
        let was_replaced =
            session.sign_in_id != before.sign_in_id || session.rotation != before.rotation;
        if let Some(token) = stored_token(&session, user, now)? {
            if take_initial_token(&mut session, now) {
                user.sessions.write(&user.key, &session)?;
                return Ok(FetchedToken::new(token));
            }
            if was_replaced {
                return Ok(FetchedToken::new(token));
            }
        }
        user.check_expiry(&session, now)?;
        check_refusal(&session, user, now)?;
        let exchange = Arc::clone(&self.exchange);
        let task = tokio::spawn(async move { exchange.run(lease, session, now).await });
        task.await.unwrap_or_else(|error| {
            let message = "the task that exchanges the refresh token ended without a result";
            Err(Error::new(Problem::RefreshInterrupted, message).with_source(error))
        })
    }
}

impl TokenSource for SessionSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(self.fetch_token())
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

impl SessionExchange {
    /// Exchanges the refresh token. Holds the lease until the result is on disk.
    async fn run(
        &self,
        lease: Lease,
        mut session: Session,
        now: SystemTime,
    ) -> Result<FetchedToken> {
        let (sessions, key) = (&self.user.sessions, &self.user.key);
        let lost_request = session.pending_since.replace(now);
        sessions.write(key, &session)?;
        let credentials = &self.user.credentials;
        let scopes = scopes_to_request(&credentials.scopes, &session.scopes);
        let refresh_token = session.refresh_token.clone();
        let Rotation {
            outcome: response,
            next_refresh_token: next,
        } = self
            .ims
            .rotate(&credentials.client, &refresh_token, scopes)
            .await;
        let result = match response {
            Err(error) if next.is_none() => {
                Err(self.record_failure(error, session, lost_request, now))
            }
            response => {
                let session = self.rotated(session, response.as_ref().ok(), next);
                sessions.write(key, &session).map_err(|error| {
                    error.with_hint("IMS had already issued the next refresh token; it is lost")
                })?;
                response.map(|user_token| user_token.response.into())
            }
        };
        drop(lease);
        result
    }

    /// Returns the session after a response that brought an access token, the next refresh token, or both.
    fn rotated(
        &self,
        session: Session,
        response: Option<&UserTokenResponse>,
        next: Option<Secret>,
    ) -> Session {
        let latest = response.and_then(|response| {
            let token = &response.response.token;
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
            pending_since: None,
            refused_at: None,
            ..session
        };
        match next {
            // RFC 6749 §6: without a new refresh token the old one stays valid.
            None => session,
            Some(refresh_token) => Session {
                refresh_token,
                obtained_at: self.ims.clock().now(),
                stated_expiry: response.and_then(|response| response.refresh_expires_at),
                ..session
            },
        }
    }

    /// Records a failed exchange in the session, and returns the error for the caller. An error of that write is
    /// dropped: the caller needs the first error.
    fn record_failure(
        &self,
        error: Error,
        mut session: Session,
        lost_request: Option<SystemTime>,
        now: SystemTime,
    ) -> Error {
        let is_answered = error
            .server()
            .is_some_and(|server| !(200..300).contains(&server.status));
        if !is_answered {
            return error;
        }
        session.pending_since = lost_request;
        let is_refused = error.problem() == Problem::SignInAgain;
        if is_refused {
            session.refused_at = Some(now);
        }
        let _ = self.user.sessions.write(&self.user.key, &session);
        match lost_request.filter(|_| is_refused) {
            None => error,
            Some(time) => error.with_hint(format!(
                "the response to a request of {} was lost, with the refresh token in it",
                time::display(time)
            )),
        }
    }
}

/// Returns the scopes for a request: none if they equal those of the sign-in. IMS then grants those again
/// (RFC 6749 §6).
fn scopes_to_request<'a>(requested: &'a [String], signed_in: &[String]) -> &'a [String] {
    if have_equal_scopes(requested, signed_in) {
        &[]
    } else {
        requested
    }
}

/// Returns true if both lists have the same scopes, in any order.
fn have_equal_scopes(one: &[String], other: &[String]) -> bool {
    one.iter().all(|scope| other.contains(scope)) && other.iter().all(|scope| one.contains(scope))
}

/// Returns the last access token, if it has the scopes of these credentials and has not expired.
fn stored_token(
    session: &Session,
    user: &UserSession,
    now: SystemTime,
) -> Result<Option<AccessToken>> {
    let requested = scopes_to_request(&user.credentials.scopes, &session.scopes);
    let is_usable = |latest: &&LatestToken| {
        let stored = scopes_to_request(&latest.scopes, &session.scopes);
        have_equal_scopes(stored, requested) && latest.expires_at > now
    };
    let Some(latest) = session.latest.as_ref().filter(is_usable) else {
        return Ok(None);
    };
    let token = AccessToken::until(latest.expires_at, latest.access_token.clone())?;
    let client = &user.credentials.client;
    Ok(Some(token.with_identity(
        Some(client.client_id()),
        client.organization_id(),
    )))
}

/// Marks the access token of the sign-in as taken. Returns true if it was not taken before and lives long enough.
fn take_initial_token(session: &mut Session, now: SystemTime) -> bool {
    let Some(latest) = session.latest.as_mut().filter(|latest| latest.is_unclaimed) else {
        return false;
    };
    latest.is_unclaimed = false;
    let left = latest.expires_at.duration_since(now);
    left.is_ok_and(|left| left >= MIN_INITIAL_TOKEN_LIFETIME)
}

/// Fails if IMS refused the refresh token less than an hour ago.
fn check_refusal(session: &Session, user: &UserSession, now: SystemTime) -> Result<()> {
    let is_recent = |refused_at: &SystemTime| {
        let since = now.duration_since(*refused_at);
        since.is_ok_and(|since| since < REFUSAL_HOLD)
    };
    let Some(refused_at) = session.refused_at.filter(is_recent) else {
        return Ok(());
    };
    let (name, time) = (user.key.name(), time::display(refused_at));
    let message = format!("IMS refused the sign-in {name:?} on {time}");
    Err(Error::new(Problem::SignInAgain, message))
}
