//! Requests with a token in the header `Authorization`, and their responses.

use http::header::AUTHORIZATION;
use http::{Request, Response};
use serde_json::{Map, Value};

use super::{ImsClient, json, refusal, response};
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result, ServerResponse};
use crate::token::AccessToken;
use crate::transport::Body;

/// The JSON of a successful response, without tokens.
pub(super) struct BearerResponse {
    json: Value,
    server: ServerResponse,
}

impl BearerResponse {
    /// Returns the JSON, which must be an object.
    pub(super) fn into_object(self) -> Result<(Map<String, Value>, ServerResponse)> {
        match self.json {
            Value::Object(fields) => Ok((fields, self.server)),
            _ => Err(unexpected(self.server, "an object")),
        }
    }

    /// Returns the JSON, which must be a list of objects.
    pub(super) fn into_list(self) -> Result<(Vec<Map<String, Value>>, ServerResponse)> {
        let objects = |values: Vec<Value>| -> Option<Vec<_>> {
            let objects = values.into_iter().map(|value| match value {
                Value::Object(fields) => Some(fields),
                _ => None,
            });
            objects.collect()
        };
        let list = match self.json {
            Value::Array(values) => objects(values),
            _ => None,
        };
        match list {
            Some(list) => Ok((list, self.server)),
            None => Err(unexpected(self.server, "a list of objects")),
        }
    }
}

impl ImsClient {
    /// Sends a request with a token and reads the response.
    pub(super) async fn send_with_token(
        &self,
        endpoint: &str,
        mut request: Request<Body>,
        token: &AccessToken,
    ) -> Result<BearerResponse> {
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, token.authorization());
        let response = self.transport.send(request).await?;
        self.read_bearer_response(endpoint, &response, token)
    }

    fn read_bearer_response(
        &self,
        endpoint: &str,
        response: &Response<Body>,
        token: &AccessToken,
    ) -> Result<BearerResponse> {
        let secrets = [token.as_secret()];
        let response = response::read_as::<Value>(endpoint, response, &secrets, self.clock.now())
            .map_err(token_error)?;
        Ok(BearerResponse {
            json: json::redacted(response.body, &response.redactor),
            server: response.server,
        })
    }
}

/// Names the cause of a failure of a request whose only credential is a token: `invalid_token` means that token
/// (observed: 401, "Invalid or expired token.").
fn token_error(error: Error) -> Error {
    let Some(server) = error.server() else {
        return error;
    };
    let refused = server.status == 401 || server.code.as_deref() == Some("invalid_token");
    if error.class() == ErrorClass::Refused && refused {
        return Error::new(Problem::TokenRefused, error.to_string()).with_server(server.clone());
    }
    // RFC 6750; not observed at IMS.
    if server.code.as_deref() == Some("insufficient_scope") {
        let problem = Problem::TokenLacksScope;
        return Error::new(problem, error.to_string()).with_server(server.clone());
    }
    // A 401 without content is a refusal too. A 401 with a web page comes from a proxy.
    if server.status == 401 && error.problem() == Problem::AnswerEmpty {
        let message = "the token was refused (401)";
        return Error::new(Problem::TokenRefused, message).with_server(server.clone());
    }
    refusal::without_assertion(error)
}

fn unexpected(server: ServerResponse, expected: &str) -> Error {
    let message = format!(
        "IMS answered {} with JSON that is not {expected}",
        server.status
    );
    Error::new(Problem::AnswerUnexpected, message).with_server(server)
}
