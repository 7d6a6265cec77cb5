//! The decision: what an answer says about the set-up.

use adobe_ims::api_error::{ApiProblem, Diagnosis};
use adobe_ims::error::Certainty;

use http::StatusCode;

use super::destination::{Destination, PathChoice};
use super::probe::{Answer, Redirect};
use super::user::{Account, AemUser};
use crate::doctor::check::{CheckId, FoundCause};
use crate::error::{Cause, CommandProblem};

/// The content of an answer. A note is a fact that is shown.
#[derive(Debug)]
pub(super) enum Reading {
    /// The API accepts the token.
    Accepted { note: Option<String> },
    /// The answer tells nothing; the text completes "skipped: …".
    Silent(String),
    /// Something is odd, but it need not be wrong.
    Odd {
        note: String,
        causes: Vec<FoundCause>,
    },
    /// The API does not do what it is asked for. There is at least one cause, most likely first.
    Refused(Vec<FoundCause>),
}

impl Reading {
    /// Reads an answer, with what AEM says about the account.
    pub(super) fn of(destination: &Destination, answer: &Answer, user: &AemUser) -> Self {
        match Self::of_answer(destination, answer, user) {
            // A host that is not known to be one of AEM may answer anything to a path of AEM.
            Self::Refused(causes)
                if destination.path == PathChoice::Guess
                    && !is_about_token(answer)
                    && causes.iter().all(|it| it.certainty == Certainty::Possible) =>
            {
                Self::Silent(unclear(destination, answer))
            }
            reading => reading,
        }
    }

    fn of_answer(destination: &Destination, answer: &Answer, user: &AemUser) -> Self {
        match answer.status.as_u16() {
            200..=299 => match &answer.diagnosis {
                None => Self::Accepted { note: None },
                Some(diagnosis) => Self::Refused(found(diagnosis)),
            },
            300..=399 => redirected(destination, answer),
            400..=499 if wants_another_request(answer) && destination.path != PathChoice::User => {
                Self::Silent(unclear(destination, answer))
            }
            400..=499 if wants_another_request(answer) => Self::Accepted {
                note: Some(
                    "the API did not refuse the token; it wants another request than a GET without content"
                        .to_owned(),
                ),
            },
            status @ (403 | 404) if destination.path != PathChoice::User => {
                of_chosen_path(destination, answer, user, status)
            }
            403 | 404 => Self::Refused(with_account(causes(answer), user)),
            _ => Self::Refused(causes(answer)),
        }
    }

    /// Returns the check that reports it.
    pub(super) fn reported_by(&self, answer: &Answer) -> CheckId {
        let (Self::Refused(causes) | Self::Odd { causes, .. }) = self else {
            return CheckId::TargetAnswer;
        };
        match causes.first() {
            Some(first)
                if first.cause == Cause::Api(ApiProblem::ClientNotAllowed)
                    && first.certainty != Certainty::Possible =>
            {
                CheckId::AllowedClients
            }
            Some(_) if is_of_gateway(answer) => CheckId::Gateway,
            _ => CheckId::TargetAnswer,
        }
    }
}

fn is_about_token(answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
}

/// Returns true for an answer that is one to the kind of the request, and not to its token.
fn wants_another_request(answer: &Answer) -> bool {
    let status = answer.status.as_u16();
    let is_about_request = matches!(status, 400 | 405 | 406 | 409 | 411 | 412 | 415 | 422);
    let is_expected = match first_problem(answer) {
        None => true,
        Some(problem) => matches!(
            problem,
            ApiProblem::FormsRequestInvalid | ApiProblem::ContentTypeMissing
        ),
    };
    is_about_request && is_expected
}

fn redirected(destination: &Destination, answer: &Answer) -> Reading {
    if let Some(diagnosis) = &answer.diagnosis {
        return Reading::Refused(found(diagnosis));
    }
    match (&answer.redirect, destination.path) {
        (Some(Redirect::OtherHost(place)), PathChoice::User) => Reading::Odd {
            note: format!("it redirects {place}; the token was not sent there"),
            causes: vec![FoundCause::new(
                Cause::Api(ApiProblem::PageFromElsewhere),
                Certainty::Possible,
            )],
        },
        (_, PathChoice::User) => Reading::Accepted {
            note: Some("redirects are not followed".to_owned()),
        },
        _ => Reading::Silent(unclear(destination, answer)),
    }
}

