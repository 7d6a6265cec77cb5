//! The request and the response that are compared.

use std::time::{Duration, SystemTime};

use http::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderName, LOCATION, USER_AGENT};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};

use super::body_start::BodyStart;
use super::diagnosis::ApiAnswer;
use super::error_body::ErrorBody;
use super::place::Place;
use super::token_facts::TokenFacts;
use crate::error::redact::Redactor;
use crate::token::{API_KEY, ORGANIZATION_ID};
use crate::util::secret::Secret;

/// In bytes. Shorter values of headers and queries are words such as `true`, and no secrets.
const MIN_SECRET: usize = 8;

/// A request to an API, and its token.
#[derive(Clone, Copy, Debug)]
pub struct ApiRequest<'a> {
    pub(super) method: &'a Method,
    pub(super) url: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) token: &'a TokenFacts,
    pub(super) now: SystemTime,
}

impl<'a> ApiRequest<'a> {
    /// Creates the view of a request. `now` is the time of the request on this machine's clock.
    pub fn new<B>(request: &'a Request<B>, token: &'a TokenFacts, now: SystemTime) -> Self {
        Self {
            method: request.method(),
            url: request.uri(),
            headers: request.headers(),
            token,
            now,
        }
    }

    /// Returns true if the request asks for JSON, or is to an API that answers with it.
    pub(super) fn wants_json(&self) -> bool {
        let accept = header(self.headers, &ACCEPT).unwrap_or_default();
        let path = self.url.path();
        accept.contains("json") || path.ends_with(".json") || path.starts_with("/adobe/")
    }

    /// Returns what a server could repeat and nobody else may read: the token, the values of other headers, such as
    /// cookies, and those of the query, such as a signature.
    fn secrets(&self) -> Vec<Secret> {
        let harmless = [ACCEPT, CONTENT_TYPE, USER_AGENT, API_KEY, ORGANIZATION_ID];
        let headers = self
            .headers
            .iter()
            .filter(|(name, _)| !harmless.contains(name));
        let headers = headers.filter_map(|(_, value)| value.to_str().ok());
        let query = self.url.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value);
        let of_query = pairs.filter(|value| value.len() >= MIN_SECRET);
        let of_headers = headers.filter(|value| value.len() >= MIN_SECRET);
        let token = self.token.secret.iter().cloned();
        token
            .chain(of_headers.map(Secret::new))
            .chain(of_query.map(|value| Secret::new(&*value)))
            .collect()
    }

    pub(super) fn changes_something(&self) -> bool {
        !matches!(*self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }
}

/// The response of an API: its status, its headers and the beginning of its body.
#[derive(Clone, Copy, Debug)]
pub struct ApiResponse<'a> {
    pub(super) status: StatusCode,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a BodyStart,
}

impl<'a> ApiResponse<'a> {
    /// Creates the view of a response.
    pub fn new<B>(response: &'a Response<B>, body: &'a BodyStart) -> Self {
        Self {
            status: response.status(),
            headers: response.headers(),
            body,
        }
    }

    /// Returns the host and the path of the header `Location`.
    pub(super) fn location(&self) -> Option<Uri> {
        Uri::try_from(self.headers.get(LOCATION)?.as_bytes()).ok()
    }
}

/// A request with its response, decoded.
pub(super) struct Exchange<'a> {
    pub(super) request: ApiRequest<'a>,
    pub(super) response: ApiResponse<'a>,
    pub(super) place: Place,
    pub(super) body: ErrorBody,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(request: &ApiRequest<'a>, response: &ApiResponse<'a>) -> Self {
        let content_type = header(response.headers, &CONTENT_TYPE).unwrap_or_default();
        Self {
            request: *request,
            response: *response,
            place: Place::of(request.url),
            body: ErrorBody::parse(response.body.as_bytes(), content_type),
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.response.status.as_u16()
    }

    pub(super) fn token(&self) -> &'a TokenFacts {
        self.request.token
    }

    /// Returns the time by the clock of the server, which checked the token.
    pub(super) fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(header(self.response.headers, &DATE)?).ok()
    }

    /// Returns the age of the token, by the clock of the server, else by that of this machine.
    pub(super) fn token_age(&self) -> Option<Duration> {
        let issued = self.token().issued_at?;
        Some(
            self.date()
                .unwrap_or(self.request.now)
                .duration_since(issued)
                .unwrap_or_default(),
        )
    }

    /// Returns the answer, prepared for display.
    pub(super) fn answer(&self) -> ApiAnswer {
        let ids = ["x-request-id", "x-debug-id", "x-correlation-id"];
        let in_header = || {
            ids.into_iter()
                .find_map(|name| self.response.headers.get(name)?.to_str().ok())
        };
        let request_id = self.body.request_id.as_deref().or_else(in_header);
        let secrets = self.request.secrets();
        let redactor = Redactor::new(&secrets).with_answer(self.response.body.as_bytes());
        ApiAnswer {
            status: self.status(),
            code: self.body.code.as_deref().and_then(|it| redactor.shown(it)),
            message: self
                .body
                .message
                .as_deref()
                .and_then(|it| redactor.shown(it)),
            request_id: request_id.and_then(|it| redactor.shown(it)),
            retry_after: crate::api::retry_after(self.response.headers, self.request.now),
        }
    }
}

/// Returns a header that is text.
pub(super) fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}
