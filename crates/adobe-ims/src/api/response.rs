//! Reads responses of IMS: the part that all operations share.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{AsHeaderName, DATE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::content_error::content_error;
use super::refusal;
use crate::error::Problem;
use crate::error::redact::{RawText, Redactor};
use crate::error::{Error, Result, ServerResponse};
use crate::transport::Body;
use crate::util::secret::Secret;

/// A longer `Retry-After` counts as a day.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(86_400);

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A successful response: a JSON object, unless another kind of content is requested.
pub(super) struct ApiResponse<C = Map<String, Value>> {
    pub(super) body: C,
    pub(super) server: ServerResponse,
    /// Makes other texts of the response fit for display.
    pub(super) redactor: Arc<Redactor>,
}

/// The JSON of a response. The JSON of a refusal is an object with fields.
pub(super) trait Content: DeserializeOwned {
    fn field(&self, name: &str) -> Option<&Value>;
}

impl Content for Map<String, Value> {
    fn field(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Content for Value {
    fn field(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// Reads a response whose content is an object. `secrets` are those of the request: a server that echoes them does
/// not get them into an error message.
pub(super) fn read(
    endpoint: &str,
    response: &Response<Body>,
    secrets: &[&Secret],
    now: SystemTime,
) -> Result<ApiResponse> {
    read_as(endpoint, response, secrets, now)
}

/// Reads a response whose content may be JSON of another kind.
pub(super) fn read_as<C: Content>(
    endpoint: &str,
    response: &Response<Body>,
    secrets: &[&Secret],
    now: SystemTime,
) -> Result<ApiResponse<C>> {
    let status = response.status();
    let content = response.body().as_bytes();
    let redactor = Redactor::new(secrets.iter().copied()).with_answer(content);
    let redactor = Arc::new(redactor);
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let body = serde_json::from_slice::<C>(content);
    let mut server = server_response(endpoint, response, now);
    let debug_id = text_header(response, "x-debug-id");
    server.debug_id = debug_id.and_then(|id| match &body {
        Ok(_) if status.is_success() => redactor.shown_later(id),
        // An error keeps no secret.
        _ => redactor.shown(id),
    });
    if let Some(error) = intermediary_error(response, endpoint, &redactor) {
        return Err(error.with_server(server));
    }
    let fields = ErrorFields::from_content(body.as_ref().ok());
    server.code = fields.code.shown(&redactor);
    server.description = fields.description.shown(&redactor);
    if let Some(error) = unavailable_error(status, &fields, &server) {
        return Err(error.with_server(server));
    }
    match body {
        Err(error) => Err(content_error(&error, status, content, &redactor).with_server(server)),
        Ok(body) if status.is_success() => Ok(ApiResponse {
            body,
            server,
            redactor,
        }),
        Ok(_) => Err(refusal_error(status, &fields, &server).with_server(server)),
    }
}

/// Reads a response whose success has no content, or an object without `error`.
pub(super) fn read_empty(
    endpoint: &str,
    response: &Response<Body>,
    secrets: &[&Secret],
    now: SystemTime,
) -> Result<ServerResponse> {
    let server = match read(endpoint, response, secrets, now) {
        Ok(response) => response.server,
        Err(error) => match (error.problem(), error.server()) {
            (Problem::AnswerEmpty, Some(server)) if server.status == 200 => server.clone(),
            _ => return Err(refusal::without_assertion(error)),
        },
    };
    if let Some(code) = &server.code {
        let message = format!("IMS answered {} and says {code:?}", server.status);
        return Err(Error::new(Problem::RefusedOtherwise, message).with_server(server));
    }
    Ok(server)
}

fn server_response(endpoint: &str, response: &Response<Body>, now: SystemTime) -> ServerResponse {
    ServerResponse {
        endpoint: endpoint.to_owned(),
        status: response.status().as_u16(),
        retry_after: retry_after(response.headers(), now),
        date: date(response.headers()),
        ..ServerResponse::default()
    }
}

/// The fields of a refusal, as the server wrote them.
struct ErrorFields {
    code: RawText,
    description: RawText,
}

impl ErrorFields {
    fn from_content(content: Option<&impl Content>) -> Self {
        let text = |name: &str| match content?.field(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        // Gateways in front of Adobe's services write `error_code` and `message` instead.
        let code = text("error").or_else(|| text("error_code"));
        let description = text("error_description").or_else(|| text("message"));
        Self {
            code: RawText::new(code.unwrap_or_default()),
            description: RawText::new(description.unwrap_or_default()),
        }
    }
}

/// Returns the error of a response that comes from something between this machine and IMS.
fn intermediary_error(
    response: &Response<Body>,
    endpoint: &str,
    redactor: &Redactor,
) -> Option<Error> {
    let status = response.status();
    if status.is_redirection() {
        let location = text_header(response, LOCATION);
        let location = location.and_then(|text| redactor.shown(text));
        let address = location
            .as_deref()
            .and_then(|text| text.split(['?', '#']).next());
        let location = match address {
            Some(address) if !address.is_empty() => format!(" to {address}"),
            _ => String::new(),
        };
        let message =
            format!("{endpoint} answered {status} and sends the request elsewhere{location}");
        return Some(Error::new(Problem::AnswerRedirect, message));
    }
    (status == StatusCode::PROXY_AUTHENTICATION_REQUIRED).then(|| {
        let message = "a proxy on the way asks for a login (407)";
        Error::new(Problem::ProxyAuthentication, message)
    })
}

/// Returns the error of a status that asks to come back later.
fn unavailable_error(
    status: StatusCode,
    fields: &ErrorFields,
    server: &ServerResponse,
) -> Option<Error> {
    let wait = server.retry_after.map_or(String::new(), |wait| {
        format!("; try again in {} s", wait.as_secs())
    });
    if status == StatusCode::TOO_MANY_REQUESTS {
        let message = format!("IMS answered {status}{wait}");
        return Some(Error::new(Problem::Throttled, message));
    }
    status.is_server_error().then(|| {
        let problem = if fields.code.is("internal_error") {
            Problem::InternalError
        } else {
            Problem::ServerError
        };
        let message = match code_and_description(server) {
            Some(text) => format!("IMS answered {status}: {text}{wait}"),
            None => format!("the server answered {status}{wait}"),
        };
        Error::new(problem, message)
    })
}

fn refusal_error(status: StatusCode, fields: &ErrorFields, server: &ServerResponse) -> Error {
    let problem = refusal::problem(&fields.code, &fields.description);
    let message = match code_and_description(server) {
        Some(text) => format!("IMS refused ({status}): {text}"),
        None => format!("IMS refused ({status}) without saying why"),
    };
    Error::new(problem, message)
}

fn code_and_description(server: &ServerResponse) -> Option<String> {
    match (&server.code, &server.description) {
        (Some(code), Some(description)) => Some(format!("{code}, {description:?}")),
        (Some(code), None) => Some(code.to_string()),
        (None, Some(description)) => Some(format!("{description:?}")),
        (None, None) => None,
    }
}

fn text_header(response: &Response<Body>, name: impl AsHeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// Returns the time in `Retry-After`, from seconds or from a date; a day at most.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            date.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(MAX_RETRY_AFTER))
}
