//! `POST /ims/token/v3` with `grant_type=client_credentials`: a client for its own access token.

use super::exchanged::{self, Asked, Exchanged, Notice};
use super::{ImsClient, answer, form};
use crate::lifetime::Unit;
use crate::{Error, OauthCredentials, Problem, Result, Secret, TokenClaims};

/// v3 is what Adobe documents; v2 and v4 are in use by clients of Adobe's and answer alike.
const PATH: &str = "/ims/token/v3";

impl ImsClient {
    /// Asks for an access token for these credentials: one POST to `/ims/token/v3` of their environment,
    /// form fields `client_id`, `client_secret`, `grant_type` and `scope`, the scopes with commas between
    /// them (documented by Adobe). `expires_in` of the answer is in seconds (documented by Adobe).
    ///
    /// Where the credentials have several secrets, the next one is tried when IMS calls one wrong
    /// ([`Problem::ClientSecretWrong`]; relied upon by a published client), and on no other failure; a
    /// [`Notice`] tells of it. Another tells when the token says that it lacks a scope.
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable; and
    /// [`Problem::TokenDeadOnArrival`] when the token that came is no longer valid.
    pub async fn client_credentials(&self, credentials: &OauthCredentials) -> Result<Exchanged> {
        let mut outcome = self.ask(credentials, &credentials.client_secret).await;
        for secret in &credentials.other_secrets {
            match outcome {
                Err(error) if error.problem() == Problem::ClientSecretWrong => {}
                other => return other,
            }
            outcome = self.ask(credentials, secret).await.map(|mut exchanged| {
                exchanged.notices.push(Notice::SecretRefused);
                exchanged
            });
        }
        outcome.map_err(|error| match (error.problem(), credentials.secrets()) {
            (Problem::ClientSecretWrong, 2..) => {
                let secrets = credentials.secrets();
                error.with_hint(format!(
                    "the credentials have {secrets} client secrets; IMS refused each of them"
                ))
            }
            _ => error,
        })
    }

    async fn ask(&self, credentials: &OauthCredentials, secret: &Secret) -> Result<Exchanged> {
        let endpoint = credentials.environment.endpoint(PATH);
        let request = form::post(
            &endpoint,
            &[
                ("client_id", &credentials.client_id),
                ("client_secret", secret.expose()),
                ("grant_type", "client_credentials"),
                ("scope", &credentials.scopes.join(",")),
            ],
        )?;
        let response = self.transport.send(request).await?;
        let received = self.clock.now();
        let answer = answer::read(&endpoint, &response, &credentials.all_secrets(), received)
            .map_err(|error| explain(error, credentials))?;
        let asked = Asked {
            client_id: &credentials.client_id,
            organization_id: credentials.organization_id(),
            unit: Unit::Seconds,
        };
        let mut exchanged = exchanged::token(answer, &asked, received)?;
        let claims = exchanged.token.claims();
        let lacking = claims.map_or_else(Vec::new, |claims| lacking(credentials, claims));
        if !lacking.is_empty() {
            exchanged.notices.push(Notice::ScopesLacking(lacking));
        }
        Ok(exchanged)
    }
}

/// The scopes that were asked for and are not in the token. One that lists none says nothing.
fn lacking(credentials: &OauthCredentials, claims: &TokenClaims) -> Vec<String> {
    if claims.scopes.is_empty() {
        return Vec::new();
    }
    let asked = credentials.scopes.iter();
    asked
        .filter(|scope| !claims.scopes.contains(scope))
        .cloned()
        .collect()
}

/// Adds to a refusal what only the credentials can tell.
fn explain(error: Error, credentials: &OauthCredentials) -> Error {
    match error.problem() {
        Problem::ScopeInvalid => {
            error.with_hint(format!("asked for: {}", credentials.scopes.join(", ")))
        }
        Problem::ClientUnknown | Problem::ClientInvalid | Problem::GrantNotAllowed => error
            .with_hint(format!(
                "asked as client {:?} at {}",
                credentials.client_id, credentials.environment
            )),
        _ => error,
    }
}
