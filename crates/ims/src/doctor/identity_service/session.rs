//! The sign-in of a person, which is looked at and not used: an exchange would spend its refresh token.

use std::time::SystemTime;

use adobe_ims::credentials::UserCredentials;
use adobe_ims::error::Certainty;
use adobe_ims::internal::time;
use adobe_ims::session::{Session, UserSession};
use adobe_ims::{AccessToken, Error, Problem};

use super::cached::Cached;
use crate::auth::sessions;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::error::Failure;

const ID: CheckId = CheckId::Exchange;

/// The sign-in, and its access token in the cache.
pub(super) struct SignIn {
    pub(super) check: Check,
    pub(super) token: Option<AccessToken>,
}

/// The stored state of a sign-in.
enum Stored {
    Nothing,
    /// A file that cannot be read, or not with this key.
    Unreadable,
    Session(Box<Session>),
}

/// Looks at the sign-in of a person.
pub(super) fn examine(subject: &Subject<'_>, user: &UserCredentials) -> SignIn {
    let selection = subject.examination.selection();
    let session = selection.map_err(|_| None);
    let session = session.and_then(|it| it.session(user).map_err(Some));
    let stored = match &session {
        Ok(session) => stored(session),
        Err(error) => Err(error.clone()),
    };
    let stored = match stored {
        Ok(stored) => stored,
        Err(error) => {
            let check = match error {
                Some(error) => problem(error, subject, Certainty::Certain),
                None => Check::skipped(ID, "there are no credentials"),
            };
            return SignIn { check, token: None };
        }
    };
    let now = subject.context.now();
    let token = session
        .ok()
        .and_then(|it| token(subject, &it, &stored, now));
    SignIn {
        check: check(&stored, token.is_some(), subject, now),
        token,
    }
}

/// Reads the file of the session. A damaged file is left alone.
fn stored(session: &UserSession) -> Result<Stored, Option<Error>> {
    let key = session.key();
    let files = session.sessions().list()?;
    for file in files {
        match file.session {
            Some((stored, session)) if stored == *key => {
                return Ok(Stored::Session(Box::new(session)));
            }
            None if file.path.file_stem().is_some_and(|name| name == key.id()) => {
                return Ok(Stored::Unreadable);
            }
            _ => {}
        }
    }
    Ok(Stored::Nothing)
}

fn token(
    subject: &Subject<'_>,
    session: &UserSession,
    stored: &Stored,
    now: SystemTime,
) -> Option<AccessToken> {
    let key = match stored {
        Stored::Session(_) => session.store_key().ok()?,
        Stored::Nothing => session.store_key_without_session(),
        Stored::Unreadable => return None,
    };
    Cached::look_up(subject, key)?.token(now)
}

fn check(stored: &Stored, has_token: bool, subject: &Subject<'_>, now: SystemTime) -> Check {
    let session = match stored {
        Stored::Unreadable => {
            let message =
                "the file of the session cannot be read, or is encrypted with another key";
            let error = Error::new(Problem::SessionSetAside, message);
            return problem(error, subject, Certainty::Likely);
        }
        Stored::Nothing if has_token => {
            return Check::skipped(
                ID,
                "the sign-in left no refresh token; its access token is used until it expires",
            );
        }
        Stored::Nothing => {
            let error = Error::new(
                Problem::NotSignedIn,
                "nobody is signed in with this profile",
            );
            return problem(error, subject, Certainty::Certain);
        }
        Stored::Session(session) => session,
    };
    let end = time::display(session.expires_at());
    if !sessions::is_over(session, now) {
        let token = if has_token {
            "the cache has an access token of it"
        } else {
            "the cache has no access token of it"
        };
        return Check::skipped(
            ID,
            "an exchange would spend the refresh token of the sign-in",
        )
        .seen(format!("the sign-in is good until {end}"))
        .seen(token);
    }
    let (message, certainty) = match (session.refused_at(), session.stated_expiry) {
        (Some(at), _) => {
            let at = time::display(at);
            let message = format!("IMS refused the refresh token of the sign-in on {at}");
            (message, Certainty::Certain)
        }
        (None, Some(_)) => (format!("the sign-in ended on {end}"), Certainty::Certain),
        (None, None) => (
            format!("the sign-in has probably ended on {end}, 14 days after its last exchange"),
            Certainty::Likely,
        ),
    };
    let error = Error::new(Problem::SignInAgain, message.as_str());
    if !has_token {
        return problem(error, subject, certainty);
    }
    let cause = FoundCause::summarized(&failure(error, subject), certainty);
    Check::warning(ID, message)
        .because(cause)
        .seen("the cache has an access token of it, which is used until it expires")
}

fn problem(error: Error, subject: &Subject<'_>, certainty: Certainty) -> Check {
    let message = error.to_string();
    let cause = FoundCause::summarized(&failure(error, subject), certainty);
    Check::problem(ID, message, cause)
}

fn failure(error: Error, subject: &Subject<'_>) -> Failure {
    let failure = Failure::from(error);
    match &subject.settings.profile {
        Some(profile) => failure.of_profile(&profile.name),
        None => failure,
    }
}
