//! Gives any response to a token request. The input has a line with the status, headers as in HTTP/1.1, an empty line
//! and the content.

#![no_main]

use std::sync::LazyLock;

use adobe_ims::transport::{Body, Transport};
use adobe_ims::{Credentials, ImsClient};
use http::{Request, Response};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without timers starts")
});

const DOCUMENT: &[u8] =
    br#"{"CLIENT_ID":"client!+ID","CLIENT_SECRETS":["SECRET?%&=\u00fc"],"SCOPES":["openid"]}"#;

fuzz_target!(|bytes: &[u8]| {
    let Some(response) = response(bytes) else {
        return;
    };
    let Ok(Credentials::OauthServerToServer(credentials)) = Credentials::parse(DOCUMENT) else {
        panic!("the document is one of OAuth server-to-server");
    };
    let ims = ImsClient::new(FixedTransport(response));
    if let Err(error) = RUNTIME.block_on(ims.client_credentials(&credentials)) {
        assert!(
            !error.to_string().contains("SECRET?%&=ü"),
            "the secret is shown"
        );
    }
});

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

fn response(bytes: &[u8]) -> Option<Response<Vec<u8>>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.lines();
    let mut response = Response::builder().status(lines.next()?);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        response = response.header(name, value.trim());
    }
    response.body(bytes[end + 2..].to_vec()).ok()
}
