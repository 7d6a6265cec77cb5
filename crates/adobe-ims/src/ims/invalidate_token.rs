//! `POST /ims/invalidate_token/v2`: a token is to be valid no longer.

use super::{ImsClient, TokenType, answer, form};
use crate::{Environment, Error, Problem, Result, Secret, ServerAnswer};

const PATH: &str = "/ims/invalidate_token/v2";

impl ImsClient {
    /// Tells IMS that a token of this client is to be valid no longer: one POST to
    /// `/ims/invalidate_token/v2`, form fields `token_type`, `client_id` and `token`, the client id also as
    /// `X-IMS-ClientId` (relied upon by a published client). Success is a 200 without content (observed) or
    /// with a JSON object (relied upon by a published client).
    ///
    /// How soon an API takes notice is the API's affair: one that checks tokens by itself may accept this
    /// one until it expires (inferred).
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn invalidate(
        &self,
        token: &Secret,
        kind: TokenType,
        client_id: &str,
        environment: &Environment,
    ) -> Result<ServerAnswer> {
        let endpoint = environment.endpoint(PATH);
        let fields = [
            ("token_type", kind.as_str()),
            ("client_id", client_id),
            ("token", token.expose()),
        ];
        let request = form::of_client(form::post(&endpoint, &fields)?, client_id);
        let response = self.transport.send(request).await?;
        let server = match answer::read(&endpoint, &response, &[token], self.clock.now()) {
            Ok(answer) => answer.server,
            Err(error) => match (error.problem(), error.server()) {
                (Problem::AnswerEmpty, Some(server)) if server.status == 200 => server.clone(),
                _ => return Err(answer::of_no_assertion(error)),
            },
        };
        if let Some(code) = &server.code {
            let what = format!("IMS answered {} and says {code:?}", server.status);
            return Err(Error::new(Problem::RefusedOtherwise, what).with_server(server));
        }
        Ok(server)
    }
}
