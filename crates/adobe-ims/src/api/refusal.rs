//! The cause of a refusal, by its code and its description.

use crate::credentials::{OauthClient, ServiceCredentials};
use crate::environment::Environment;
use crate::error::redact::RawText;
use crate::error::{Error, ErrorClass, Problem};
use crate::value::{self, FieldNote};

/// Returns the problem of a refusal. Adobe's published table differs from the responses that people receive; both
/// are known here.
pub(super) fn problem(code: &RawText, description: &RawText) -> Problem {
    let says = |part: &str| description.says(part);
    if code.is("invalid_client") {
        return if says("client_secret") {
            Problem::ClientSecretWrong
        } else if says("client_id") {
            Problem::ClientUnknown
        } else {
            Problem::ClientInvalid
        };
    }
    let by_code = [
        ("unauthorized_client", Problem::GrantNotAllowed),
        ("invalid_signature", Problem::SignatureNotBound),
        ("invalid_jti", Problem::AssertionReplayed),
        // RFC 6749; not observed at IMS.
        ("invalid_request", Problem::RequestInvalid),
        ("unsupported_grant_type", Problem::RequestInvalid),
    ];
    if let Some((_, problem)) = by_code.iter().find(|(known, _)| code.is(known)) {
        return *problem;
    }
    if says("signature to any of the bindings") {
        Problem::SignatureNotBound
    } else if says("metascopes in the jwt are not a subset")
        || says("must contain a valid claims for audience")
    {
        Problem::MetascopeNotBound
    } else if code.is("invalid_scope") {
        Problem::ScopeInvalid
    } else if code.is("invalid_token") && says("expired") {
        Problem::AssertionExpired
    } else if code.is("invalid_token") && (says("not be decoded") || says("incorrectly formatted"))
    {
        Problem::AssertionMalformed
    } else if code.is("invalid_token") {
        Problem::AssertionRefused
    } else if code.is("bad_request") {
        Problem::IdentityMalformed
    } else if code.is_gateway_code() {
        Problem::AnswerOfGateway
    } else {
        Problem::RefusedOtherwise
    }
}

/// A fact that likely is the reason of a refusal: the headline of its error.
pub(super) struct Reason {
    pub(super) problem: Problem,
    /// A clause, such as `the certificate of these credentials expired on …`.
    pub(super) fact: String,
}

/// Puts the likely reason of a refusal, and what was odd about the credentials, before the message of IMS.
///
/// If the credentials are odd, too, neither is called the likely reason.
pub(super) fn with_reason(error: Error, reason: Option<Reason>, notes: &[FieldNote]) -> Error {
    if error.class() != ErrorClass::Refused || (reason.is_none() && notes.is_empty()) {
        return error;
    }
    let problem = reason.as_ref().map_or(error.problem(), |it| it.problem);
    let message = match &reason {
        Some(Reason { fact, .. }) if notes.is_empty() => {
            format!("{fact}, which is likely why {error}")
        }
        reason => {
            let notes = notes.iter().map(FieldNote::to_string);
            let facts = notes.chain(reason.as_ref().map(|it| it.fact.clone()));
            let facts: Vec<_> = facts.collect();
            format!("{}; {error}", facts.join("; "))
        }
    };
    match error.server().cloned() {
        Some(server) => Error::new(problem, message).with_server(server),
        None => error,
    }
}

const TO_EMULATOR: &str = "adobe-ims-emulator made these credentials: send them to that emulator, with its URL as the environment, and with its CA if it serves TLS";

/// The environment of a request, and what the credentials say about theirs.
pub(super) struct Asked<'a> {
    pub(super) environment: &'a Environment,
    /// The environment that the document names, where the caller replaced it.
    pub(super) replaced: Option<&'a Environment>,
    pub(super) client_id: &'a str,
    is_of_emulator: bool,
}

impl<'a> From<&'a OauthClient> for Asked<'a> {
    fn from(client: &'a OauthClient) -> Self {
        Self {
            environment: &client.environment,
            replaced: client.replaced_environment.as_ref(),
            client_id: &client.client_id,
            is_of_emulator: client.is_of_emulator,
        }
    }
}

impl<'a> From<&'a ServiceCredentials> for Asked<'a> {
    fn from(credentials: &'a ServiceCredentials) -> Self {
        Self {
            environment: &credentials.environment,
            replaced: credentials.replaced_environment.as_ref(),
            client_id: &credentials.client_id,
            is_of_emulator: credentials.is_of_emulator,
        }
    }
}

impl Asked<'_> {
    /// Returns what speaks for a client of another environment, for the case that IMS does not know the client.
    pub(super) fn other_environment(&self) -> Option<Reason> {
        let asked = self.environment;
        let own = match self.replaced {
            _ if self.is_astray() => {
                "these are the credentials of an emulator, which are worthless at Adobe".to_owned()
            }
            // A server of a test or an emulator has clients of its own.
            Some(named) if asked.is_adobe() => format!("the credentials name {named}"),
            // Inferred from a sample of Adobe's: client ids of its stage environments contain this word.
            _ if *asked == Environment::production() && is_of_aem_stage(self.client_id) => {
                "the client id is that of a stage environment (cmstg)".to_owned()
            }
            _ => return None,
        };
        Some(Reason {
            problem: Problem::ClientOfOtherEnvironment,
            fact: format!("{own}, and the request went to {asked}"),
        })
    }

    /// Returns true for a request of an emulator's client to Adobe.
    fn is_astray(&self) -> bool {
        self.is_of_emulator && self.environment.is_of_adobe_login()
    }

    /// Adds what to do if the client is an emulator's, and the request went to Adobe. A failure before the answer of IMS
    /// has the same remedy.
    pub(super) fn point_to_emulator(&self, error: Error) -> Error {
        if self.is_astray() {
            error.with_hint(TO_EMULATOR)
        } else {
            error
        }
    }

    /// Returns the client and the environment of the request, and what follows from the environment.
    pub(super) fn hint(&self) -> String {
        let client = value::shown_id(self.client_id);
        let asked = self.environment;
        let stage = if *asked == Environment::stage() {
            "; this is stage, which Adobe itself uses: clients of customers are of production"
        } else {
            ""
        };
        format!("requested as client {client} at {asked}{stage}")
    }
}

fn is_of_aem_stage(client_id: &str) -> bool {
    client_id.starts_with("cm-p") && client_id.split('-').any(|part| part == "cmstg")
}

/// Replaces causes that only an assertion can have, for requests that sent none.
pub(super) fn without_assertion(error: Error) -> Error {
    match (error.problem(), error.server()) {
        (
            Problem::IdentityMalformed
            | Problem::AssertionExpired
            | Problem::AssertionMalformed
            | Problem::AssertionRefused,
            Some(server),
        ) => Error::new(Problem::RefusedOtherwise, error.to_string()).with_server(server.clone()),
        _ => error,
    }
}
