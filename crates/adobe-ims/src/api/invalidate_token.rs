//! `POST /ims/invalidate_token/v2`: a token is to be valid no longer.

use super::{ImsClient, TokenType, form, response};
use crate::credentials::OauthClient;
use crate::environment::Environment;
use crate::error::{Result, ServerResponse};
use crate::util::secret::Secret;

/// The one version that is in use by published clients.
const PATH: &str = "/ims/invalidate_token/v2";

/// What goes with a token that is invalidated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cascade {
    /// Nothing.
    #[default]
    None,
    /// Everything that was got with it: the access tokens of a refresh token (`cascading=all`, relied upon
    /// by a published client).
    All,
}

impl ImsClient {
    /// Tells IMS that a token of this client is to be valid no longer: one POST to
    /// `/ims/invalidate_token/v2`, form fields `token_type`, `client_id` and `token`, the client id also as
    /// `X-IMS-ClientId` (relied upon by a published client). Success is a 200 without content (observed) or
    /// with a JSON object (relied upon by a published client).
    ///
    /// How soon an API takes notice is the API's affair: one that checks tokens by itself may accept this
    /// one until it expires (inferred). A token of a service needs
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

    /// The same as a client with its secret, which a token of a service needs (`client_secret`, relied upon
    /// by a published client), and with what was got with the token. Where the client has several secrets,
    /// the next one is tried when IMS calls one wrong.
    ///
    /// # Errors
    /// As for [`invalidate`](Self::invalidate);
    /// [`Problem::ClientSecretMissing`](crate::error::Problem::ClientSecretMissing) for a token of a service and a
    /// public client.
    pub async fn invalidate_as(
        &self,
        token: &Secret,
        kind: TokenType,
        client: &OauthClient,
        cascade: Cascade,
    ) -> Result<ServerResponse> {
        if kind == TokenType::Service {
            client.confidential("the invalidation of a token of a service")?;
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
        let request = |secret: Option<&Secret>| {
            let mut fields = vec![("token_type", kind.as_str())];
            fields.push(("client_id", &client.client_id));
            fields.extend(secret.map(|secret| ("client_secret", secret.expose())));
            fields.push(("token", token.expose()));
            if cascade == Cascade::All {
                fields.push(("cascading", "all"));
            }
            let request = form::post(&endpoint, &fields)?;
            Ok(form::of_client(request, &client.client_id))
        };
        let read = |response: &_, now| response::read_nothing(&endpoint, response, &secrets, now);
        Ok(self.with_each_secret(client, request, read).await?.0)
    }
}
