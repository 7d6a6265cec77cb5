//! A fake IMS that accepts each refresh token once, responds slowly, and fails on demand.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adobe_ims::BoxFuture;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{Error, Problem};
use http::{Request, Response};
use serde_json::{Value, json};

use crate::virtual_time::wait;

/// The fault of the next requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// IMS exchanges the token, and the response is lost.
    ResponseLost,
    /// The request is lost.
    RequestLost,
    /// IMS exchanges the token, and never responds.
    NoResponse,
    /// IMS responds with status 503.
    Unavailable,
}

#[derive(Clone)]
pub(crate) struct RotatingIms(Arc<Mutex<Inner>>);

impl fmt::Debug for RotatingIms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RotatingIms")
    }
}

struct Inner {
    fault: Fault,
    response_time: Duration,
    valid: String,
    received: Vec<String>,
    extra_fields: Value,
}

impl RotatingIms {
    /// Creates an IMS that accepts this refresh token first.
    pub(crate) fn new(valid: &str) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            fault: Fault::None,
            response_time: Duration::from_millis(30),
            valid: valid.to_owned(),
            received: Vec::new(),
            extra_fields: json!({}),
        })))
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        self.0.lock().unwrap().fault = fault;
    }

    /// Sets the time between an exchange and its response.
    pub(crate) fn takes(&self, response_time: Duration) {
        self.0.lock().unwrap().response_time = response_time;
    }

    /// Accepts this refresh token next, as after another sign-in.
    pub(crate) fn accept(&self, valid: &str) {
        self.0.lock().unwrap().valid = valid.to_owned();
    }

    /// Adds these fields to each response.
    pub(crate) fn add_fields(&self, fields: Value) {
        self.0.lock().unwrap().extra_fields = fields;
    }

    /// Returns the refresh token that IMS accepts next.
    pub(crate) fn valid(&self) -> String {
        self.0.lock().unwrap().valid.clone()
    }

    /// Returns the refresh tokens that were sent.
    pub(crate) fn received(&self) -> Vec<String> {
        self.0.lock().unwrap().received.clone()
    }

    fn exchange(&self, refresh_token: String) -> Response<Body> {
        let mut inner = self.0.lock().unwrap();
        let is_valid = refresh_token == inner.valid;
        inner.received.push(refresh_token);
        let number = inner.received.len();
        let (status, mut body) = if is_valid {
            inner.valid = format!("refresh-{number}");
            let access_token = format!("access-{number}");
            let next = &inner.valid;
            (
                200,
                json!({"access_token": access_token, "expires_in": 3_600, "refresh_token": next}),
            )
        } else {
            (400, json!({"error": "invalid_grant"}))
        };
        for (name, value) in inner.extra_fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let response = Response::builder().status(status);
        response.body(body.to_string().into()).unwrap()
    }
}

impl Transport for RotatingIms {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        let lost = || Error::new(Problem::ConnectionFailed, "the connection was lost");
        Box::pin(async move {
            wait(Duration::from_millis(20)).await;
            let fault = self.0.lock().unwrap().fault;
            if fault == Fault::RequestLost {
                return Err(lost());
            }
            if fault == Fault::Unavailable {
                return Ok(Response::builder()
                    .status(503)
                    .body(Body::default())
                    .unwrap());
            }
            let mut fields = form_urlencoded::parse(request.body().as_bytes());
            let (_, refresh_token) = fields.find(|(name, _)| name == "refresh_token").unwrap();
            let response = self.exchange(refresh_token.into_owned());
            let response_time = self.0.lock().unwrap().response_time;
            wait(response_time).await;
            match fault {
                Fault::ResponseLost => Err(lost()),
                Fault::NoResponse => std::future::pending().await,
                _ => Ok(response),
            }
        })
    }
}
