//! A transport with prepared responses, and a token for them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use adobe_ims::BoxFuture;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{ImsClient, ManualClock};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::support::CLIENT_ID;

pub(crate) const NOW: u64 = 1_800_000_000;

/// Returns its responses in order, and records the requests.
#[derive(Clone, Debug)]
pub(crate) struct Canned {
    answers: Arc<Mutex<VecDeque<Response<Body>>>>,
    requests: Arc<Mutex<Vec<Request<Body>>>>,
}

impl Canned {
    pub(crate) fn new(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Self {
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        Self {
            answers: Arc::new(Mutex::new([answer.body(body.into()).unwrap()].into())),
            requests: Arc::default(),
        }
    }

    pub(crate) fn then(self, next: Self) -> Self {
        let mut more = std::mem::take(&mut *next.answers.lock().unwrap());
        self.answers.lock().unwrap().append(&mut more);
        self
    }

    /// Returns a client with this transport, at [`NOW`].
    pub(crate) fn ims(&self) -> ImsClient {
        ImsClient::new(self.clone()).with_clock(ManualClock::at_unix(NOW))
    }

    /// Returns the only recorded request.
    #[track_caller]
    pub(crate) fn request(&self) -> Request<Body> {
        let [request] = self.requests().try_into().expect("one request");
        request
    }

    /// Returns the requests since the last call.
    pub(crate) fn requests(&self) -> Vec<Request<Body>> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

impl Transport for Canned {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        self.requests.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front().unwrap();
        Box::pin(async move { Ok(answer) })
    }
}

/// Runs a future that needs neither timers nor sockets.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

/// Returns the content of a request as text.
pub(crate) fn text(request: &Request<Body>) -> &str {
    str::from_utf8(request.body().as_bytes()).unwrap()
}

/// Returns a token with the claims of IMS, created now.
pub(crate) fn token() -> String {
    token_with(json!({"scope": "openid,AdobeID"}))
}

/// Returns a token with other claims.
pub(crate) fn token_with(other: Value) -> String {
    let mut claims = json!({
        "type": "access_token", "client_id": CLIENT_ID, "as": "ims-na1",
        "created_at": (NOW * 1000).to_string(), "expires_in": "86400000",
    });
    for (name, value) in other.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(json!({"alg": "RS256"})), part(claims))
}
