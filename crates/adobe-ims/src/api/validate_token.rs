//! `POST /ims/validate_token/v1`: asks IMS whether a token is valid.

use std::time::SystemTime;

use serde_json::Value;

use super::{ImsClient, TokenType, refusal, request, response};
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::token::TokenClaims;
use crate::util::secret::Secret;

const PATH: &str = "/ims/validate_token/v1";

/// The verdict of IMS on a token. The texts are those of the server, cut to 300 characters and without the token.
///
/// ```
/// use adobe_ims::api::TokenType;
/// use adobe_ims::{Environment, ImsClient, Result, Secret};
///
/// # async fn example(ims: ImsClient, token: Secret) -> Result<()> {
/// let environment = Environment::production();
/// let validation = ims.validate(&token, TokenType::Access, "client-id", &environment).await?;
/// if !validation.valid {
///     println!("not valid: {}", validation.reason.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Validation {
    /// The token is valid.
    pub valid: bool,
    /// The reason why the token is not valid, such as `bad_signature` (observed). Adobe publishes no list.
    pub reason: Option<String>,
    /// The expiry by the claims in the response, which has claims for a valid token only (observed).
    pub expires_at: Option<SystemTime>,
    /// `client_id` of these claims.
    pub client_id: Option<String>,
    /// `user_id` of these claims: the technical account or the person.
    pub user_id: Option<String>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

impl ImsClient {
    /// Asks IMS whether a token of this client is valid. A token that is not valid is a result and no error.
    ///
    /// It sends one POST to `/ims/validate_token/v1` with the form fields `type`, `client_id` and `token`, and the
    /// client id also as `X-IMS-ClientId` (relied upon by published clients). IMS answers 200 for a token that is not
    /// valid, too (observed).
    ///
    /// The token is sent to this environment, even when its claims name another one.
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable; and
    /// [`Problem::AnswerWithoutVerdict`] when the response does not say whether the token is valid.
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
        let form = request::post_form(&endpoint, &fields)?;
        let request = request::with_client_header(form, client_id)?;
        let response = self.transport.send(request).await?;
        let response = response::read(&endpoint, &response, &[token], self.clock.now())
            .map_err(refusal::without_assertion)?;
        let Some(Value::Bool(valid)) = response.body.get("valid") else {
            let message = format!(
                "IMS answered {} without saying whether the token is valid",
                response.server.status
            );
            let error = Error::new(Problem::AnswerWithoutVerdict, message);
            return Err(error.with_server(response.server));
        };
        let display = |text: &str| response.redactor.shown(text).map(String::from);
        let reason = response.body.get("reason").and_then(Value::as_str);
        let claims = match response.body.get("token") {
            Some(Value::Object(claims)) => TokenClaims::from_payload(claims),
            _ => TokenClaims::default(),
        };
        Ok(Validation {
            valid: *valid,
            reason: reason.and_then(display),
            expires_at: claims.expires_at(),
            client_id: claims.client_id.as_deref().and_then(display),
            user_id: claims.user_id.as_deref().and_then(display),
            server: response.server,
        })
    }
}
