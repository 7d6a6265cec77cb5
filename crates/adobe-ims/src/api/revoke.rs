//! `POST /ims/revoke`: a token is to be valid no longer, in the words of RFC 7009.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderValue};
use zeroize::Zeroizing;

use super::{ImsClient, TokenType, form, response};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::util::secret::Secret;

const PATH: &str = "/ims/revoke";

impl ImsClient {
    /// Revokes a token as OAuth has it: one POST to `/ims/revoke`, form fields `token` and
    /// `token_type_hint`, the client id and secret in a header (`Basic`), or the client id as a field where
    /// the client is public; success is a 200 without content (documented by Adobe; the hint is in use by
    /// clients). Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1), which changes
    /// nothing for those that Adobe hands out.
    ///
    /// By RFC 7009 a token that is not known counts as revoked. [`invalidate`](Self::invalidate) does the
    /// same in Adobe's own words, and more.
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
        let request = |secret: Option<&Secret>| {
            let mut fields = vec![
                ("token", token.expose()),
                ("token_type_hint", kind.as_str()),
            ];
            if secret.is_none() {
                fields.push(("client_id", &client.client_id));
            }
            let mut request = form::post(&endpoint, &fields)?;
            if let Some(secret) = secret {
                let login = basic(&client.client_id, secret)?;
                request.headers_mut().insert(AUTHORIZATION, login);
            }
            Ok(request)
        };
        let read = |response: &_, now| response::read_nothing(&endpoint, response, &secrets, now);
        Ok(self.with_each_secret(client, request, read).await?.0)
    }
}

fn basic(client_id: &str, secret: &Secret) -> Result<HeaderValue> {
    let encoded =
        |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let [id, secret] = [client_id, secret.expose()].map(|text| Zeroizing::new(encoded(text)));
    let login = Zeroizing::new([&**id, ":", &**secret].concat());
    let header = Zeroizing::new(["Basic ", &*STANDARD.encode(&*login)].concat());
    let mut header = HeaderValue::from_str(&header).map_err(|error| {
        let what = "the client id and secret do not fit a header";
        Error::new(Problem::ClientInvalid, what).with_source(error)
    })?;
    header.set_sensitive(true);
    Ok(header)
}
