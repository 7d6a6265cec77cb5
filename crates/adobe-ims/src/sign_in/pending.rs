use core::fmt;

use serde_json::Value;

use super::Flow;
use super::response;
use super::response::AuthorizationResponse;
use crate::api::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::crypto::jws;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// A sign-in that has begun, until the browser comes back.
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
    /// Where the browser is to go. It holds nothing with which its reader could get a token, but whoever
    /// signs in with it signs in here.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Who asks.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Where the browser comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The scopes that were asked for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// What the browser brings back.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// Reads what came back: the whole address, or what stands in it after `?` or `#`.
    ///
    /// # Errors
    /// [`Problem::SignInDenied`] when the person said no; [`Problem::SignInInteraction`] when nobody may be
    /// asked and somebody would have to be; [`Problem::SignInStateWrong`] when it belongs to another
    /// sign-in; [`Problem::SignInWithoutResult`] when there is nothing in it; [`Problem::ScopeInvalid`],
    /// [`Problem::GrantNotAllowed`], [`Problem::ClientInvalid`], [`Problem::ServerError`] and
    /// [`Problem::RefusedOtherwise`] when IMS says so.
    pub fn read(&self, redirect: &str) -> Result<AuthorizationResponse> {
        response::read(redirect, self)
    }

    /// Makes tokens of what came back: a code is exchanged ([`ImsClient::authorization_code`]), a token is
    /// ready. An id_token that came with it must carry the `nonce` of this sign-in and name this client as
    /// its `aud`, if it carries them; its signature is not looked at, it came over TLS from IMS itself.
    ///
    /// # Errors
    /// As for [`ImsClient::authorization_code`]; [`Problem::SignInNonceWrong`];
    /// [`Problem::TokenDeadOnArrival`] and [`Problem::AnswerWithoutToken`] for a token that is unusable.
    pub async fn finish(
        &self,
        ims: &ImsClient,
        redirected: AuthorizationResponse,
    ) -> Result<UserTokenResponse> {
        let granted = match redirected {
            AuthorizationResponse::Code(code) => {
                let (verifier, uri) = (Some(&self.verifier), Some(self.redirect_uri.as_str()));
                ims.authorization_code(&self.client, &code, verifier, uri)
                    .await?
            }
            AuthorizationResponse::Token {
                access_token,
                expires_in,
            } => ims.implicit(&self.client, &access_token, expires_in)?,
        };
        let claims = granted
            .id_token
            .as_ref()
            .and_then(|token| Some(jws::decode(token.expose()).ok()?.payload));
        let nonce = claims.as_ref().and_then(|claims| claims.get("nonce"));
        let is_ours = |text| response::is_same(text, &self.nonce);
        if nonce.is_some_and(|nonce| !nonce.as_str().is_some_and(is_ours)) {
            let what = "the id_token that came is of another sign-in: its nonce is not ours";
            return Err(Error::new(Problem::SignInNonceWrong, what));
        }
        let audience = claims.as_ref().and_then(|claims| claims.get("aud"));
        if audience.is_some_and(|audience| !names(audience, self.client.client_id())) {
            let what = "the id_token that came is of another sign-in: it is for another client";
            return Err(Error::new(Problem::SignInNonceWrong, what));
        }
        Ok(granted)
    }
}

/// Whether an `aud`, one text or a list of them, names this client.
fn names(audience: &Value, client_id: &str) -> bool {
    match audience {
        Value::Array(several) => several.iter().any(|one| one == client_id),
        one => one == client_id,
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
