//! `POST /ims/exchange/jwt`: an assertion for an access token.

use core::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use serde_json::Value;
use zeroize::Zeroizing;

use super::ImsClient;
use super::answer::{self, Answer};
use crate::lifetime::{self, Unit};
use crate::token::fits_a_header;
use crate::transport::Body;
use crate::{
    AccessToken, Assertion, AssertionOptions, Error, Problem, Result, Secret, ServerAnswer,
    ServiceCredentials, TechnicalAccount, TokenClaims, timestamp,
};

const PATH: &str = "/ims/exchange/jwt";

/// A token that ends sooner than this cannot be used for anything.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);

/// A token as it came, and what was noticed about the answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchanged {
    /// The token, its expiry normalised.
    pub token: AccessToken,
    /// The status, the `x-debug-id` and the URL.
    pub answer: ServerAnswer,
    /// `expires_in` as it stood in the answer: milliseconds here, by all that is known.
    pub raw_expires_in: Option<String>,
    /// What is odd about the answer without making it useless, to be shown once.
    pub notices: Vec<Notice>,
}

/// Something odd about an answer that does not make it useless.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// What does not fit together about the lifetime, in a sentence.
    Lifetime(String),
    /// This machine's clock is wrong, in a sentence; the assertion was dated by the server's.
    Clock(String),
    /// The token says that it was issued to another client.
    OtherClient,
    /// The token says that it is of another type than `access_token`.
    OtherType,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lifetime(sentence) | Self::Clock(sentence) => sentence,
            Self::OtherClient => "the token was issued to another client",
            Self::OtherType => "the token is of another type than access_token",
        })
    }
}

impl ImsClient {
    /// Signs an assertion with default options and exchanges it.
    ///
    /// If IMS calls the assertion expired and its `Date` says that this machine's clock is wrong, another
    /// one is signed by the server's clock and exchanged, once; a [`Notice`] tells of it.
    ///
    /// # Errors
    /// As for [`Assertion::sign`] and [`exchange_jwt`](Self::exchange_jwt).
    pub async fn token(&self, account: &TechnicalAccount) -> Result<Exchanged> {
        let options = AssertionOptions::default();
        let here = self.clock.now();
        let assertion = Assertion::sign(account, here, &options)?;
        let error = match self.exchange_jwt(&assertion).await {
            Err(error) if error.problem() == Problem::AssertionExpired => error,
            other => return other,
        };
        let there = error.server().and_then(|server| server.date);
        let Some((there, difference)) = there.and_then(|it| Some((it, apart(here, it)?))) else {
            return Err(error);
        };
        let assertion = Assertion::sign(account, there, &options)?;
        let mut exchanged = self.exchange_jwt(&assertion).await?;
        exchanged.notices.push(Notice::Clock(difference));
        Ok(exchanged)
    }

    /// Exchanges an assertion for an access token: one POST to `/ims/exchange/jwt` of the account's
    /// environment, form fields `client_id`, `client_secret`, `jwt_token` (documented by Adobe).
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable; and
    /// [`Problem::TokenDeadOnArrival`] when the token that came is no longer valid.
    pub async fn exchange_jwt(&self, assertion: &Assertion<'_>) -> Result<Exchanged> {
        let credentials = assertion.account().credentials();
        let endpoint = credentials.environment.endpoint(PATH);
        let request = request(&endpoint, assertion)?;
        let response = self.transport.send(request).await?;
        let received = self.clock.now();
        let secrets = [&credentials.client_secret, assertion.as_secret()];
        let answer = answer::read(&endpoint, &response, &secrets, received)
            .map_err(|error| explain(error, credentials, received))?;
        token(answer, credentials, received)
    }
}

fn request(endpoint: &str, assertion: &Assertion<'_>) -> Result<Request<Body>> {
    let credentials = assertion.account().credentials();
    let fields = [
        ("client_id", credentials.client_id.as_str()),
        ("client_secret", credentials.client_secret.expose()),
        ("jwt_token", assertion.as_secret().expose()),
    ];
    // Room for all of it, even if every byte has to be escaped: a buffer that grows leaves copies
    // behind that nobody overwrites.
    let room = fields
        .iter()
        .map(|(name, value)| name.len() + 3 * value.len() + 2)
        .sum();
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(room));
    form.extend_pairs(fields);
    let body = Zeroizing::new(form.finish().into_bytes());
    Request::builder()
        .method(Method::POST)
        .uri(endpoint)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("adobe-ims/", env!("CARGO_PKG_VERSION")))
        .body(Body::from_bytes(Bytes::from_owner(body)))
        .map_err(|error| {
            Error::new(Problem::EndpointInvalid, format!("{endpoint} is no URL")).with_source(error)
        })
}

