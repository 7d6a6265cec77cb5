//! A sign-in between its start and its redirect.

use core::fmt;

use serde_json::{Map, Value};

use super::Flow;
use super::response;
use super::response::{AuthorizationResponse, Expected};
use crate::api::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::crypto::jws;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// A sign-in that was started and waits for the redirect of the browser.
///
/// ```
/// use adobe_ims::api::UserTokenResponse;
/// use adobe_ims::sign_in::PendingAuthorization;
/// use adobe_ims::{ImsClient, Result};
///
/// # async fn example(ims: ImsClient, pending: PendingAuthorization, pasted: &str) -> Result<UserTokenResponse> {
/// // The person pasted the address to which the browser was redirected.
/// let response = pending.read(pasted)?;
/// pending.finish(&ims, response).await
/// # }
/// ```
#[derive(Clone)]
pub struct PendingAuthorization {
    pub(super) client: OauthClient,
    pub(super) url: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: Vec<String>,
    pub(super) flow: Flow,
    pub(super) state: Secret,
    pub(super) nonce: Secret,
    pub(super) verifier: Secret,
}

impl PendingAuthorization {
    /// Returns the URL for the browser.
    ///
    /// A reader of the URL cannot get a token with it. A person who opens it and signs in gives their token to this
    /// program.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the client.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Returns the redirect URI.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Returns the requested scopes.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns the flow.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// Parses the redirect: the whole address, or its part after `?` or `#`.
    ///
    /// # Errors
    /// - [`Problem::SignInDenied`] when the person refused.
    /// - [`Problem::SignInInteraction`] when the sign-in needs interaction and [`Prompt::None`](super::Prompt::None)
    ///   forbids it.
    /// - [`Problem::SignInStateWrong`] when the redirect belongs to another sign-in.
    /// - [`Problem::SignInWithoutResult`] when the redirect has no result.
    /// - [`Problem::ScopeInvalid`], [`Problem::GrantNotAllowed`], [`Problem::ClientInvalid`],
    ///   [`Problem::ServerError`] and [`Problem::RefusedOtherwise`] for an error of IMS.
    pub fn read(&self, redirect: &str) -> Result<AuthorizationResponse> {
        let expected = Expected {
            flow: self.flow,
            state: &self.state,
            secrets: &[&self.state, &self.nonce, &self.verifier],
        };
        response::parse(redirect, &expected)
    }

    /// Returns true if the redirect has the state of this sign-in.
    pub(super) fn owns(&self, redirect: &str) -> bool {
        response::is_own(redirect, &self.state)
    }

    /// Returns the tokens of the sign-in. A code is exchanged ([`ImsClient::authorization_code`]); a token of the
    /// implicit flow needs no request.
    ///
    /// If the response has an id token with the claims `nonce` and `aud`, they must match this sign-in and this
    /// client. The signature of the id token is not checked, because it came from IMS over TLS.
    ///
    /// # Errors
    /// The errors of [`ImsClient::authorization_code`]; [`Problem::SignInNonceWrong`] for an id token of another
    /// sign-in; [`Problem::TokenDeadOnArrival`] and [`Problem::AnswerWithoutToken`] for an unusable token.
    pub async fn finish(
        &self,
        ims: &ImsClient,
        response: AuthorizationResponse,
    ) -> Result<UserTokenResponse> {
        let tokens = match response {
            AuthorizationResponse::Code(code) => {
                let verifier = Some(&self.verifier);
                let redirect_uri = Some(self.redirect_uri.as_str());
                ims.authorization_code(&self.client, &code, verifier, redirect_uri)
                    .await?
            }
            AuthorizationResponse::Token {
                access_token,
                expires_in,
            } => ims.implicit(&self.client, &access_token, expires_in)?,
        };
        let id_token = tokens.id_token.as_ref();
        if let Some(Ok(id_token)) = id_token.map(|token| jws::decode(token.expose())) {
            self.check_id_token(&id_token.payload)?;
        }
        Ok(tokens)
    }

    fn check_id_token(&self, claims: &Map<String, Value>) -> Result<()> {
        let wrong = |message: &str| Err(Error::new(Problem::SignInNonceWrong, message));
        let is_nonce = |text| response::is_equal(text, &self.nonce);
        if let Some(nonce) = claims.get("nonce")
            && !nonce.as_str().is_some_and(is_nonce)
        {
            return wrong("the id_token belongs to another sign-in: its nonce differs");
        }
        if let Some(audience) = claims.get("aud")
            && !contains_client(audience, self.client.client_id())
        {
            return wrong("the id_token belongs to another sign-in: it is for another client");
        }
        Ok(())
    }
}

/// Tells whether an `aud`, one text or a list of texts, contains this client.
fn contains_client(audience: &Value, client_id: &str) -> bool {
    match audience {
        Value::Array(clients) => clients.iter().any(|client| client == client_id),
        client => client == client_id,
    }
}

impl fmt::Debug for PendingAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingAuthorization")
            .field("client", &self.client)
            .field("redirect_uri", &self.redirect_uri)
            .field("scopes", &self.scopes)
            .field("flow", &self.flow)
            .finish_non_exhaustive()
    }
}
