//! The request of a token from a server that gives one prepared response.

use std::sync::LazyLock;

use adobe_ims::transport::{Body, Transport};
use adobe_ims::{Credentials, Error, ImsClient};
use http::{Request, Response};
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without timers starts")
});

/// Requests a token with this client secret. Returns everything that is shown of the failure, if it is one.
pub fn failure(secret: &str, response: Response<Vec<u8>>) -> Option<String> {
    let secret = secret.replace('\\', "\\\\").replace('"', "\\\"");
    let document = format!(
        "{{\"CLIENT_ID\":\"client!+ID\",\"CLIENT_SECRETS\":[\"{secret}\"],\"SCOPES\":[\"openid\"]}}"
    );
    let Ok(Credentials::OauthServerToServer(credentials)) = Credentials::parse(document.as_bytes())
    else {
        panic!("the document is one of OAuth server-to-server");
    };
    let ims = ImsClient::new(FixedTransport(response));
    let outcome = RUNTIME.block_on(ims.client_credentials(&credentials));
    outcome.err().map(|error| shown(&error))
}

fn shown(error: &Error) -> String {
    format!("{error} {error:?} {}", error.report())
}

/// Gives one response to each request.
#[derive(Debug)]
struct FixedTransport(Response<Vec<u8>>);

impl Transport for FixedTransport {
    fn send(
        &self,
        _: Request<Body>,
    ) -> adobe_ims::BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        let response = self.0.clone().map(Body::from);
        Box::pin(async { Ok(response) })
    }
}
