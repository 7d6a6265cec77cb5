//! Takes the access token out of a successful response.

use core::fmt;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::response::ApiResponse;
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::token::fits_a_header;
use crate::token::lifetime;
use crate::token::lifetime::Unit;
use crate::token::{AccessToken, TokenClaims};
use crate::util::secret::Secret;
use crate::util::time;

/// A token with less time left is unusable.
const MIN_LIFETIME: Duration = Duration::from_secs(1);

/// IMS tolerates 30 s; a difference counts in whole seconds.
const MAX_CLOCK_DIFFERENCE_SECONDS: u64 = 30;

/// An access token, and facts of the response that held it.
///
/// ```
/// use adobe_ims::api::TokenResponse;
///
/// fn log(response: &TokenResponse) {
///     println!("{} answered {}", response.server.endpoint, response.server.status);
///     for warning in &response.warnings {
///         println!("warning: {warning}");
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The token, with its resolved expiry.
    pub token: AccessToken,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
    /// `expires_in` as it stood in the response; see the [module](super#units-of-expires_in).
    pub raw_expires_in: Option<String>,
    /// Oddities of the response that leave the token usable. Show them once.
    pub warnings: Vec<Warning>,
}

/// An oddity of a response that leaves its token usable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Statements about the lifetime contradict each other. Holds a sentence.
    Lifetime(String),
    /// The clock of this machine is wrong; the assertion was dated by the server's clock. Holds a sentence.
    Clock(String),
    /// The claims of the token name another client.
    OtherClient,
    /// The claims of the token name another type than `access_token`.
    OtherType,
    /// The claims of the token do not list these requested scopes.
    MissingScopes(Vec<String>),
    /// IMS refused a client secret of the credentials and accepted a later one.
    SecretRefused,
}

impl Warning {
    /// Returns the entry of the catalogue.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Lifetime(_) => Problem::LifetimeContradictory,
            Self::Clock(_) => Problem::ClockWrong,
            Self::OtherClient => Problem::TokenOfOtherClient,
            Self::OtherType => Problem::TokenOfOtherType,
            Self::MissingScopes(_) => Problem::ScopesNotGranted,
            Self::SecretRefused => Problem::ClientSecretOutdated,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lifetime(sentence) | Self::Clock(sentence) => sentence,
            Self::OtherClient => "the token was issued to another client",
            Self::OtherType => "the token is of another type than access_token",
            Self::MissingScopes(scopes) => {
                let scopes = scopes.join(", ");
                return write!(f, "the token lacks requested scopes: {scopes}");
            }
            Self::SecretRefused => {
                "IMS refused one client secret of the credentials and accepted another; download the credentials again"
            }
        })
    }
}

/// The client that requested a token, and the unit of `expires_in`.
pub(super) struct TokenRequester<'a> {
    pub(super) client_id: &'a str,
    pub(super) organization_id: Option<&'a str>,
    pub(super) unit: Unit,
}

/// Takes the access token out of a successful response.
pub(super) fn read_token(
    response: ApiResponse,
    requester: &TokenRequester<'_>,
    received: SystemTime,
) -> Result<TokenResponse> {
    let ApiResponse {
        mut body, server, ..
    } = response;
    let value = match body.remove("access_token") {
        Some(Value::String(token)) => Secret::new(token),
        _ => Secret::default(),
    };
    if !fits_a_header(&value) {
        return Err(missing_token(&value, server));
    }
    let claims = TokenClaims::decode(value.expose());
    let expires_in = body.remove("expires_in");
    let lifetime = lifetime::resolve_expiry(
        expires_in.as_ref(),
        requester.unit,
        claims.as_ref().and_then(TokenClaims::own_lifetime),
        received,
        server.date,
    );
    if lifetime.expires_at < received + MIN_LIFETIME {
        return Err(expired_on_arrival(received, server));
    }
    let mut warnings: Vec<Warning> = lifetime.notice.into_iter().map(Warning::Lifetime).collect();
    warnings.extend(
        claims
            .iter()
            .flat_map(|claims| claim_warnings(claims, requester.client_id)),
    );
    let token = AccessToken::until(lifetime.expires_at, value)?
        .with_identity(Some(requester.client_id), requester.organization_id);
    Ok(TokenResponse {
        token,
        server,
        raw_expires_in: expires_in.as_ref().map(lifetime::display),
        warnings,
    })
}

fn missing_token(value: &Secret, server: ServerResponse) -> Error {
    let status = server.status;
    let message = match &server.code {
        _ if !value.is_empty() => {
            format!("IMS answered {status} with an access token that has invalid characters")
        }
        Some(code) => {
            format!("IMS answered {status} without an access token; it says {code:?} instead")
        }
        None => format!("IMS answered {status} without an access token"),
    };
    Error::new(Problem::AnswerWithoutToken, message).with_server(server)
}

fn expired_on_arrival(received: SystemTime, server: ServerResponse) -> Error {
    let difference = server
        .date
        .and_then(|server_time| clock_difference(received, server_time));
    let message = "the token of the answer has expired, or expires within a second";
    let error = Error::new(Problem::TokenDeadOnArrival, message).with_server(server);
    match difference {
        Some(difference) => error.with_hint(difference),
        None => error,
    }
}

/// Compares the claims with those of an access token of this client. The warnings do not repeat the claims: a server
/// could hide a secret in them.
fn claim_warnings(claims: &TokenClaims, client_id: &str) -> Vec<Warning> {
    let differs =
        |claim: &Option<String>, expected| claim.as_deref().is_some_and(|claim| claim != expected);
    let mut warnings = Vec::new();
    if differs(&claims.kind, "access_token") {
        warnings.push(Warning::OtherType);
    }
    if differs(&claims.client_id, client_id) {
        warnings.push(Warning::OtherClient);
    }
    warnings
}

/// Describes a difference between the clocks of more than the 30 seconds that IMS tolerates.
pub(super) fn clock_difference(now: SystemTime, server_time: SystemTime) -> Option<String> {
    let (direction, difference) = match server_time.duration_since(now) {
        Ok(behind) => ("behind", behind),
        Err(ahead) => ("ahead of", ahead.duration()),
    };
    (difference.as_secs() > MAX_CLOCK_DIFFERENCE_SECONDS).then(|| {
        format!(
            "the clock of this machine is {} {direction} the server's",
            time::human(difference)
        )
    })
}
