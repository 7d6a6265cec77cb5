//! From a request and its response to an entry of the journal.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::uri::Authority;
use http::{HeaderMap, Request};
use ring::digest::{SHA256, digest};
use serde::Deserialize;

use crate::http::content_disposition::percent_decode;
use crate::http::multipart;
use crate::http::parameters::{bearer_token, content_type};
use crate::http::response::Response;
use crate::journal::recorded_request::{RecordedField, RecordedRequest};
use crate::random::hex;

/// The length of a text in the journal, in bytes.
const MAX_TEXT: usize = 1000;

/// The length of the name and the type of a field, in bytes.
const MAX_NAME: usize = 200;

/// The number of fields of a request in the journal.
const MAX_FIELDS: usize = 1000;

/// The real and the virtual time of an exchange.
pub(crate) struct Times {
    pub(crate) real: SystemTime,
    pub(crate) by_clock: SystemTime,
}

/// A request as the journal and the conditions of faults see it.
pub(crate) struct RequestSummary {
    values: Vec<Value>,
    pub(crate) client_id: Option<String>,
    pub(crate) grant: Option<String>,
    /// The claim `id` of the bearer token.
    token_id: Option<String>,
}

/// The outcome of a request.
pub(crate) struct Outcome<'a> {
    /// The response, unless a fault sent none.
    pub(crate) response: Option<&'a Response>,
    /// The id of the fault that changed the response.
    pub(crate) fault: Option<String>,
    pub(crate) times: Times,
}

impl RequestSummary {
    pub(crate) fn of(http: &Request<Bytes>) -> Self {
        let values = values(http);
        let parameter = |name: &str| {
            let value = values
                .iter()
                .find(|value| value.name.as_deref() == Some(name))?;
            Some(String::from_utf8_lossy(&value.bytes).into_owned())
        };
        let claims = bearer_token(http.headers()).and_then(Claims::of_token);
        let (token_id, client_of_token) = claims
            .map(|claims| (claims.id, claims.client_id))
            .unwrap_or_default();
        let grant = if http.uri().path().contains("/exchange/") {
            Some("jwt_exchange".to_owned())
        } else {
            parameter("grant_type")
        };
        let client_id = parameter("client_id")
            .or_else(|| basic_user(http.headers()))
            .or(client_of_token);
        Self {
            client_id,
            grant,
            token_id,
            values,
        }
    }

    /// Returns the entry of the request. The journal numbers it.
    pub(crate) fn into_entry(self, http: &Request<Bytes>, outcome: Outcome<'_>) -> RecordedRequest {
        let path = http.uri().path();
        let of_response = outcome
            .response
            .and_then(|response| issued_claims(path, response));
        let token_id = of_response.map_or(self.token_id, |claims| claims.id);
        RecordedRequest {
            seq: 0,
            time: outcome.times.real,
            virtual_time: outcome.times.by_clock,
            method: shorten(http.method().as_str()),
            path: shorten(path),
            host: host(http).map(|host| cut(host, MAX_NAME)),
            client_id: self.client_id.as_deref().map(shorten),
            grant: self.grant.as_deref().map(shorten),
            fields: self.values.iter().map(Value::record).collect(),
            status: outcome.response.map(|response| response.status().as_u16()),
            fault: outcome.fault,
            token_id: token_id.as_deref().map(shorten),
        }
    }
}

/// A parameter, a part, or a whole body.
struct Value {
    name: Option<String>,
    content_type: Option<String>,
    bytes: Bytes,
}

impl Value {
    fn record(&self) -> RecordedField {
        RecordedField {
            name: self.name.as_deref().map(|name| cut(name, MAX_NAME)),
            content_type: self.content_type.as_deref().map(|name| cut(name, MAX_NAME)),
            size: self.bytes.len() as u64,
            sha256: hex(digest(&SHA256, &self.bytes).as_ref()),
        }
    }
}

/// Returns the parameters of the query, and what the body has.
fn values(http: &Request<Bytes>) -> Vec<Value> {
    let mut values = urlencoded(http.uri().query().unwrap_or_default().as_bytes());
    let body = http.body();
    if !body.is_empty() {
        values.extend(body_values(body, content_type(http.headers())));
    }
    values.truncate(MAX_FIELDS);
    values
}

fn body_values(body: &Bytes, content_type: Option<String>) -> Vec<Value> {
    let named = content_type.as_deref().unwrap_or_default();
    let media_type = named.split(';').next().unwrap_or_default().trim();
    if ["", "application/x-www-form-urlencoded"].contains(&&*media_type.to_ascii_lowercase()) {
        return urlencoded(body);
    }
    let boundary = multipart::boundary(named).and_then(Result::ok);
    match boundary.and_then(|boundary| multipart::read(body, &boundary).ok()) {
        Some(parts) => {
            let value = |part: multipart::Part| Value {
                name: Some(part.name),
                content_type: part.content_type,
                bytes: part.body,
            };
            parts.into_iter().map(value).collect()
        }
        None => vec![Value {
            name: None,
            content_type,
            bytes: body.clone(),
        }],
    }
}

fn urlencoded(text: &[u8]) -> Vec<Value> {
    form_urlencoded::parse(text)
        .take(MAX_FIELDS)
        .map(|(name, value)| Value {
            name: Some(name.into_owned()),
            content_type: None,
            bytes: value.into_owned().into(),
        })
        .collect()
}

/// The claims of a token that the journal shows.
#[derive(Deserialize)]
struct Claims {
    id: Option<String>,
    client_id: Option<String>,
}

impl Claims {
    fn of_token(token: &str) -> Option<Self> {
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        serde_json::from_slice(&claims).ok()
    }
}

/// Returns the claims of the access token that a response has.
fn issued_claims(path: &str, response: &Response) -> Option<Claims> {
    #[derive(Deserialize)]
    struct Body {
        access_token: String,
    }
    if !path.contains("/ims/") || !response.status().is_success() {
        return None;
    }
    let body: Body = serde_json::from_slice(response.body()).ok()?;
    Claims::of_token(&body.access_token)
}

/// Returns the host that a request names: in its target, otherwise in `Host`.
fn host(http: &Request<Bytes>) -> Option<&str> {
    let in_target = http.uri().authority().map(Authority::as_str);
    in_target.or_else(|| http.headers().get(HOST)?.to_str().ok())
}

/// Returns the user of HTTP Basic authentication.
fn basic_user(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let user = decoded.split_once(':')?.0;
    // RFC 6749 §2.3.1 escapes the user, most clients do not.
    Some(String::from_utf8_lossy(&percent_decode(user)).into_owned())
}

fn shorten(text: &str) -> String {
    cut(text, MAX_TEXT)
}

/// Returns the beginning of a text, of at most `length` bytes.
fn cut(text: &str, length: usize) -> String {
    let is_end = |at: &usize| text.is_char_boundary(*at);
    let end = (0..=length.min(text.len())).rev().find(is_end);
    text[..end.unwrap_or_default()].to_owned()
}