fn token(
    answer: Answer,
    credentials: &ServiceCredentials,
    received: SystemTime,
) -> Result<Exchanged> {
    let Answer { mut body, server } = answer;
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
    let lifetime = lifetime::normalise(
        expires_in.as_ref(),
        Unit::Milliseconds,
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
    let mut notices: Vec<Notice> = lifetime.notice.into_iter().map(Notice::Lifetime).collect();
    notices.extend(
        claims
            .iter()
            .flat_map(|claims| oddities(claims, &credentials.client_id)),
    );
    let token = AccessToken::until(lifetime.expires_at, value)?.with_identity(
        Some(&credentials.client_id),
        Some(&credentials.organization_id),
    );
    Ok(Exchanged {
        token,
        answer: server,
        raw_expires_in: expires_in.as_ref().map(lifetime::shown),
        notices,
    })
}

/// What a token says of itself that an access token of this client would not say. The claims are
/// not repeated: a server could hide a secret in them.
fn oddities(claims: &TokenClaims, client_id: &str) -> Vec<Notice> {
    let differs =
        |claim: &Option<String>, expected| claim.as_deref().is_some_and(|it| it != expected);
    let mut oddities = Vec::new();
    if differs(&claims.kind, "access_token") {
        oddities.push(Notice::OtherType);
    }
    if differs(&claims.client_id, client_id) {
        oddities.push(Notice::OtherClient);
    }
    oddities
}

/// Adds to a refusal what only the account and the clocks can tell.
fn explain(error: Error, credentials: &ServiceCredentials, now: SystemTime) -> Error {
    let server_time = error.server().and_then(|server| server.date);
    match error.problem() {
        Problem::SignatureNotBound | Problem::IdentityMalformed => doubts(credentials, now)
            .into_iter()
            .fold(error, Error::with_hint),
        Problem::AssertionExpired => match server_time.and_then(|there| apart(now, there)) {
            Some(difference) => error.with_hint(difference),
            None => error,
        },
        Problem::MetascopeNotBound | Problem::ScopeInvalid => error.with_hint(format!(
            "asked for: {}",
            credentials.metascopes().join(", ")
        )),
        Problem::ClientUnknown | Problem::ClientInvalid => error.with_hint(format!(
            "asked as client {:?} at {}",
            credentials.client_id(),
            credentials.environment()
        )),
        _ => error,
    }
}

/// What looks wrong in the credentials themselves, when IMS does not know the account or its key.
fn doubts(credentials: &ServiceCredentials, now: SystemTime) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(end) = credentials
        .certificate_expires_at()
        .filter(|end| *end <= now)
    {
        let end = timestamp::shown(end);
        doubts.push(format!(
            "the certificate of these credentials expired on {end}"
        ));
    }
    if credentials.email() == Some(credentials.technical_account_id()) {
        doubts
            .push("`id` of the document holds the e-mail address, which is another one".to_owned());
    }
    if !credentials
        .technical_account_id()
        .ends_with("@techacct.adobe.com")
    {
        doubts.push("`id` of the document does not end in @techacct.adobe.com".to_owned());
    }
    if !credentials.organization_id().ends_with("@AdobeOrg") {
        doubts.push("`org` of the document does not end in @AdobeOrg".to_owned());
    }
    doubts
}

/// A difference between the clocks that matters: more than the 30 seconds that IMS tolerates.
fn apart(here: SystemTime, there: SystemTime) -> Option<String> {
    let (behind, difference) = match there.duration_since(here) {
        Ok(behind) => ("behind", behind),
        Err(ahead) => ("ahead of", ahead.duration()),
    };
    (difference.as_secs() > 30).then(|| {
        format!(
            "the clock of this machine is {} {behind} the server's",
            timestamp::human(difference)
        )
    })
}
