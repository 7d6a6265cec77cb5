//! The identity service that gets the requests.

use adobe_ims::error::Certainty;
use adobe_ims::{AccessToken, Credentials};

use super::environments::{EnvironmentFacts, ID, Named, decide};
use super::facts::Facts;
use crate::doctor::check::{Check, FoundCause};
use crate::doctor::subject::Subject;
use crate::environment::variables;

pub(super) fn environment(facts: &Facts<'_>) -> Check {
    if let Some(failure) = facts.failure_for(ID) {
        let connection = &facts.subject.settings.connection;
        let summary = match (&connection.url_origin, connection.service()) {
            (Some(origin), Err(_)) => {
                format!("the identity service that {origin} names is not usable")
            }
            _ => format!("the identity service of {} is not usable", facts.source()),
        };
        let cause = FoundCause::of(failure, Certainty::Certain);
        return Check::problem(ID, summary, cause);
    }
    let subject = facts.subject;
    let token = match subject.examination.token_of_variable() {
        Some(Ok(token)) => AccessToken::new(token.clone()).ok(),
        Some(Err(_)) => return Check::skipped(ID, "the token cannot be read"),
        None => None,
    };
    if let Some(token) = token {
        return of_token(&token, variables::ACCESS_TOKEN, subject);
    }
    match facts.credentials_or_skip(ID) {
        Ok(Credentials::AccessToken(token)) => of_token(token, &facts.source(), subject),
        Ok(credentials) => of_credentials(credentials, facts),
        Err(skipped) => skipped,
    }
}

fn setting(subject: &Subject<'_>) -> Option<Named> {
    let connection = &subject.settings.connection;
    Some(Named {
        by: connection.url_origin.clone()?,
        environment: connection.service().ok()??,
    })
}

fn of_token(token: &AccessToken, source: &str, subject: &Subject<'_>) -> Check {
    let setting = setting(subject);
    let Some(environment) = token.environment() else {
        return Check::skipped(ID, "the token does not name its environment");
    };
    let effective = setting.as_ref().map(|it| it.environment.clone());
    decide(&EnvironmentFacts {
        effective: effective.unwrap_or_else(|| environment.clone()),
        setting,
        document: None,
        variable: None,
        client_id: None,
        has_assertion: false,
        token_place: Some(source),
        target: subject.target.as_ref(),
        ignored: None,
    })
}

fn of_credentials(credentials: &Credentials, facts: &Facts<'_>) -> Check {
    let subject = facts.subject;
    let (effective, client_id) = match credentials {
        Credentials::Service(it) => (it.environment(), it.client_id()),
        Credentials::OauthServerToServer(it) => (it.environment(), it.client_id()),
        Credentials::User(it) => (it.client().environment(), it.client().client_id()),
        Credentials::PermanentCode(it) => (it.client().environment(), it.client().client_id()),
        Credentials::Device(it) => (it.client().environment(), it.client().client_id()),
        _ => return Check::skipped(ID, "the kind of the credentials is not known"),
    };
    let selection = subject.examination.selection().ok();
    let of_variables =
        selection.and_then(|it| it.environment_of_variables(&subject.context.variables));
    decide(&EnvironmentFacts {
        effective: effective.clone(),
        setting: setting(subject),
        document: facts
            .document
            .as_ref()
            .and_then(|it| it.environment.clone()),
        variable: of_variables.map(|(by, environment)| Named { by, environment }),
        client_id: Some(client_id),
        has_assertion: matches!(credentials, Credentials::Service(_)),
        token_place: None,
        target: subject.target.as_ref(),
        ignored: selection.and_then(|it| it.ignored_environment()),
    })
}
