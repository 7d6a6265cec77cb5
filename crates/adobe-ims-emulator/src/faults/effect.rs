//! From a step and the usual response to what goes over the wire.

use std::time::Duration;

use http::header::CONTENT_TYPE;

use crate::faults::checked_step::{Action, CheckedStep, Content, Sending};
use crate::http::response::Response;

/// The action of the server for a request.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The time before it.
    pub(crate) delay: Duration,
    pub(crate) delivery: Delivery,
}

#[derive(Debug)]
pub(crate) enum Delivery {
    /// A response in the order of HTTP, whose body takes this time.
    Response { response: Response, over: Duration },
    /// A response whose body ends after a number of bytes, or whose headers do not fit its body.
    /// The connection closes after it.
    Bare {
        response: Response,
        body_length: usize,
        over: Duration,
    },
    /// The connection is reset.
    Reset,
    /// The connection stays open, and nothing is sent.
    Silence,
}

impl Reply {
    /// Returns the usual response.
    pub(crate) fn usual(response: Response) -> Self {
        Self {
            delay: Duration::ZERO,
            delivery: Delivery::Response {
                response,
                over: Duration::ZERO,
            },
        }
    }

    /// Returns the response, if there is one.
    pub(crate) fn response(&self) -> Option<&Response> {
        match &self.delivery {
            Delivery::Response { response, .. } | Delivery::Bare { response, .. } => Some(response),
            Delivery::Reset | Delivery::Silence => None,
        }
    }
}

/// Returns what a step does. `usual` makes the usual response, and is called only if the step needs
/// it: a step with a response of its own has no effect on tokens and codes. `complete` adds the
/// headers that every response has; those of the step count more.
pub(crate) fn carry_out(
    step: CheckedStep,
    usual: impl FnOnce() -> Response,
    complete: impl FnOnce(Response) -> Response,
) -> Reply {
    let delivery = match step.action {
        Action::Reset => Delivery::Reset,
        Action::Hang => Delivery::Silence,
        Action::Pass => Delivery::Response {
            response: complete(usual()),
            over: Duration::ZERO,
        },
        Action::Send(sending) => send(*sending, usual, complete),
    };
    Reply {
        delay: step.delay,
        delivery,
    }
}

fn send(
    sending: Sending,
    usual: impl FnOnce() -> Response,
    complete: impl FnOnce(Response) -> Response,
) -> Delivery {
    let is_bare = sending.has_own_framing();
    let response = match sending.content {
        Content::Usual => usual(),
        Content::UsualWithExpiresIn(json) => with_expires_in(usual(), &json),
        Content::Made(response) => response,
    };
    let mut response = complete(response);
    if let Some(status) = sending.status {
        *response.status_mut() = status;
    }
    for (name, values) in sending.headers {
        response.headers_mut().remove(&name);
        for value in values {
            response.headers_mut().append(&name, value);
        }
    }
    let over = sending.body_over.unwrap_or_default();
    match sending.truncate_after {
        None if !is_bare => Delivery::Response { response, over },
        limit => Delivery::Bare {
            body_length: limit.unwrap_or(usize::MAX).min(response.body().len()),
            response,
            over,
        },
    }
}

/// Replaces the number `expires_in` of a response of the emulator. All other bytes stay, because a
/// client may depend on the order of the keys. In these responses no string contains the key with
/// its quotes unescaped.
fn with_expires_in(response: Response, json: &str) -> Response {
    const KEY: &[u8] = b"\"expires_in\":";
    let (mut head, body) = response.into_parts();
    let start = memchr::memmem::find(&body, KEY).map(|start| start + KEY.len());
    let Some(start) = start.filter(|_| head.headers.contains_key(CONTENT_TYPE)) else {
        return Response::from_parts(head, body);
    };
    let number = body[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let end = start + number.count();
    let changed = [&body[..start], json.as_bytes(), &body[end..]].concat();
    head.headers.remove(http::header::CONTENT_LENGTH);
    Response::from_parts(head, changed.into())
}
