//! A token as it comes out of an answer, whatever it was asked for with.

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

/// A token that ends sooner than this cannot be used for anything.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);

/// A token as it came, and what was noticed about the answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The token, its expiry normalised.
    pub token: AccessToken,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
    /// `expires_in` as it stood in the answer; see the [module](super#units-of-expires_in).
    pub raw_expires_in: Option<String>,
    /// What is odd about the answer without making it useless, to be shown once.
    pub warnings: Vec<Warning>,
}

/// Something odd about an answer that does not make it useless.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// What does not fit together about the lifetime, in a sentence.
    Lifetime(String),
    /// This machine's clock is wrong, in a sentence; the assertion was dated by the server's.
    Clock(String),
    /// The token says that it was issued to another client.
    OtherClient,
    /// The token says that it is of another type than `access_token`.
    OtherType,
    /// The token says that it lacks these of the scopes that were asked for.
    ScopesLacking(Vec<String>),
    /// IMS refused a client secret of the credentials and took the one that comes after it.
    SecretRefused,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lifetime(sentence) | Self::Clock(sentence) => sentence,
            Self::OtherClient => "the token was issued to another client",
            Self::OtherType => "the token is of another type than access_token",
            Self::ScopesLacking(scopes) => {
                let scopes = scopes.join(", ");
                return write!(f, "the token lacks scopes that were asked for: {scopes}");
            }
            Self::SecretRefused => {
                "IMS refused a client secret of the credentials and took another one of them; download the credentials again"
            }
        })
    }
}

/// Who asked, and in which unit the answer gives the lifetime.
pub(super) struct TokenRequester<'a> {
    pub(super) client_id: &'a str,
    pub(super) organization_id: Option<&'a str>,
    pub(super) unit: Unit,
}

/// Takes the token out of a successful answer.
pub(super) fn token(
    answer: ApiResponse,
    asked: &TokenRequester<'_>,
    received: SystemTime,
) -> Result<TokenResponse> {
    let ApiResponse { mut body, server } = answer;
    let server_time = server.date;
    let value = match body.remove("access_token") {
        Some(Value::String(token)) => Secret::new(token),
        _ => Secret::default(),
    };
    if !fits_a_header(&value) {
        let status = server.status;
        let what = match &server.code {
            _ if !value.is_empty() => format!(
                "IMS answered {status} with an access token that holds characters which no token has"
            ),
            Some(code) => {
                format!("IMS answered {status} without an access token; it says {code:?} instead")
            }
            None => format!("IMS answered {status} without an access token"),
        };
        return Err(Error::new(Problem::AnswerWithoutToken, what).with_server(server));
    }
    let claims = TokenClaims::decode(value.expose());
    let expires_in = body.remove("expires_in");
    let lifetime = lifetime::resolve_expiry(
        expires_in.as_ref(),
        asked.unit,
        claims.as_ref().and_then(TokenClaims::own_lifetime),
        received,
        server_time,
    );
    if lifetime.expires_at < received + SHORTEST_LIFE {
        let what = "IMS handed out a token that has already expired, or is about to";
        let error = Error::new(Problem::TokenDeadOnArrival, what).with_server(server);
        return Err(match server_time.and_then(|there| apart(received, there)) {
            Some(difference) => error.with_hint(difference),
            None => error,
        });
    }
    let mut warnings: Vec<Warning> = lifetime.notice.into_iter().map(Warning::Lifetime).collect();
    warnings.extend(
        claims
            .iter()
            .flat_map(|claims| claim_warnings(claims, asked.client_id)),
    );
    let token = AccessToken::until(lifetime.expires_at, value)?
        .with_identity(Some(asked.client_id), asked.organization_id);
    Ok(TokenResponse {
        token,
        server,
        raw_expires_in: expires_in.as_ref().map(lifetime::display),
        warnings,
    })
}

/// What a token says of itself that an access token of this client would not say. The claims are
/// not repeated: a server could hide a secret in them.
fn claim_warnings(claims: &TokenClaims, client_id: &str) -> Vec<Warning> {
    let differs =
        |claim: &Option<String>, expected| claim.as_deref().is_some_and(|it| it != expected);
    let mut claim_warnings = Vec::new();
    if differs(&claims.kind, "access_token") {
        claim_warnings.push(Warning::OtherType);
    }
    if differs(&claims.client_id, client_id) {
        claim_warnings.push(Warning::OtherClient);
    }
    claim_warnings
}

/// A difference between the clocks that matters: more than the 30 seconds that IMS tolerates.
pub(super) fn apart(here: SystemTime, there: SystemTime) -> Option<String> {
    let (behind, difference) = match there.duration_since(here) {
        Ok(behind) => ("behind", behind),
        Err(ahead) => ("ahead of", ahead.duration()),
    };
    (difference.as_secs() > 30).then(|| {
        format!(
            "the clock of this machine is {} {behind} the server's",
            time::human(difference)
        )
    })
}
