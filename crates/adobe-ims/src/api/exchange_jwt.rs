//! `POST /ims/exchange/jwt`: exchanges an assertion for an access token.

use super::token_response;
use super::token_response::{TokenRequester, TokenResponse, Warning, clock_difference};
use super::{ImsClient, assertion_refusal, request, response};
use crate::assertion::TechnicalAccount;
use crate::assertion::{Assertion, AssertionOptions};
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;

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
            .map_err(|error| assertion_refusal::explain(error, assertion, received))?;
        let requester = TokenRequester {
            client_id: &credentials.client_id,
            organization_id: Some(&credentials.organization_id),
            unit: ENDPOINT.unit(),
        };
        token_response::read_token(response, &requester, received)
    }
}
