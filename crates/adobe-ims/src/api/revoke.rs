//! `POST /ims/revoke`: token revocation by RFC 7009.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderValue};
use zeroize::Zeroizing;

use super::{ImsClient, TokenType, request, response};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::util::secret::Secret;

const PATH: &str = "/ims/revoke";

impl ImsClient {
    /// Revokes a token by RFC 7009.
    ///
    /// It sends one POST to `/ims/revoke` with the form fields `token` and `token_type_hint`. Client id and secret
    /// stand in a header (`Basic`); a public client sends its id as a field. Success is a 200 without content
    /// (documented by Adobe; clients send the hint). Id and secret are form-encoded before they are joined (RFC 6749
    /// §2.3.1), which changes nothing for the ids and secrets of Adobe.
    ///
    /// By RFC 7009 an unknown token counts as revoked. [`invalidate`](Self::invalidate) is Adobe's own operation; it
    /// can end the tokens of a cascade too.
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn revoke(
        &self,
        token: &Secret,
        kind: TokenType,
        client: &OauthClient,
    ) -> Result<ServerResponse> {
        let endpoint = client.environment.endpoint(PATH);
        let mut secrets = vec![token];
        secrets.extend(&client.secrets);
        let build = |secret: Option<&Secret>| {
            let mut fields = vec![
                ("token", token.expose()),
                ("token_type_hint", kind.as_str()),
            ];
            if secret.is_none() {
                fields.push(("client_id", &client.client_id));
            }
            let mut request = request::post_form(&endpoint, &fields)?;
            if let Some(secret) = secret {
                let value = basic_authorization(&client.client_id, secret)?;
                request.headers_mut().insert(AUTHORIZATION, value);
            }
            Ok(request)
        };
        let read = |response: &_, now| response::read_empty(&endpoint, response, &secrets, now);
        let authenticated = self.with_each_secret(client, build, read).await?;
        Ok(authenticated.value)
    }
}

fn basic_authorization(client_id: &str, secret: &Secret) -> Result<HeaderValue> {
    request::check("client_id", client_id)?;
    request::check("client_secret", secret.expose())?;
    let encoded =
        |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let [id, secret] = [client_id, secret.expose()].map(|text| Zeroizing::new(encoded(text)));
    let login = Zeroizing::new([&**id, ":", &**secret].concat());
    let value = Zeroizing::new(["Basic ", &*STANDARD.encode(&*login)].concat());
    let mut value = HeaderValue::from_str(&value).map_err(|error| {
        let message = "client id and secret do not fit into a header";
        Error::new(Problem::ClientInvalid, message).with_source(error)
    })?;
    value.set_sensitive(true);
    Ok(value)
}
