//! The exchange of a refresh token, in a task that outlives its caller.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::store::sleep;
use super::{Exchanges, LatestToken, Session, UserSession};
use crate::api::{ImsClient, Rotation, UserTokenResponse};
use crate::cache::Lease;
use crate::error::{Error, Problem, Result};
use crate::source::FetchedToken;
use crate::token::AccessToken;
use crate::transport::was_not_sent;
use crate::util::secret::Secret;
use crate::util::time;

/// The time without requests after IMS refused a refresh token. IMS hardly ever accepts it later.
const REFUSAL_HOLD: Duration = Duration::from_secs(3600);

/// An access token that nobody took is used only if it lives at least this long.
const MIN_UNCLAIMED_LIFETIME: Duration = Duration::from_secs(300);

/// The time in which a caller takes its token. A caller whose runtime stands still does not take it.
const TAKING_TIME: Duration = Duration::from_secs(1);

/// The pauses between attempts to write a refresh token that nobody can request again.
const WRITE_PAUSES: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

#[derive(Debug)]
pub(super) struct SessionExchange {
    pub(super) ims: ImsClient,
    pub(super) user: UserSession,
    pub(super) in_flight: Exchanges,
}

/// The result for the caller. The caller sends the receipt when it takes the result.
pub(super) struct Handover {
    pub(super) result: Result<FetchedToken>,
    pub(super) receipt: oneshot::Sender<()>,
}

/// A token, with the session that keeps it if nobody takes it.
struct Obtained {
    token: FetchedToken,
    /// `None` if another caller has the token too.
    session: Option<Session>,
}

impl SessionExchange {
    /// Gets an access token and hands it over. Holds the lease until the result is on disk. `before` is the session
    /// before the wait for the lease.
    pub(super) async fn run(
        &self,
        lease: Arc<Lease>,
        before: Session,
        handover: oneshot::Sender<Handover>,
    ) {
        let _in_flight = self.in_flight.begin().await;
        let (result, session) = match self.token(&lease, &before).await {
            Ok(Obtained { token, session }) => (Ok(token), session),
            Err(error) => (Err(error), None),
        };
        if !hand_over(result, handover).await
            && let Some(mut session) = session
            && let Some(latest) = session.latest.as_mut()
        {
            latest.is_unclaimed = true;
            // Nobody is there to hear of an error. It costs the next caller one exchange.
            let _ = self.write(&lease, session).await;
        }
    }

    async fn token(&self, lease: &Arc<Lease>, before: &Session) -> Result<Obtained> {
        let user = &self.user;
        let mut session = user.load_session().await?;
        let now = self.ims.clock().now();
        let was_replaced =
            session.sign_in_id != before.sign_in_id || session.rotation != before.rotation;
        if let Some(token) = stored_token(&session, user, now)? {
            let token = FetchedToken::new(token);
            if claim_latest(&mut session, now) {
                self.write(lease, session.clone()).await?;
                let session = Some(session);
                return Ok(Obtained { token, session });
            }
            if was_replaced {
                let session = None;
                return Ok(Obtained { token, session });
            }
        }
        user.check_expiry(&session, now)?;
        check_refusal(&session, user, now)?;
        self.exchange(lease, session, now).await
    }

    /// Exchanges the refresh token.
    async fn exchange(
        &self,
        lease: &Arc<Lease>,
        mut session: Session,
        now: SystemTime,
    ) -> Result<Obtained> {
        let lost_request = session.pending_since.replace(now);
        self.write(lease, session.clone()).await?;
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
        let response = match response {
            Err(error) if next.is_none() => {
                let error = self.record_failure(lease, error, session, now, lost_request);
                return Err(error.await);
            }
            response => response,
        };
        let session = self.rotated(session, response.as_ref().ok(), next);
        self.write_rotated(lease, &session).await?;
        Ok(Obtained {
            token: response?.response.into(),
            session: Some(session),
        })
    }

