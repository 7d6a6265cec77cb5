//! A step that can be carried out.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, StatusCode};

use crate::faults::ims_errors::{ims_error, known_codes};
use crate::faults::invalid_fault::InvalidFault;
use crate::faults::step::{FaultStep, Flag, Header};
use crate::http::response::{JSON, Response, empty, with_content_type};

/// The longest time that a step may take: an hour.
const MAX_MILLIS: u64 = 3_600_000;

const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");

/// A step that can be carried out.
#[derive(Clone, Debug)]
pub(crate) struct CheckedStep {
    pub(crate) delay: Duration,
    pub(crate) action: Action,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    Pass,
    Reset,
    Hang,
    Send(Box<Sending>),
}

/// A response that a step sends.
#[derive(Clone, Debug)]
pub(crate) struct Sending {
    pub(crate) content: Content,
    pub(crate) status: Option<StatusCode>,
    /// The values of each header, none of which removes it.
    pub(crate) headers: Vec<(HeaderName, Vec<HeaderValue>)>,
    pub(crate) body_over: Option<Duration>,
    /// The number of bytes of the body after which the connection closes.
    pub(crate) truncate_after: Option<usize>,
}

/// The origin of a response.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Usual,
    /// The usual response with this JSON as `expires_in`.
    UsualWithExpiresIn(String),
    Made(Response),
}

impl Sending {
    /// Returns whether the response has a header that only the bare connection can send as it is.
    pub(crate) fn has_own_framing(&self) -> bool {
        let framing = [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];
        self.headers.iter().any(|(name, _)| framing.contains(name))
    }
}

impl CheckedStep {
    /// Checks a step. `place` is where it stands, such as `then[0]`.
    pub(crate) fn new(step: &FaultStep, place: &str) -> Result<Self, InvalidFault> {
        check_combination(step, place)?;
        let delay = duration(step.delay_ms, place, "delay_ms")?;
        let action = if step.reset.0 {
            Action::Reset
        } else if step.hang.0 {
            Action::Hang
        } else if step.pass.0 && step.slow_body_ms.is_none() {
            Action::Pass
        } else {
            Action::Send(Box::new(sending(step, place)?))
        };
        Ok(Self {
            delay: delay.unwrap_or_default(),
            action,
        })
    }

    /// Returns whether the step changes nothing.
    pub(crate) fn is_pass(&self) -> bool {
        self.delay.is_zero() && matches!(self.action, Action::Pass)
    }
}

/// Checks that the keys of a step do not contradict each other.
fn check_combination(step: &FaultStep, place: &str) -> Result<(), InvalidFault> {
    let is_set = |flag: Flag| flag.0;
    let contents: Vec<&str> = [
        ("body", step.body.is_some()),
        ("ims_error", step.ims_error.is_some()),
        ("empty", is_set(step.empty)),
        ("html", step.html.is_some()),
        ("expires_in", step.expires_in.is_some()),
        ("pass", is_set(step.pass)),
        ("reset", is_set(step.reset)),
        ("hang", is_set(step.hang)),
    ]
    .into_iter()
    .filter_map(|(name, is_set)| is_set.then_some(name))
    .collect();
    let changes: Vec<&str> = [
        ("status", step.status.is_some()),
        ("headers", !step.headers.is_empty()),
        ("truncate_after", step.truncate_after.is_some()),
        ("slow_body_ms", step.slow_body_ms.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_set)| is_set.then_some(name))
    .collect();
    let wrong = |reason: String| Err(InvalidFault::new(place, reason));
    match (&*contents, &*changes) {
        ([], []) if step.delay_ms.is_none() => wrong(
            "the step is empty. A step has status, headers, body, ims_error, delay_ms, empty, \
             truncate_after, reset, hang, slow_body_ms, expires_in, html or pass"
                .to_owned(),
        ),
        ([one, other, ..], _) => wrong(format!("the step has {one} and {other}; it can have one")),
        (["pass"], [change, ..]) if *change != "slow_body_ms" => wrong(format!(
            "the step has pass and {change}. Leave out pass: without another response the usual \
             one is sent"
        )),
        ([nothing @ ("reset" | "hang")], [change, ..]) => wrong(format!(
            "the step has {nothing} and {change}, but {nothing} sends no response"
        )),
        _ => Ok(()),
    }
}

