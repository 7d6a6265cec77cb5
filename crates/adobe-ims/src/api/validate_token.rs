//! `POST /ims/validate_token/v1`: whether IMS takes a token for valid.

use std::time::SystemTime;

use serde_json::Value;

use super::{ImsClient, TokenType, form, response};
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::token::TokenClaims;
use crate::util::secret::Secret;

const PATH: &str = "/ims/validate_token/v1";

/// What IMS says of a token. The texts are the server's own, cut to a sane length and without the token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Validation {
    /// Whether the token is valid.
    pub valid: bool,
    /// Why it is not, in IMS's word: `bad_signature` was observed, a list of all is not published.
    pub reason: Option<String>,
    /// When it expires by the claims in the answer; they come with a valid token only (observed).
    pub expires_at: Option<SystemTime>,
    /// `client_id` of these claims.
    pub client_id: Option<String>,
    /// `user_id` of these claims: the technical account or the person.
    pub user_id: Option<String>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

impl ImsClient {
    /// Asks IMS whether a token of this client is valid: one POST to `/ims/validate_token/v1`, form fields
    /// `type`, `client_id` and `token`, the client id also as `X-IMS-ClientId` (relied upon by published
    /// clients). That a token is not valid is a result, no error: IMS says so with 200 (observed).
    ///
    /// The token goes to this environment, whatever it says of its own; see
    /// [`Environment::from_authorization_server`].
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable; and
    /// [`Problem::AnswerWithoutVerdict`] when the answer does not say whether the token is valid.
    pub async fn validate(
        &self,
        token: &Secret,
        kind: TokenType,
        client_id: &str,
        environment: &Environment,
    ) -> Result<Validation> {
        let endpoint = environment.endpoint(PATH);
        let fields = [
            ("type", kind.as_str()),
            ("client_id", client_id),
            ("token", token.expose()),
        ];
        let request = form::of_client(form::post(&endpoint, &fields)?, client_id);
        let response = self.transport.send(request).await?;
        let answer = response::read(&endpoint, &response, &[token], self.clock.now())
            .map_err(response::of_no_assertion)?;
        let Some(Value::Bool(valid)) = answer.body.get("valid") else {
            let what = format!(
                "IMS answered {} without saying whether the token is valid",
                answer.server.status
            );
            let error = Error::new(Problem::AnswerWithoutVerdict, what);
            return Err(error.with_server(answer.server));
        };
        let server_text = |text: &str| {
            Some(response::server_text(text, &[token])).filter(|text| !text.is_empty())
        };
        let reason = answer.body.get("reason").and_then(Value::as_str);
        let claims = match answer.body.get("token") {
            Some(Value::Object(claims)) => TokenClaims::from_payload(claims),
            _ => TokenClaims::default(),
        };
        Ok(Validation {
            valid: *valid,
            reason: reason.and_then(server_text),
            expires_at: claims.expires_at(),
            client_id: claims.client_id.as_deref().and_then(server_text),
            user_id: claims.user_id.as_deref().and_then(server_text),
            server: answer.server,
        })
    }
}
