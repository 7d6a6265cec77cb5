//! The access token of the implicit flow: the browser brings it, and no request is sent.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value};

use super::response::ApiResponse;
use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::error::redact::Redactor;
use crate::error::{Result, ServerResponse};
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

const ENDPOINT: Endpoint = Endpoint::Authorize;

impl ImsClient {
    /// Reads the token of a redirect like that of a response. `expires_in` is in seconds (documented by Adobe).
    pub(crate) fn implicit(
        &self,
        client: &OauthClient,
        access_token: &Secret,
        expires_in: Option<u64>,
    ) -> Result<UserTokenResponse> {
        let mut body = Map::new();
        let token = Value::from(access_token.expose());
        body.insert("access_token".to_owned(), token);
        body.extend(expires_in.map(|seconds| ("expires_in".to_owned(), seconds.into())));
        let server = ServerResponse {
            endpoint: client.environment.endpoint(ENDPOINT.path()),
            status: StatusCode::FOUND.as_u16(),
            ..ServerResponse::default()
        };
        let response = ApiResponse {
            body,
            server,
            redactor: Arc::new(Redactor::new([access_token])),
        };
        TokenRequest::new(client, ENDPOINT, "").read_tokens(response, self.clock.now())
    }
}