fn sending(step: &FaultStep, place: &str) -> Result<Sending, InvalidFault> {
    let status = step.status.map(|status| {
        let code = StatusCode::from_u16(status).ok();
        code.filter(|code| code.as_u16() >= 200).ok_or_else(|| {
            InvalidFault::new(
                format!("{place}.status"),
                format!("{status} is no final status; it has to be from 200 to 999"),
            )
        })
    });
    let status = status.transpose()?;
    let sending = Sending {
        content: content(step, place)?,
        status,
        headers: headers(step, place)?,
        body_over: duration(step.slow_body_ms, place, "slow_body_ms")?,
        truncate_after: step
            .truncate_after
            .map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
    };
    let has_no_body = status.is_some_and(|status| matches!(status.as_u16(), 204 | 304));
    match &sending.content {
        Content::Made(response) if has_no_body && !response.body().is_empty() => {
            Err(InvalidFault::new(
                format!("{place}.status"),
                "a response with this status has no body, but the step has one",
            ))
        }
        _ => Ok(sending),
    }
}

fn content(step: &FaultStep, place: &str) -> Result<Content, InvalidFault> {
    if let Some(code) = &step.ims_error {
        let error = ims_error(code).ok_or_else(|| {
            unknown(
                &format!("{place}.ims_error"),
                "error of IMS",
                code,
                &known_codes(),
            )
        })?;
        return Ok(Content::Made(error.into_response()));
    }
    if let Some(name) = &step.html {
        let page = page(name).ok_or_else(|| {
            unknown(
                &format!("{place}.html"),
                "page",
                name,
                "login, blocked, maintenance, first_byte_timeout",
            )
        })?;
        return Ok(Content::Made(page));
    }
    if let Some(json) = &step.expires_in {
        return Ok(Content::UsualWithExpiresIn(json.to_string()));
    }
    let made = match &step.body {
        Some(serde_json::Value::String(text)) => {
            with_content_type(StatusCode::OK, TEXT, text.clone())
        }
        Some(json) => with_content_type(StatusCode::OK, JSON, json.to_string()),
        None if step.empty.0 => empty(),
        None if step.status.is_some() => Response::new(Bytes::new()),
        None => return Ok(Content::Usual),
    };
    Ok(Content::Made(made))
}

fn unknown(place: &str, what: &str, name: &str, known: &str) -> InvalidFault {
    let reason = format!("the emulator does not know the {what} {name}. It knows {known}");
    InvalidFault::new(place, reason)
}

/// Returns a page that comes in the place of an answer: of a sign-in, of a firewall, of an outage.
/// Their texts are the emulator's own.
fn page(name: &str) -> Option<Response> {
    let (status, title, text) = match name {
        "login" => (
            StatusCode::OK,
            "Sign in",
            "<form method=\"post\" action=\"/ims/authorize/v2\"><label>Email address \
             <input name=\"email\" type=\"email\"></label><button>Continue</button></form>",
        ),
        "blocked" => (
            StatusCode::FORBIDDEN,
            "Access Denied",
            "<p>You don't have permission to access this server.</p>",
        ),
        "maintenance" => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Service Unavailable",
            "<p>The service is down for maintenance. Please try again later.</p>",
        ),
        // The network in front of AEM, when AEM answers too late (by an article of Adobe).
        "first_byte_timeout" => (
            StatusCode::SERVICE_UNAVAILABLE,
            "503 first byte timeout",
            "<p>first byte timeout</p>",
        ),
        _ => return None,
    };
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         </head><body><h1>{title}</h1>{text}</body></html>\n"
    );
    let mut page = with_content_type(status, HTML, html);
    if name == "maintenance" {
        let minute = HeaderValue::from_static("60");
        page.headers_mut().insert(RETRY_AFTER, minute);
    }
    Some(page)
}

fn headers(
    step: &FaultStep,
    place: &str,
) -> Result<Vec<(HeaderName, Vec<HeaderValue>)>, InvalidFault> {
    let headers = step.headers.iter().map(|(name, values)| {
        let place = format!("{place}.headers.{name}");
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| InvalidFault::new(&place, "this is no name of a header"))?;
        let texts = match values {
            Header::Removed => &[][..],
            Header::One(text) => std::slice::from_ref(text),
            Header::Several(texts) => texts,
        };
        let value = |text: &String| {
            HeaderValue::from_bytes(text.as_bytes())
                .map_err(|_| InvalidFault::new(&place, "the value has a control character"))
        };
        let values = texts.iter().map(value).collect::<Result<_, _>>()?;
        Ok((header, values))
    });
    headers.collect()
}

fn duration(
    millis: Option<u64>,
    place: &str,
    name: &str,
) -> Result<Option<Duration>, InvalidFault> {
    match millis {
        Some(millis) if millis > MAX_MILLIS => Err(InvalidFault::new(
            format!("{place}.{name}"),
            format!("it can be {MAX_MILLIS} at most, which is an hour"),
        )),
        millis => Ok(millis.map(Duration::from_millis)),
    }
}
