//! `POST /ims/invalidate_token/v2`: ends the validity of a token.

use super::{ImsClient, TokenType, request, response};
use crate::credentials::OauthClient;
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::util::secret::Secret;

/// Published clients use this version only.
const PATH: &str = "/ims/invalidate_token/v2";

/// The tokens that end together with an invalidated token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cascade {
    /// No other token.
    #[default]
    None,
    /// The tokens that were fetched with it: the access tokens of a refresh token (`cascading=all`, relied upon by
    /// a published client).
    All,
}

impl ImsClient {
    /// Invalidates a token of this client.
    ///
    /// It sends one POST to `/ims/invalidate_token/v2` with the form fields `token_type`, `client_id` and `token`,
    /// and the client id also as `X-IMS-ClientId` (relied upon by a published client). Success is a 200 without
    /// content (observed) or with a JSON object (relied upon by a published client).
    ///
    /// An API that checks tokens by itself may accept the token until it expires (inferred). A service token needs
    /// [`invalidate_as`](Self::invalidate_as).
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn invalidate(
        &self,
        token: &Secret,
        kind: TokenType,
        client_id: &str,
        environment: &Environment,
    ) -> Result<ServerResponse> {
        let client = OauthClient::new(environment.clone(), client_id);
        self.send_invalidation(token, kind, &client, Cascade::None)
            .await
    }

    /// Invalidates a token with the secret of its client, which a service token needs (`client_secret`, relied upon
    /// by a published client), and the tokens of the cascade.
    ///
    /// If the client has several secrets, the next one is tried when IMS calls one wrong.
    ///
    /// # Errors
    /// The errors of [`invalidate`](Self::invalidate);
    /// [`Problem::ClientSecretMissing`](crate::error::Problem::ClientSecretMissing) for a service token and a public
    /// client.
    pub async fn invalidate_as(
        &self,
        token: &Secret,
        kind: TokenType,
        client: &OauthClient,
        cascade: Cascade,
    ) -> Result<ServerResponse> {
        if kind == TokenType::Service {
            client.confidential("the invalidation of a service token")?;
        }
        self.send_invalidation(token, kind, client, cascade).await
    }

    async fn send_invalidation(
        &self,
        token: &Secret,
        kind: TokenType,
        client: &OauthClient,
        cascade: Cascade,
    ) -> Result<ServerResponse> {
        let endpoint = client.environment.endpoint(PATH);
        let mut secrets = vec![token];
        secrets.extend(&client.secrets);
        let build = |secret: Option<&Secret>| {
            let mut fields = vec![("token_type", kind.as_str())];
            fields.push(("client_id", &client.client_id));
            fields.extend(secret.map(|secret| ("client_secret", secret.expose())));
            fields.push(("token", token.expose()));
            if cascade == Cascade::All {
                fields.push(("cascading", "all"));
            }
            let request = request::post_form(&endpoint, &fields)?;
            request::with_client_header(request, &client.client_id)
        };
        let read = |response: &_, now| response::read_empty(&endpoint, response, &secrets, now);
        let authenticated = self.with_each_secret(client, build, read).await?;
        Ok(authenticated.value)
    }
}
