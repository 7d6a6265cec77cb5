//! A transport that gives prepared answers, and a token to put into them.

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

/// Gives its answers in turn to whatever comes, and keeps what came.
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

    /// The library with this in the place of the network, at [`NOW`].
    pub(crate) fn ims(&self) -> ImsClient {
        ImsClient::new(self.clone()).with_clock(ManualClock::at_unix(NOW))
    }

    /// The one request that came.
    #[track_caller]
    pub(crate) fn request(&self) -> Request<Body> {
        let [request] = self.requests().try_into().expect("one request");
        request
    }

    /// What came since this was last asked.
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

/// Waits for what needs neither timers nor sockets.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

/// The content of a request.
pub(crate) fn text(request: &Request<Body>) -> &str {
    str::from_utf8(request.body().as_bytes()).unwrap()
}

/// A token as IMS shapes it, created now.
pub(crate) fn token() -> String {
    token_with(json!({"scope": "openid,AdobeID"}))
}

/// The same with other claims.
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
