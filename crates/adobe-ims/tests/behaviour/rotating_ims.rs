//! An IMS that hands out each refresh token once, takes its time, and fails as it is told.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adobe_ims::BoxFuture;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{Error, Problem};
use http::{Request, Response};
use serde_json::{Value, json};

use crate::virtual_time::wait;

/// What it does with the next requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    /// It does its part, and the answer is lost on the way.
    Mute,
    /// The request is lost on the way.
    Deaf,
    /// It does its part, and never answers.
    Stuck,
    Down,
}

#[derive(Clone)]
pub(crate) struct RotatingIms(Arc<Mutex<Inner>>);

impl fmt::Debug for RotatingIms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RotatingIms")
    }
}

struct Inner {
    mood: Mood,
    valid: String,
    shown: Vec<String>,
    more: Value,
}

impl RotatingIms {
    /// Takes this refresh token first.
    pub(crate) fn new(valid: &str) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            mood: Mood::Good,
            valid: valid.to_owned(),
            shown: Vec::new(),
            more: json!({}),
        })))
    }

    pub(crate) fn is(&self, mood: Mood) {
        self.0.lock().unwrap().mood = mood;
    }

    /// Another sign-in happened.
    pub(crate) fn takes(&self, valid: &str) {
        self.0.lock().unwrap().valid = valid.to_owned();
    }

    /// Answers with these fields as well.
    pub(crate) fn says(&self, more: Value) {
        self.0.lock().unwrap().more = more;
    }

    /// The refresh tokens that it was shown.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.0.lock().unwrap().shown.clone()
    }

    fn spend(&self, shown: String) -> Response<Body> {
        let mut inner = self.0.lock().unwrap();
        let is_valid = shown == inner.valid;
        inner.shown.push(shown);
        let number = inner.shown.len();
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
        for (name, value) in inner.more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = Response::builder().status(status);
        answer.body(body.to_string().into()).unwrap()
    }
}

impl Transport for RotatingIms {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        let lost = || Error::new(Problem::ConnectionFailed, "the connection was lost");
        Box::pin(async move {
            wait(Duration::from_millis(20)).await;
            let mood = self.0.lock().unwrap().mood;
            if mood == Mood::Deaf {
                return Err(lost());
            }
            if mood == Mood::Down {
                return Ok(Response::builder()
                    .status(503)
                    .body(Body::default())
                    .unwrap());
            }
            let mut fields = form_urlencoded::parse(request.body().as_bytes());
            let shown = fields.find(|(name, _)| name == "refresh_token").unwrap().1;
            let answer = self.spend(shown.into_owned());
            wait(Duration::from_millis(30)).await;
            match mood {
                Mood::Mute => Err(lost()),
                Mood::Stuck => std::future::pending().await,
                _ => Ok(answer),
            }
        })
    }
}
