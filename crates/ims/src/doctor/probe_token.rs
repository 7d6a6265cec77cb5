//! The token that the checks of an API send.

use adobe_ims::api_error::TokenFacts;
use adobe_ims::{AccessToken, Credentials};

use super::check::{Stage, Verdict};
use super::report::Report;
use super::subject::Subject;
use crate::auth::{AcquiredToken, CredentialFacts};
use crate::environment::variables;

/// A token, and what is known about it and its credentials.
pub(crate) struct ProbeToken {
    /// The token with the client and the organisation of its credentials.
    pub(crate) token: AccessToken,
    pub(crate) facts: TokenFacts,
    /// The client id of the credentials, if there are any.
    pub(crate) client_id: Option<String>,
}

impl ProbeToken {
    /// Describes a token that was requested with these credentials; `None` if only the token is known.
    pub(crate) fn of(token: &AccessToken, credentials: Option<&Credentials>) -> Self {
        let (client_id, organization_id) = credentials.map(identity).unwrap_or_default();
        let organization_id = organization_id.or_else(|| token.organization_id());
        let mut found = AcquiredToken::given(token.clone());
        if let Some(id) = client_id {
            found.client_id = Some(id.to_owned());
        }
        found.organization_id = organization_id.map(str::to_owned);
        Self {
            facts: CredentialFacts::new(&found, credentials).of(&found.token),
            token: token.clone().with_identity(client_id, organization_id),
            client_id: client_id.map(str::to_owned),
        }
    }

    /// Finds the token for the checks of an API: the one that IMS issued a moment ago, the one that was given, or else
    /// a cached one. No request is sent for it. Without a token, returns the reason.
    pub(crate) fn find(
        subject: &Subject<'_>,
        issued: Option<&AccessToken>,
        report: &Report,
    ) -> Result<Self, String> {
        let examination = &subject.examination;
        let given = examination.token_of_variable();
        let credentials = subject.credentials().filter(|_| given.is_none());
        let now = subject.context.now();
        if let Some(token) = issued.filter(|token| !token.is_expired(now)) {
            return Ok(Self::of(token, credentials));
        }
        let of_variable = given.map(|given| given.cloned().ok());
        let found = match (of_variable, credentials) {
            (Some(Some(text)), _) => AccessToken::new(text).ok(),
            (Some(None), _) => {
                let name = variables::ACCESS_TOKEN;
                return Err(format!("the token in {name} cannot be used"));
            }
            (None, Some(Credentials::AccessToken(token))) => Some(token.clone()),
            (None, _) => {
                if let Some(id) = problem_of_identity_service(report) {
                    return Err(format!("there is no token; see {id}"));
                }
                examination.cached_token().map(|found| found.token)
            }
        };
        match found {
            None => Err("there is no token".to_owned()),
            Some(token) if token.is_expired(now) => Err("the token has expired".to_owned()),
            Some(token) => Ok(Self::of(&token, credentials)),
        }
    }
}

/// Returns the client id and the organisation of credentials.
fn identity(credentials: &Credentials) -> (Option<&str>, Option<&str>) {
    let client = match credentials {
        Credentials::AccessToken(_) => return (None, None),
        Credentials::Service(service) => {
            return (Some(service.client_id()), Some(service.organization_id()));
        }
        Credentials::OauthServerToServer(oauth) => {
            return (Some(oauth.client_id()), oauth.organization_id());
        }
        Credentials::User(user) => user.client(),
        Credentials::PermanentCode(code) => code.client(),
        Credentials::Device(device) => device.client(),
        _ => return (None, None),
    };
    (Some(client.client_id()), client.organization_id())
}

fn problem_of_identity_service(report: &Report) -> Option<&'static str> {
    let checks = report.of_stage(Stage::IdentityService);
    let problem = checks
        .iter()
        .find(|check| check.verdict() == Verdict::Problem)?;
    Some(problem.id().as_str())
}