    /// Writes a session that IMS has rotated. Tries again for some seconds, because nobody can request the refresh
    /// token again.
    async fn write_rotated(&self, lease: &Arc<Lease>, session: &Session) -> Result<()> {
        for pause in WRITE_PAUSES {
            if self.write(lease, session.clone()).await.is_ok() {
                return Ok(());
            }
            sleep(pause).await;
        }
        let written = self.write(lease, session.clone()).await;
        written.map_err(|error| {
            error.with_hint("IMS had already issued the next refresh token; it is lost")
        })
    }

    async fn write(&self, lease: &Arc<Lease>, session: Session) -> Result<()> {
        let UserSession { sessions, key, .. } = &self.user;
        sessions.replace(lease, key, session).await
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
            refusal: None,
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
    async fn record_failure(
        &self,
        lease: &Arc<Lease>,
        error: Error,
        mut session: Session,
        now: SystemTime,
        lost_request: Option<SystemTime>,
    ) -> Error {
        let is_answered = error
            .server()
            .is_some_and(|server| !(200..300).contains(&server.status));
        if !is_answered && !was_not_sent(&error) {
            // The time of the request is in the session already.
            return error.with_hint(uncertain_hint(now));
        }
        session.pending_since = lost_request;
        let is_refused = error.problem() == Problem::SignInAgain;
        let error = match lost_request {
            None => error,
            Some(time) if is_refused => error.with_hint(format!(
                "the response to a request of {} was lost, with the refresh token in it",
                time::display(time)
            )),
            Some(time) => error.with_hint(uncertain_hint(time)),
        };
        if is_refused {
            session.refused_at = Some(now);
            session.refusal = Some(error.clone());
        }
        let _ = self.write(lease, session).await;
        error
    }
}

/// Returns the hint for a person whose refresh token may be used up.
fn uncertain_hint(time: SystemTime) -> String {
    format!(
        "the response to a request of {} did not arrive, so nobody knows whether the sign-in still holds: the next call sends the same refresh token again",
        time::display(time)
    )
}

/// Hands the result to the caller. Returns false if the caller does not take it.
async fn hand_over(result: Result<FetchedToken>, handover: oneshot::Sender<Handover>) -> bool {
    let (receipt, taken) = oneshot::channel();
    handover.send(Handover { result, receipt }).is_ok()
        && matches!(timeout(TAKING_TIME, taken).await, Ok(Ok(())))
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

/// Marks the last access token as taken. Returns true if nobody took it before and it lives long enough.
fn claim_latest(session: &mut Session, now: SystemTime) -> bool {
    let Some(latest) = session.latest.as_mut().filter(|latest| latest.is_unclaimed) else {
        return false;
    };
    latest.is_unclaimed = false;
    let left = latest.expires_at.duration_since(now);
    left.is_ok_and(|left| left >= MIN_UNCLAIMED_LIFETIME)
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
    let Some(refusal) = &session.refusal else {
        return Err(Error::new(Problem::SignInAgain, message));
    };
    let error = Error::new(refusal.problem(), format!("{message}: {refusal}"));
    let hints = refusal.own_hints().iter();
    let error = hints.fold(error, Error::with_hint);
    Err(match refusal.server() {
        None => error,
        Some(server) => error.with_server(server.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{OauthClient, UserCredentials};
    use crate::environment::Environment;
    use crate::session::SessionStore;
    use crate::util::secret::Secret;

    #[test]
    fn stored_token_is_not_returned_at_its_end() {
        let client = OauthClient::new(Environment::production(), "client!+ID");
        let credentials = UserCredentials::new(client, "me", Vec::new());
        let user = UserSession::new(credentials, SessionStore::new("unused"));
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let session = Session {
            latest: Some(LatestToken {
                access_token: Secret::new("access"),
                expires_at: end,
                scopes: Vec::new(),
                is_unclaimed: false,
            }),
            ..Session::new(Secret::new("refresh"), None, Vec::new(), end)
        };
        let has_token = |now| stored_token(&session, &user, now).unwrap().is_some();
        assert!(has_token(end - Duration::from_millis(1)));
        assert!(!has_token(end));
    }
}
