//! `POST /ims/exchange/jwt`: an assertion for an access token.

use std::time::SystemTime;

use super::token_response;
use super::token_response::{TokenRequester, TokenResponse, Warning, apart};
use super::{ImsClient, form, response};
use crate::assertion::TechnicalAccount;
use crate::assertion::{Assertion, AssertionOptions};
use crate::credentials::JWT_CREDENTIALS_ENDED;
use crate::credentials::ServiceCredentials;
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result};
use crate::token::lifetime::Endpoint;
use crate::util::time;

/// What Adobe documents; `/ims/exchange/v1/jwt` is in use by clients of Adobe's and answers alike.
const ENDPOINT: Endpoint = Endpoint::ExchangeJwt;

impl ImsClient {
    /// Signs an assertion with default options and exchanges it.
    ///
    /// If IMS calls the assertion expired and its `Date` says that this machine's clock is wrong, another
    /// one is signed by the server's clock and exchanged, once; a [`Warning`] tells of it.
    ///
    /// # Errors
    /// As for [`Assertion::sign`] and [`exchange_jwt`](Self::exchange_jwt).
    pub async fn token(&self, account: &TechnicalAccount) -> Result<TokenResponse> {
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
        exchanged.warnings.push(Warning::Clock(difference));
        Ok(exchanged)
    }

    /// Exchanges an assertion for an access token: one POST to `/ims/exchange/jwt` of the account's
    /// environment, form fields `client_id`, `client_secret`, `jwt_token` (documented by Adobe), and `resource`
    /// where the credentials name audiences (relied upon by a published client).
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable; and
    /// [`Problem::TokenDeadOnArrival`] when the token that came is no longer valid.
    pub async fn exchange_jwt(&self, assertion: &Assertion<'_>) -> Result<TokenResponse> {
        let credentials = assertion.account().credentials();
        let endpoint = credentials.environment.endpoint(ENDPOINT.path());
        let mut fields = vec![
            ("client_id", credentials.client_id.as_str()),
            ("client_secret", credentials.client_secret.expose()),
            ("jwt_token", assertion.as_secret().expose()),
        ];
        let resources = &credentials.resources;
        fields.extend(resources.iter().map(|it| ("resource", it.as_str())));
        let request = form::post(&endpoint, &fields)?;
        let response = self.transport.send(request).await?;
        let received = self.clock.now();
        let secrets = [&credentials.client_secret, assertion.as_secret()];
        let answer = response::read(&endpoint, &response, &secrets, received)
            .map_err(|error| explain(error, credentials, received))?;
        let asked = TokenRequester {
            client_id: &credentials.client_id,
            organization_id: Some(&credentials.organization_id),
            unit: ENDPOINT.unit(),
        };
        token_response::token(answer, &asked, received)
    }
}

/// Adds to a refusal what only the account and the clocks can tell.
fn explain(error: Error, credentials: &ServiceCredentials, now: SystemTime) -> Error {
    let may_be_the_end =
        error.class() == ErrorClass::Refused || error.problem() == Problem::InternalError;
    let server_time = error.server().and_then(|server| server.date);
    let error = match credentials.ended && may_be_the_end {
        true => migrated(error).with_hint(JWT_CREDENTIALS_ENDED),
        false => migrated(error),
    };
    match error.problem() {
        Problem::SignatureNotBound | Problem::IdentityMalformed => {
            lifetime_warnings(credentials, now)
                .into_iter()
                .fold(error, Error::with_hint)
        }
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

/// What was observed when the client of an assertion had been migrated to OAuth server-to-server. A real
/// outage may use the same words, so it stays transient and is tried again like one; but whoever reads the
/// error learns that waiting may be in vain.
fn migrated(error: Error) -> Error {
    let observed = error.server().filter(|server| {
        let description = server.description.as_deref().unwrap_or_default();
        error.problem() == Problem::InternalError
            && server.status == 500
            && description.to_ascii_lowercase().contains("try again later")
    });
    match observed.cloned() {
        Some(server) => Error::new(Problem::ClientMigrated, error.to_string()).with_server(server),
        None => error,
    }
}

/// What looks wrong in the credentials themselves, when IMS does not know the account or its key.
fn lifetime_warnings(credentials: &ServiceCredentials, now: SystemTime) -> Vec<String> {
    let mut lifetime_warnings = Vec::new();
    if let Some(end) = credentials
        .certificate_expires_at()
        .filter(|end| *end <= now)
    {
        let end = time::display(end);
        lifetime_warnings.push(format!(
            "the certificate of these credentials expired on {end}"
        ));
    }
    if credentials.email() == Some(credentials.technical_account_id()) {
        lifetime_warnings
            .push("`id` of the document holds the e-mail address, which is another one".to_owned());
    }
    if !credentials
        .technical_account_id()
        .ends_with("@techacct.adobe.com")
    {
        lifetime_warnings
            .push("`id` of the document does not end in @techacct.adobe.com".to_owned());
    }
    if !credentials.organization_id().ends_with("@AdobeOrg") {
        lifetime_warnings.push("`org` of the document does not end in @AdobeOrg".to_owned());
    }
    lifetime_warnings
}
