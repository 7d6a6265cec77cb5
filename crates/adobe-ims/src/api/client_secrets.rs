//! Which of a client's secrets is sent.

use std::time::SystemTime;

use http::{Request, Response};

use super::ImsClient;
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::Result;
use crate::transport::Body;
use crate::util::secret::Secret;

impl ImsClient {
    /// Asks with each secret of the client in turn, or without one if it has none. The next one is tried
    /// exactly when IMS calls one wrong ([`Problem::ClientSecretWrong`]; relied upon by a published client);
    /// any other outcome is the outcome. And whether a secret was refused on the way.
    pub(super) async fn with_each_secret<T>(
        &self,
        client: &OauthClient,
        request: impl Fn(Option<&Secret>) -> Result<Request<Body>>,
        read: impl Fn(&Response<Body>, SystemTime) -> Result<T>,
    ) -> Result<(T, bool)> {
        let mut next = 0;
        loop {
            let response = self.transport.send(request(client.secrets.get(next))?);
            let outcome = read(&response.await?, self.clock.now());
            next += 1;
            match outcome {
                Ok(read) => return Ok((read, next > 1)),
                Err(error) if error.problem() != Problem::ClientSecretWrong => return Err(error),
                Err(error) if next < client.secrets.len() => drop(error),
                Err(error) if next > 1 => {
                    return Err(error.with_hint(format!(
                        "the credentials have {next} client secrets; IMS refused each of them"
                    )));
                }
                Err(error) => return Err(error),
            }
        }
    }
}
