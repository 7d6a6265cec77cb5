//! A question that a token asks: the request with the token in its header, and the answer.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::{Request, Response};
use serde_json::{Map, Value};

use super::{ImsClient, raw, response};
use crate::error::Problem;
use crate::error::{Error, ErrorClass, Result, ServerResponse};
use crate::token::AccessToken;
use crate::transport::Body;

/// A successful answer, without tokens.
pub(super) struct Recorded {
    pub(super) raw: Value,
    pub(super) server: ServerResponse,
}

impl Recorded {
    /// The answer, which must be an object.
    pub(super) fn object(self) -> Result<(Map<String, Value>, ServerResponse)> {
        match self.raw {
            Value::Object(fields) => Ok((fields, self.server)),
            _ => Err(unexpected(self.server, "an object")),
        }
    }

    /// The answer, which must be a list of objects.
    pub(super) fn list(self) -> Result<(Vec<Map<String, Value>>, ServerResponse)> {
        let objects = |values: Vec<Value>| -> Option<Vec<_>> {
            let objects = values.into_iter().map(|value| match value {
                Value::Object(fields) => Some(fields),
                _ => None,
            });
            objects.collect()
        };
        let list = match self.raw {
            Value::Array(values) => objects(values),
            _ => None,
        };
        match list {
            Some(list) => Ok((list, self.server)),
            None => Err(unexpected(self.server, "a list of objects")),
        }
    }
}

/// Asks for what lies at `endpoint`, about the client if one is named.
pub(super) fn get(endpoint: &str, client_id: Option<&str>) -> Result<Request<Body>> {
    let mut url = endpoint.to_owned();
    if let Some(client_id) = client_id {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", client_id);
        url = format!("{url}?{}", query.finish());
    }
    Request::get(url)
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("adobe-ims/", env!("CARGO_PKG_VERSION")))
        .body(Body::from_bytes(Bytes::new()))
        .map_err(|error| {
            Error::new(Problem::EndpointInvalid, format!("{endpoint} is no URL")).with_source(error)
        })
}

impl ImsClient {
    /// Sends a request with a token and reads what comes back.
    pub(super) async fn emit(
        &self,
        endpoint: &str,
        mut request: Request<Body>,
        token: &AccessToken,
    ) -> Result<Recorded> {
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, token.authorization());
        let response = self.transport.send(request).await?;
        self.reported(endpoint, &response, token)
    }

    fn reported(
        &self,
        endpoint: &str,
        response: &Response<Body>,
        token: &AccessToken,
    ) -> Result<Recorded> {
        let secrets = [token.as_secret()];
        let answer = response::read_as::<Value>(endpoint, response, &secrets, self.clock.now())
            .map_err(of_a_token)?;
        Ok(Recorded {
            raw: raw::redacted(answer.body, &secrets),
            server: answer.server,
        })
    }
}

/// The same failure where a token was sent and nothing else: `invalid_token` means that token (observed:
/// 401, "Invalid or expired token.").
fn of_a_token(error: Error) -> Error {
    let Some(server) = error.server() else {
        return error;
    };
    let refused = server.status == 401 || server.code.as_deref() == Some("invalid_token");
    if error.class() == ErrorClass::Refused && refused {
        return Error::new(Problem::TokenRefused, error.to_string()).with_server(server.clone());
    }
    // RFC 6750; not seen of IMS.
    if server.code.as_deref() == Some("insufficient_scope") {
        let problem = Problem::TokenLacksScope;
        return Error::new(problem, error.to_string()).with_server(server.clone());
    }
    // A 401 without content is a refusal all the same; one with a web page is a proxy's.
    if server.status == 401 && error.problem() == Problem::AnswerEmpty {
        let what = "the token was refused (401)";
        return Error::new(Problem::TokenRefused, what).with_server(server.clone());
    }
    response::of_no_assertion(error)
}

fn unexpected(server: ServerResponse, expected: &str) -> Error {
    let what = format!(
        "IMS answered {} with JSON that is not {expected}",
        server.status
    );
    Error::new(Problem::AnswerUnexpected, what).with_server(server)
}
