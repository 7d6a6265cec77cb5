//! The trial by which the stage finds out whether IMS accepts the credentials.

use adobe_ims::error::Certainty;
use adobe_ims::source::TokenSource;
use adobe_ims::{AccessToken, Credentials, ImsClient};

use super::cached::{ActiveThrottle, Cached};
use super::obstacle::Obstacle;
use super::way::Need;
use super::{obstacle, session};
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::report::Report;
use crate::doctor::subject::Subject;
use crate::error::Failure;
use crate::settings::Lookup;

const ID: CheckId = CheckId::Exchange;

/// The question that IMS is asked.
pub(super) enum Trial {
    /// For a token, which is stored nowhere.
    Exchange(Box<dyn TokenSource>),
    /// A question to IMS: is the given token valid?
    Validation(Box<Validation>),
    /// Nothing about the credentials.
    None(Box<NoTrial>),
}

/// A question whether a token is valid.
pub(super) struct Validation {
    pub(super) token: AccessToken,
    pub(super) client_id: String,
}

/// The reason why no token is requested.
pub(super) struct NoTrial {
    /// The check `exchange`.
    pub(super) check: Check,
    /// A token that can be used without IMS.
    pub(super) token: Option<AccessToken>,
    pub(super) throttle: Option<ActiveThrottle>,
}

impl Trial {
    /// Returns a trial that is not made, for a reason that completes "skipped: …".
    fn skipped(reason: impl Into<String>, token: Option<AccessToken>) -> Self {
        Self::not_made(Check::skipped(ID, reason), token)
    }

    fn not_made(check: Check, token: Option<AccessToken>) -> Self {
        Self::None(Box::new(NoTrial {
            check,
            token,
            throttle: None,
        }))
    }

    pub(super) fn need(&self) -> Need {
        match self {
            Self::Exchange(_) => Need::Token,
            Self::Validation(_) | Self::None(_) => Need::Nothing,
        }
    }
}

/// Returns the token that was given instead of credentials, unless the stage before found a problem with it.
pub(super) fn given_token(subject: &Subject<'_>, report: &Report) -> Option<AccessToken> {
    let token = match subject.examination.token_of_variable() {
        Some(token) => AccessToken::new(token.ok()?.clone()).ok()?,
        None => match subject.credentials()? {
            Credentials::AccessToken(token) => token.clone(),
            _ => return None,
        },
    };
    obstacle::first(report).is_none().then_some(token)
}

/// Chooses the trial.
pub(super) fn prepare(subject: &Subject<'_>, report: &Report, ims: ImsClient) -> Trial {
    if let Some(token) = given_token(subject, report) {
        return validation(subject, token);
    }
    if let Some(Obstacle::Certain(id)) = obstacle::first(report) {
        return comes_first(id);
    }
    match subject.examination.credentials() {
        Err(_) => Trial::skipped("there are no credentials that can be used", None),
        Ok(Credentials::User(user)) => {
            let sign_in = session::examine(subject, user);
            Trial::not_made(sign_in.check, sign_in.token)
        }
        Ok(Credentials::AccessToken(_)) => {
            Trial::skipped("the token in the document is not used", None)
        }
        Ok(credentials) => {
            let cached = cached(subject, credentials);
            if let Some(kept) = cached.as_ref().and_then(|it| kept_from_asking(subject, it)) {
                return kept;
            }
            if subject.settings.lookup == Lookup::CacheOnly {
                let token = cached.and_then(|it| it.token(subject.context.now()));
                return Trial::skipped("--cached-only forbids to ask IMS", token);
            }
            match subject.examination.source(credentials, ims) {
                Ok(source) => Trial::Exchange(source),
                Err(failure) => unsigned(&failure, report),
            }
        }
    }
}

/// Returns the trial that is not made because of the problem of an earlier check.
fn comes_first(id: CheckId) -> Trial {
    let reason = format!("the problem of the check `{}` comes first", id.as_str());
    Trial::skipped(reason, None)
}

/// Returns the trial of an account that cannot sign. Nothing is sent, so IMS confirms no cause.
fn unsigned(failure: &Failure, report: &Report) -> Trial {
    if let Some(id) = obstacle::of_the_key(report) {
        return comes_first(id);
    }
    let cause = FoundCause::summarized(failure, Certainty::Certain);
    let check = Check::problem(ID, failure.message(), cause);
    Trial::not_made(check, None)
}

fn validation(subject: &Subject<'_>, token: AccessToken) -> Trial {
    let claimed = token.claims().and_then(|claims| claims.client_id.clone());
    match claimed.or_else(|| subject.settings.fields.client_id.clone()) {
        Some(client_id) => Trial::Validation(Box::new(Validation { token, client_id })),
        None => Trial::skipped(
            "the token does not name its client, without which IMS does not validate it",
            Some(token),
        ),
    }
}

fn cached(subject: &Subject<'_>, credentials: &Credentials) -> Option<Cached> {
    let key = credentials.store_key(&subject.examination.key_context())?;
    Cached::look_up(subject, key)
}

/// Respects a throttle in the cache, as every other command does.
fn kept_from_asking(subject: &Subject<'_>, cached: &Cached) -> Option<Trial> {
    if subject.settings.lookup == Lookup::Refresh {
        return None;
    }
    let now = subject.context.now();
    let throttle = cached.throttle(now)?;
    let reason = "IMS throttles this client; the cache knows until when";
    Some(Trial::None(Box::new(NoTrial {
        check: Check::skipped(ID, reason).fix("--force asks IMS all the same"),
        token: cached.token(now),
        throttle: Some(throttle),
    })))
}
