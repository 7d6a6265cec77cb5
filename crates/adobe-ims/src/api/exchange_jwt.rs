//! `POST /ims/exchange/jwt`: exchanges an assertion for an access token.

use std::time::SystemTime;

use super::token_response;
use super::token_response::{TokenRequester, TokenResponse, Warning, clock_difference};
use super::{ImsClient, refusal, request, response};
use crate::assertion::TechnicalAccount;
use crate::assertion::{Assertion, AssertionOptions};
use crate::credentials::JWT_CREDENTIALS_ENDED;
use crate::credentials::ServiceCredentials;
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result};
use crate::token::lifetime::Endpoint;
use crate::util::time;
use crate::value;

/// Documented by Adobe. Clients of Adobe's also use `/ims/exchange/v1/jwt`, which answers alike.
const ENDPOINT: Endpoint = Endpoint::ExchangeJwt;

impl ImsClient {
    /// Signs an assertion with default options and exchanges it.
    ///
    /// If IMS calls the assertion expired and its header `Date` shows that the clock of this machine is wrong, the
    /// client signs one more assertion by the server's clock and exchanges it. A [`Warning`] reports this.
    ///
    /// # Errors
    /// The errors of [`Assertion::sign`] and [`exchange_jwt`](Self::exchange_jwt).
    pub async fn token(&self, account: &TechnicalAccount) -> Result<TokenResponse> {
        let options = AssertionOptions::default();
        let now = self.clock.now();
        let assertion = Assertion::sign(account, now, &options)?;
        let error = match self.exchange_jwt(&assertion).await {
            Err(error) if error.problem() == Problem::AssertionExpired => error,
            outcome => return outcome,
        };
        let Some(server_time) = error.server().and_then(|server| server.date) else {
            return Err(error);
        };
        let Some(difference) = clock_difference(now, server_time) else {
            return Err(error);
        };
        let assertion = Assertion::sign(account, server_time, &options)?;
        let mut response = self.exchange_jwt(&assertion).await?;
        response.warnings.push(Warning::Clock(difference));
        Ok(response)
    }

    /// Exchanges an assertion for an access token.
    ///
    /// It sends one POST to `/ims/exchange/jwt` of the account's environment with the form fields `client_id`,
    /// `client_secret`, `jwt_token` (documented by Adobe), and `resource` once for each audience of the credentials
    /// (relied upon by a published client).
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable;
    /// [`Problem::TokenDeadOnArrival`] when the token of the response is no longer valid.
    pub async fn exchange_jwt(&self, assertion: &Assertion<'_>) -> Result<TokenResponse> {
        let credentials = assertion.account().credentials();
        let endpoint = credentials.environment.endpoint(ENDPOINT.path());
        let mut fields = vec![
            ("client_id", credentials.client_id.as_str()),
            ("client_secret", credentials.client_secret.expose()),
            ("jwt_token", assertion.as_secret().expose()),
        ];
        let resources = &credentials.resources;
        fields.extend(
            resources
                .iter()
                .map(|resource| ("resource", resource.as_str())),
        );
        let mut request = request::post_form(&endpoint, &fields)?;
        if assertion.is_valid_once() {
            request = request::sent_once(request);
        }
        let response = self.transport.send(request).await?;
        let received = self.clock.now();
        let secrets = [&credentials.client_secret, assertion.as_secret()];
        let response = response::read(&endpoint, &response, &secrets, received)
            .map_err(|error| explain(error, credentials, received))?;
        let requester = TokenRequester {
            client_id: &credentials.client_id,
            organization_id: Some(&credentials.organization_id),
            unit: ENDPOINT.unit(),
        };
        token_response::read_token(response, &requester, received)
    }
}

/// Adds facts of the credentials and of the clocks to an error.
fn explain(error: Error, credentials: &ServiceCredentials, now: SystemTime) -> Error {
    let may_be_ended =
        error.class() == ErrorClass::Refused || error.problem() == Problem::InternalError;
    let server_time = error.server().and_then(|server| server.date);
    let mut error = refusal::with_notes(detect_migration(error), &credentials.notes);
    if credentials.ended && may_be_ended {
        error = error.with_hint(JWT_CREDENTIALS_ENDED);
    }
    match error.problem() {
        Problem::SignatureNotBound | Problem::IdentityMalformed => {
            credential_hints(credentials, now)
                .into_iter()
                .fold(error, Error::with_hint)
        }
        Problem::AssertionExpired => {
            match server_time.and_then(|server_time| clock_difference(now, server_time)) {
                Some(difference) => error.with_hint(difference),
                None => error,
            }
        }
        Problem::MetascopeNotBound | Problem::ScopeInvalid => error.with_hint(format!(
            "requested metascopes: {}",
            credentials.metascopes().join(", ")
        )),
        Problem::ClientUnknown | Problem::ClientInvalid => error.with_hint(format!(
            "requested as client {} at {}",
            value::shown_id(credentials.client_id()),
            credentials.environment()
        )),
        _ => error,
    }
}

/// Recognises the response to the assertion of a client that was migrated to OAuth server-to-server (observed). A real
/// outage may have the same text, so the problem stays transient; its hints say that waiting may not help.
fn detect_migration(error: Error) -> Error {
    let server = error.server().filter(|server| {
        let description = server.description.as_deref().unwrap_or_default();
        error.problem() == Problem::InternalError
            && server.status == 500
            && description.to_ascii_lowercase().contains("try again later")
    });
    match server.cloned() {
        Some(server) => Error::new(Problem::ClientMigrated, error.to_string()).with_server(server),
        None => error,
    }
}

/// Returns the odd fields of the credentials, for the case that IMS does not know the account or its key.
fn credential_hints(credentials: &ServiceCredentials, now: SystemTime) -> Vec<String> {
    let mut hints = Vec::new();
    let expired = credentials
        .certificate_expires_at()
        .filter(|expires_at| *expires_at <= now);
    if let Some(expires_at) = expired {
        let expires_at = time::display(expires_at);
        hints.push(format!(
            "the certificate of these credentials expired on {expires_at}"
        ));
    }
    let account_id = credentials.technical_account_id();
    if credentials.email() == Some(account_id) {
        hints.push(
            "`id` of the document holds the e-mail address instead of the account id".to_owned(),
        );
    }
    hints
}
