//! The choice among several secrets of a client.

use std::time::SystemTime;

use http::{Request, Response};

use super::ImsClient;
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::Result;
use crate::transport::Body;
use crate::util::secret::Secret;

/// The outcome of requests with one secret after the other.
pub(super) struct Authenticated<T> {
    pub(super) value: T,
    /// IMS refused a secret before it took this one.
    pub(super) was_secret_refused: bool,
}

impl ImsClient {
    /// Sends a request with each secret of the client in turn, or without one for a public client.
    ///
    /// The next secret is tried when IMS calls one wrong ([`Problem::ClientSecretWrong`]; relied upon by a
    /// published client). Any other outcome is final.
    pub(super) async fn with_each_secret<T>(
        &self,
        client: &OauthClient,
        request: impl Fn(Option<&Secret>) -> Result<Request<Body>>,
        read: impl Fn(&Response<Body>, SystemTime) -> Result<T>,
    ) -> Result<Authenticated<T>> {
        let mut tried = 0;
        loop {
            let response = self.transport.send(request(client.secrets.get(tried))?);
            let outcome = read(&response.await?, self.clock.now());
            tried += 1;
            match outcome {
                Ok(value) => {
                    return Ok(Authenticated {
                        value,
                        was_secret_refused: tried > 1,
                    });
                }
                Err(error) if error.problem() != Problem::ClientSecretWrong => return Err(error),
                Err(error) if tried < client.secrets.len() => drop(error),
                Err(error) if tried > 1 => {
                    return Err(error.with_hint(format!(
                        "the credentials have {tried} client secrets; IMS refused each of them"
                    )));
                }
                Err(error) => return Err(error),
            }
        }
    }
}
