//! The first request to the identity service, and what its transport met on the way.

use std::time::SystemTime;

use adobe_ims::api::{TokenType, Validation};
use adobe_ims::crypto::Crypto;
use adobe_ims::error::{Certainty, ServerResponse};
use adobe_ims::internal::network::{ConnectionFacts, ConnectionTrace, Route};
use adobe_ims::source::FetchedToken;
use adobe_ims::{Environment, Error, ImsClient, Problem, Secret};
use http::Uri;

use super::trial::Trial;
use crate::context::Context;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::error::{CommandProblem, Failure};
use crate::http::transport::traced_ims_client;

/// The identity service and the way to it.
pub(super) struct Network {
    pub(super) environment: Environment,
    pub(super) ims: ImsClient,
    pub(super) route: Route,
    uri: Uri,
    trace: ConnectionTrace,
}

/// A request, its times by this machine's clock, and its outcome.
pub(super) struct Probe {
    pub(super) sent: SystemTime,
    pub(super) received: SystemTime,
    pub(super) outcome: Outcome,
}

/// The outcome of a request.
pub(super) enum Outcome {
    /// IMS issued a token.
    Issued(Box<FetchedToken>),
    /// IMS judged a token.
    Validated(Box<Validation>),
    /// The key set came.
    Answered(ServerResponse),
    Failed(Error),
}

impl Network {
    /// Prepares requests to this service. The settings of the connection may be unusable: then the check says which.
    pub(super) fn open(
        subject: &Subject<'_>,
        environment: Environment,
    ) -> Result<Self, Box<Check>> {
        let variables = &subject.context.variables;
        let trace = ConnectionTrace::recording();
        let ims = traced_ims_client(&subject.settings.connection, variables, &trace)
            .map_err(|failure| Box::new(unusable(&failure)))?;
        let uri: Uri = environment.base_url().parse().unwrap_or_default();
        let text = |name: &str| variables.text(name).ok().flatten();
        Ok(Self {
            route: Route::choose(&uri, text),
            environment,
            ims,
            uri,
            trace,
        })
    }

    /// Returns host and port, as they stand in the address.
    pub(super) fn host(&self) -> &str {
        self.uri.authority().map_or("", |it| it.as_str())
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// Returns what was met on the way. The texts of the server hold none of these secrets.
    pub(super) fn facts(&self, secrets: &[Secret]) -> ConnectionFacts {
        self.trace.facts(secrets)
    }

    /// Sends the request of the trial, or else one for the key set, which needs no credentials.
    pub(super) fn probe(&self, trial: &Trial, context: &Context) -> Probe {
        let sent = context.now();
        let outcome = context.wait(self.ask(trial)).unwrap_or_else(|failure| {
            Outcome::Failed(Error::new(Problem::RuntimeUnsuitable, failure.message()))
        });
        Probe {
            sent,
            received: context.now(),
            outcome,
        }
    }

    async fn ask(&self, trial: &Trial) -> Outcome {
        let outcome = match trial {
            Trial::Exchange(source) => {
                let fetched = source.fetch().await;
                fetched.map(|it| Outcome::Issued(Box::new(it)))
            }
            Trial::Validation(asked) => {
                let (secret, kind) = (asked.token.as_secret(), TokenType::Access);
                let (client_id, environment) = (&asked.client_id, &self.environment);
                let validation = self.ims.validate(secret, kind, client_id, environment);
                validation.await.map(|it| Outcome::Validated(Box::new(it)))
            }
            Trial::None(_) => {
                let keys = self.ims.key_set(&self.environment, &Crypto::ring()).await;
                keys.map(|it| Outcome::Answered(it.server))
            }
        };
        outcome.unwrap_or_else(Outcome::Failed)
    }
}

impl Probe {
    pub(super) fn error(&self) -> Option<&Error> {
        match &self.outcome {
            Outcome::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the head of the answer, also of one that is an error.
    pub(super) fn server(&self) -> Option<&ServerResponse> {
        match &self.outcome {
            Outcome::Issued(fetched) => fetched.server.as_ref(),
            Outcome::Validated(validation) => Some(&validation.server),
            Outcome::Answered(server) => Some(server),
            Outcome::Failed(error) => error.server(),
        }
    }
}

/// Returns the check for settings without which no request can be sent.
fn unusable(failure: &Failure) -> Check {
    let id = if failure.is(CommandProblem::VariableInvalid) {
        CheckId::Route
    } else {
        CheckId::Tls
    };
    let cause = FoundCause::summarized(failure, Certainty::Certain);
    Check::problem(id, failure.message(), cause)
}