/// Reads a 403 or a 404 of a path that nobody named. It counts if it holds for the whole host.
fn of_chosen_path(
    destination: &Destination,
    answer: &Answer,
    user: &AemUser,
    status: u16,
) -> Reading {
    let causes = causes(answer);
    let first = causes.first().map(|first| (first.cause, first.certainty));
    let is_known = matches!(user, AemUser::Known(_));
    let of_path = "the answer is about a path that the check chose";
    match first {
        Some((Cause::Api(ApiProblem::TokenLacksScopes), Certainty::Certain)) => Reading::Odd {
            note: of_path.to_owned(),
            causes: causes.into_iter().map(doubted).collect(),
        },
        Some((Cause::Api(ApiProblem::AccountLacksRights), Certainty::Certain)) if !is_known => {
            Reading::Odd {
                note: of_path.to_owned(),
                causes: causes.into_iter().map(doubted).collect(),
            }
        }
        Some((Cause::Api(ApiProblem::AccountLacksRights), Certainty::Certain)) => {
            accepted_host(answer)
        }
        Some((_, Certainty::Certain)) => Reading::Refused(causes),
        _ if is_known => accepted_host(answer),
        _ if status == 403 && holds_for_host(destination, answer) => Reading::Refused(causes),
        _ => Reading::Silent(unclear(destination, answer)),
    }
}

/// Returns true for an answer that does not depend on the path.
fn holds_for_host(destination: &Destination, answer: &Answer) -> bool {
    let first = answer.diagnosis.as_ref().and_then(|it| it.causes().first());
    let has_evidence = first.is_some_and(|first| !first.evidence().is_empty());
    let is_author = destination.place.tier_name() == Some("author");
    has_gateway_code(answer) || has_evidence || is_author
}

fn accepted_host(answer: &Answer) -> Reading {
    Reading::Accepted {
        note: Some(format!(
            "{} is about the path, which the check chose; AEM knows the account",
            answer.status()
        )),
    }
}

fn unclear(destination: &Destination, answer: &Answer) -> String {
    let path = destination.url.path();
    format!(
        "{} answered {} to {path}, which may be right; name the URL of an API with --target",
        destination.host(),
        answer.status()
    )
}

/// Returns the causes of an error. Where none is known, the status is the cause.
fn causes(answer: &Answer) -> Vec<FoundCause> {
    if let Some(diagnosis) = &answer.diagnosis {
        return found(diagnosis);
    }
    let problem = match answer.status.as_u16() {
        401 => CommandProblem::ApiTokenRefused,
        403 => CommandProblem::ApiForbidden,
        _ => CommandProblem::ApiRefused,
    };
    vec![FoundCause::new(problem, Certainty::Possible)]
}

fn found(diagnosis: &Diagnosis) -> Vec<FoundCause> {
    diagnosis.causes().iter().map(FoundCause::from).collect()
}

fn doubted(mut cause: FoundCause) -> FoundCause {
    cause.certainty = Certainty::Possible;
    cause
}

/// Compares the causes in the account with what AEM says about it.
fn with_account(causes: Vec<FoundCause>, user: &AemUser) -> Vec<FoundCause> {
    let AemUser::Known(account) = user else {
        return causes;
    };
    let mut kept: Vec<_> = causes
        .iter()
        .filter(|cause| !is_refuted(cause, account))
        .cloned()
        .collect();
    if kept.is_empty() {
        kept = causes;
    }
    let groups = account.groups();
    for cause in kept.iter_mut().filter(|cause| is_in_account(cause)) {
        cause.evidence.extend(groups.clone());
    }
    kept
}

/// Returns true for a missing group that is not missing.
fn is_refuted(cause: &FoundCause, account: &Account) -> bool {
    let is_about_group = cause.cause == Cause::Api(ApiProblem::NotInFormsUsers);
    is_about_group
        && cause.certainty != Certainty::Certain
        && account.is_in_forms_users() == Some(true)
}

fn is_in_account(cause: &FoundCause) -> bool {
    let problems = [
        ApiProblem::NotInFormsUsers,
        ApiProblem::AccountNew,
        ApiProblem::AccountLacksRights,
    ];
    problems.iter().any(|it| cause.cause == Cause::Api(*it))
}

/// Returns the problem of the most likely cause.
pub(super) fn first_problem(answer: &Answer) -> Option<ApiProblem> {
    let diagnosis = answer.diagnosis.as_ref()?;
    Some(diagnosis.causes().first()?.problem())
}

/// Returns true for an answer with a code of Adobe's gateway: six digits that begin with a status.
fn has_gateway_code(answer: &Answer) -> bool {
    let diagnosis = answer.diagnosis.as_ref();
    let code = diagnosis.and_then(|it| it.answer().code.as_deref());
    code.is_some_and(|code| {
        code.len() == 6
            && code.starts_with(['4', '5'])
            && code.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Returns true for an answer of the gateway, also where it names its cause without a code.
fn is_of_gateway(answer: &Answer) -> bool {
    let of_gateway = [
        ApiProblem::ApiKeyMissing,
        ApiProblem::ApiKeyOfOtherClient,
        ApiProblem::ApiNotInProject,
        ApiProblem::OrganizationMissing,
        ApiProblem::OrganizationWrong,
        ApiProblem::ProfileMissing,
        ApiProblem::GatewayProfilePending,
        ApiProblem::GatewayCodeUnknown,
    ];
    has_gateway_code(answer)
        || first_problem(answer).is_some_and(|first| of_gateway.contains(&first))
}
