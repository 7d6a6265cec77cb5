//! Reading an answer of IMS: what every operation has in common.

use std::time::{Duration, SystemTime};

use http::header::{DATE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::error::Problem;
use crate::error::redact::redact;
use crate::error::{Error, Result, ServerResponse};
use crate::transport::Body;
use crate::util::secret::Secret;

/// What may be shown of a text that a server wrote.
const LONGEST_TEXT: usize = 300;

/// Whoever asks to wait longer is not taken at the word.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// A successful answer: a JSON object, unless another kind of content is asked for.
pub(super) struct ApiResponse<C = Map<String, Value>> {
    pub(super) body: C,
    pub(super) server: ServerResponse,
}

/// What the JSON of an answer may be; whatever it is, a refusal is an object with fields.
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

/// Tells success from every way of failing. `secrets` are what the request held: a server that
/// echoes them does not get them into an error message.
pub(super) fn read(
    endpoint: &str,
    response: &Response<Body>,
    secrets: &[&Secret],
    now: SystemTime,
) -> Result<ApiResponse> {
    read_as(endpoint, response, secrets, now)
}

/// The same for content that need not be an object.
pub(super) fn read_as<C: Content>(
    endpoint: &str,
    response: &Response<Body>,
    secrets: &[&Secret],
    now: SystemTime,
) -> Result<ApiResponse<C>> {
    let status = response.status();
    let server_text = |text: &str| server_text(text, secrets);
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(server_text);
    let mut server = ServerResponse {
        endpoint: endpoint.to_owned(),
        status: status.as_u16(),
        debug_id: header("x-debug-id"),
        retry_after: retry_after(response.headers(), now),
        date: date(response.headers()),
        ..ServerResponse::default()
    };
    if status.is_redirection() {
        let to = header(LOCATION.as_str()).map_or(String::new(), |to| {
            format!(" to {}", to.split('?').next().unwrap_or_default())
        });
        return Err(Error::new(
            Problem::AnswerRedirect,
            format!("{endpoint} answered {status} and sends the request elsewhere{to}"),
        )
        .with_server(server));
    }
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(Error::new(
            Problem::ProxyAuthentication,
            "a proxy on the way asks for a login (407)",
        )
        .with_server(server));
    }
    let content = response.body().as_bytes();
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    let body = serde_json::from_slice::<C>(content);
    let text = |name: &str| match body.as_ref().ok()?.field(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    // Gateways in front of Adobe's services say `error_code` and `message` instead.
    let code = text("error")
        .or_else(|| text("error_code"))
        .unwrap_or_default();
    let description = text("error_description")
        .or_else(|| text("message"))
        .unwrap_or_default();
    let display = |text: &str| Some(server_text(text)).filter(|text| !text.is_empty());
    server.code = display(&code);
    server.description = display(&description);
    let wait = server.retry_after.map_or(String::new(), |wait| {
        format!("; try again in {} s", wait.as_secs())
    });
    if status == StatusCode::TOO_MANY_REQUESTS {
        let what = format!("IMS answered {status}{wait}");
        return Err(Error::new(Problem::Throttled, what).with_server(server));
    }
    if status.is_server_error() {
        let problem = match code.as_str() {
            "internal_error" => Problem::InternalError,
            _ => Problem::ServerError,
        };
        let what = match spoken(&server) {
            Some(spoken) => format!("IMS answered {status}: {spoken}{wait}"),
            None => format!("the server answered {status}{wait}"),
        };
        return Err(Error::new(problem, what).with_server(server));
    }
    match body {
        Err(error) => Err(unusable(&error, status, content, server_text).with_server(server)),
        Ok(body) if status.is_success() => Ok(ApiResponse { body, server }),
        Ok(_) => {
            let problem = problem_of(&code, &description);
            let what = match spoken(&server) {
                Some(spoken) => format!("IMS refused ({status}): {spoken}"),
                None => format!("IMS refused ({status}) without saying why"),
            };
            Err(Error::new(problem, what).with_server(server))
        }
    }
}

/// The same where success has no content (or an object that does not say `error`).
pub(super) fn read_nothing(
    endpoint: &str,
    response: &Response<Body>,
    secrets: &[&Secret],
    now: SystemTime,
) -> Result<ServerResponse> {
    let server = match read(endpoint, response, secrets, now) {
        Ok(answer) => answer.server,
        Err(error) => match (error.problem(), error.server()) {
            (Problem::AnswerEmpty, Some(server)) if server.status == 200 => server.clone(),
            _ => return Err(of_no_assertion(error)),
        },
    };
    if let Some(code) = &server.code {
        let what = format!("IMS answered {} and says {code:?}", server.status);
        return Err(Error::new(Problem::RefusedOtherwise, what).with_server(server));
    }
    Ok(server)
}

/// A server's text as it may be shown.
pub(crate) fn server_text(text: &str, secrets: &[&Secret]) -> String {
    clean(&redact(text, secrets))
}

/// The same failure where no assertion was sent: what such codes mean is known of the exchange only.
pub(super) fn of_no_assertion(error: Error) -> Error {
    match (error.problem(), error.server()) {
        (
            Problem::IdentityMalformed | Problem::AssertionExpired | Problem::AssertionMalformed,
            Some(server),
        ) => Error::new(Problem::RefusedOtherwise, error.to_string()).with_server(server.clone()),
        _ => error,
    }
}

/// The known causes of a refusal, by code and description: the published table and the answers that
/// people receive differ, so both are known here.
fn problem_of(code: &str, description: &str) -> Problem {
    let description = description.to_ascii_lowercase();
    let says = |part: &str| description.contains(part);
    match code {
        "invalid_client" if says("client_secret") => Problem::ClientSecretWrong,
        "invalid_client" if says("client_id") => Problem::ClientUnknown,
        "invalid_client" => Problem::ClientInvalid,
        "unauthorized_client" => Problem::GrantNotAllowed,
        "invalid_signature" => Problem::SignatureNotBound,
        "invalid_jti" => Problem::AssertionReplayed,
        _ if says("signature to any of the bindings") => Problem::SignatureNotBound,
        _ if says("metascopes in the jwt are not a subset") => Problem::MetascopeNotBound,
        _ if says("must contain a valid claims for audience") => Problem::MetascopeNotBound,
        "invalid_scope" => Problem::ScopeInvalid,
        "invalid_token" if says("expired") => Problem::AssertionExpired,
        "invalid_token" if says("not be decoded") || says("incorrectly formatted") => {
            Problem::AssertionMalformed
        }
        "bad_request" => Problem::IdentityMalformed,
        _ => Problem::RefusedOtherwise,
    }
}

fn spoken(server: &ServerResponse) -> Option<String> {
    match (&server.code, &server.description) {
        (Some(code), Some(description)) => Some(format!("{code}, {description:?}")),
        (Some(code), None) => Some(code.clone()),
        (None, Some(description)) => Some(format!("{description:?}")),
        (None, None) => None,
    }
}

/// Content that is no JSON object.
fn unusable(
    error: &serde_json::Error,
    status: StatusCode,
    body: &[u8],
    server_text: impl Fn(&str) -> String,
) -> Error {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() {
        return Error::new(
            Problem::AnswerEmpty,
            format!("the answer ({status}) is empty"),
        );
    }
    if text.starts_with('{') && error.classify() == Category::Eof {
        return Error::new(
            Problem::AnswerTruncated,
            format!("the answer ({status}) stops in the middle of its JSON"),
        );
    }
    let kind = if text.starts_with('<') {
        let title = title(text).map(|title| format!(" titled {:?}", server_text(title)));
        format!("a web page{}", title.unwrap_or_default())
    } else if body.starts_with(&[0x1F, 0x8B]) {
        "compressed, which was not asked for".to_owned()
    } else if error.classify() == Category::Data {
        "JSON, but not an object".to_owned()
    } else {
        "not JSON".to_owned()
    };
    Error::new(
        Problem::AnswerNotJson,
        format!("the answer ({status}) is {kind}"),
    )
}

fn title(html: &str) -> Option<&str> {
    // ASCII lower case keeps every byte offset.
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    Some(html[start..end].trim()).filter(|title| !title.is_empty())
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            date.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// A server's text on one line, cut to a sane length, without control characters.
fn clean(text: &str) -> String {
    let mut clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_TEXT)
        .collect();
    if clean.len() < text.len() && text.chars().nth(LONGEST_TEXT).is_some() {
        clean.push('…');
    }
    clean.trim().to_owned()
}
