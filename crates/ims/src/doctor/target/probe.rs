//! Requests to the API: GET, without content, and no redirect is followed.

use std::time::{Duration, SystemTime};

use adobe_ims::HttpTransport;
use adobe_ims::api_error::{ApiRequest, ApiResponse, BodyStart, Diagnosis, diagnose};
use adobe_ims::error::ServerText;
use adobe_ims::transport::Body;
use http::header::{ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};

use super::destination::{Destination, shown};
use crate::context::Context;
use crate::doctor::probe_token::ProbeToken;
use crate::doctor::subject::Subject;
use crate::error::Failure;
use crate::http::answer::{read_start_within, redirect_place};
use crate::http::transport::transport;

/// The media types that are named. A server can write anything into the header.
const MEDIA_TYPES: [&str; 11] = [
    "application/json",
    "application/pdf",
    "application/problem+json",
    "application/vnd.siren+json",
    "application/xml",
    "multipart/mixed",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
    "text/xml",
];

/// Sends requests with one token.
pub(super) struct Probe<'a> {
    context: &'a Context,
    transport: HttpTransport,
    timeout: Duration,
    token: &'a ProbeToken,
    sends_identity: bool,
}

impl<'a> Probe<'a> {
    pub(super) fn new(
        subject: &Subject<'a>,
        destination: &Destination,
        token: &'a ProbeToken,
    ) -> Result<Self, Failure> {
        let connection = &subject.settings.connection;
        Ok(Self {
            context: subject.context,
            transport: transport(connection, &subject.context.variables)?,
            timeout: connection.timeout,
            token,
            sends_identity: destination.sends_identity,
        })
    }

    /// Sends a request, and reads the beginning of its answer.
    pub(super) fn get(&self, url: &Uri) -> Result<Answer, Failure> {
        let headers = self.headers();
        let mut request = Request::new(Body::default());
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers.clone();
        self.context.console.detail(&format!("GET {}", shown(url)));
        let (response, body) = self.context.wait(async {
            let mut response = self.transport.stream(request).await?;
            let body = read_start_within(self.timeout, &mut response).await;
            Ok::<_, Failure>((response.map(drop), body))
        })??;
        let asked = Asked {
            url,
            headers: &headers,
            now: self.context.now(),
        };
        Ok(Answer::of(&asked, self.token, &response, body))
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        let agent = concat!("ims/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let token = &self.token.token;
        if self.sends_identity {
            token.headers().apply(&mut headers);
        } else {
            headers.insert(AUTHORIZATION, token.authorization());
        }
        headers
    }
}

/// A request that was sent.
pub(super) struct Asked<'a> {
    pub(super) url: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) now: SystemTime,
}

/// The answer of the API.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) url: Uri,
    pub(super) status: StatusCode,
    /// The media type, if it is a usual one.
    pub(super) media_type: Option<&'static str>,
    pub(super) redirect: Option<Redirect>,
    pub(super) body: BodyStart,
    /// The causes, if the answer is an error of a known kind.
    pub(super) diagnosis: Option<Diagnosis>,
}

/// The place that a redirect leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    SameHost,
    /// The place in words: "to …".
    OtherHost(String),
}

impl Answer {
    pub(super) fn of<B>(
        asked: &Asked<'_>,
        token: &ProbeToken,
        response: &Response<B>,
        body: BodyStart,
    ) -> Self {
        let mut request = Request::new(());
        *request.uri_mut() = asked.url.clone();
        *request.headers_mut() = asked.headers.clone();
        let request = ApiRequest::new(&request, &token.facts, asked.now);
        Self {
            url: asked.url.clone(),
            status: response.status(),
            media_type: media_type(response.headers()),
            redirect: redirect(asked.url, response),
            diagnosis: diagnose(&request, &ApiResponse::new(response, &body)),
            body,
        }
    }

    /// Returns the status with the usual words for it, not those of the server.
    pub(super) fn status(&self) -> String {
        match self.status.canonical_reason() {
            Some(reason) => format!("{} {reason}", self.status.as_str()),
            None => self.status.as_str().to_owned(),
        }
    }

    /// Returns what was asked and what came, as facts.
    pub(super) fn facts(&self) -> Vec<String> {
        let kind = self.media_type.map(|kind| format!(", {kind}"));
        let mut facts = vec![format!(
            "GET {}: {}{}",
            shown(&self.url),
            self.status(),
            kind.unwrap_or_default()
        )];
        let Some(answer) = self.diagnosis.as_ref().map(Diagnosis::answer) else {
            return facts;
        };
        let code = answer.code.as_ref().map(ServerText::to_string);
        let message = answer.message.as_ref().map(|it| format!("{:?}", &**it));
        let said: Vec<_> = code.into_iter().chain(message).collect();
        if !said.is_empty() {
            facts.push(format!("answer: {}", said.join(", ")));
        }
        if let Some(id) = &answer.request_id {
            facts.push(format!("request id: {id}"));
        }
        if let Some(wait) = answer.retry_after {
            facts.push(format!(
                "it asks to wait {} seconds (Retry-After)",
                wait.as_secs()
            ));
        }
        facts
    }
}

fn media_type(headers: &HeaderMap) -> Option<&'static str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next()?.trim();
    let mut known = MEDIA_TYPES.into_iter();
    known.find(|known| kind.eq_ignore_ascii_case(known))
}

fn redirect<B>(url: &Uri, response: &Response<B>) -> Option<Redirect> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = response.headers().get(LOCATION)?;
    let location = Uri::try_from(location.as_bytes()).ok();
    let host = location.as_ref().and_then(Uri::host);
    let is_same = match (host, &location) {
        (None, Some(_)) => true,
        (Some(host), _) => url.host().is_some_and(|own| own.eq_ignore_ascii_case(host)),
        (None, None) => false,
    };
    if is_same {
        return Some(Redirect::SameHost);
    }
    redirect_place(response).map(Redirect::OtherHost)
}
