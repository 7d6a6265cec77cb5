//! Sends the requests of the suite, and keeps the answers.

use adobe_ims::transport::Transport;
use adobe_ims::{Error, Secret};

use super::answer::Answer;
use super::check::Check;
use super::comparison::{Comparison, Results};
use super::material::Material;
use super::request::Probe;
use super::token_facts::TokenFacts;
use crate::error::Failure;

const TOO_MANY_REQUESTS: u16 = 429;

/// The reason why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// The connection failed.
    Unreachable(String),
    /// IMS asked for fewer requests, and nothing was sent from then on.
    Throttled,
    /// The request needs a token, and the suite got none.
    NoToken,
}

/// The answers, and the reasons why some are missing.
pub(super) struct Run<'a> {
    pub(super) results: Results<'a>,
    missing: Vec<(Probe, Missing)>,
    /// The number of requests that were sent.
    pub(super) sent: usize,
}

/// The result of a check.
pub(super) struct Outcome {
    pub(super) check: &'static Check,
    pub(super) comparison: Result<Comparison, Missing>,
}

impl<'a> Run<'a> {
    /// Sends the requests one after the other.
    ///
    /// Fails if the first one gets no answer: then IMS cannot be reached.
    pub(super) async fn send(
        probes: &[Probe],
        material: &Material<'a>,
        secrets: Vec<Secret>,
        transport: &dyn Transport,
    ) -> Result<Self, Failure> {
        let mut run = Self {
            results: Results {
                client_id: material.client_id,
                metascopes: material.metascopes(),
                answers: Vec::new(),
                token: None,
                secrets,
            },
            missing: Vec::new(),
            sent: 0,
        };
        let mut is_throttled = false;
        for probe in probes.iter().copied() {
            if is_throttled {
                run.missing.push((probe, Missing::Throttled));
                continue;
            }
            let request = material.request(probe, run.results.token.as_ref())?;
            let Some(request) = request else {
                run.missing.push((probe, Missing::NoToken));
                continue;
            };
            run.sent += 1;
            match transport.send(request).await.map(Answer::from) {
                Ok(answer) if answer.status == TOO_MANY_REQUESTS => {
                    is_throttled = true;
                    run.missing.push((probe, Missing::Throttled));
                }
                Ok(answer) => run.keep(probe, answer),
                Err(error) => run.keep_failure(probe, error)?,
            }
        }
        Ok(run)
    }

    fn keep(&mut self, probe: Probe, answer: Answer) {
        if probe == Probe::Token
            && let Some(token) = TokenFacts::of_response(&answer.json)
        {
            self.results.secrets.push(token.token.clone());
            self.results.token = Some(token);
        }
        self.results.answers.push((probe, answer));
    }

    fn keep_failure(&mut self, probe: Probe, error: Error) -> Result<(), Failure> {
        if self.sent == 1 {
            return Err(error.into());
        }
        let reason = Missing::Unreachable(error.to_string());
        self.missing.push((probe, reason));
        Ok(())
    }

    /// Makes the checks.
    pub(super) fn outcomes(&self, checks: &[&'static Check]) -> Vec<Outcome> {
        let outcome = |check: &&'static Check| {
            let missing = || {
                let mut missing = check.probes().filter_map(|it| self.reason(it));
                missing.next().unwrap_or(Missing::NoToken)
            };
            Outcome {
                check,
                comparison: check.compare(&self.results).ok_or_else(missing),
            }
        };
        checks.iter().map(outcome).collect()
    }

    fn reason(&self, probe: Probe) -> Option<Missing> {
        let mut missing = self.missing.iter();
        missing
            .find(|(it, _)| *it == probe)
            .map(|(_, it)| it.clone())
    }
}

impl Missing {
    /// Returns the reason in words.
    pub(super) fn as_text(&self) -> &str {
        match self {
            Self::Unreachable(error) => error,
            Self::Throttled => "IMS asked for fewer requests (429)",
            Self::NoToken => "the suite got no token",
        }
    }
}
