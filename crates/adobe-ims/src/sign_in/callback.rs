//! Decides the response to a request of a browser, and whether the request ends the sign-in. It does no I/O.

use http::StatusCode;

use super::http_request::{Request, RequestError};
use super::page::Page;
use super::response::AuthorizationResponse;
use super::{Flow, PendingAuthorization};
use crate::error::Problem;
use crate::error::Result;

const CLOSE: &str = "You can close this window and go back to the program.";

/// Answers requests for the redirect URI of one sign-in.
pub(super) struct CallbackHandler {
    pub(super) port: u16,
    pub(super) path: String,
    pub(super) pending: PendingAuthorization,
}

/// The response to a request, and its effect on the sign-in.
pub(super) struct CallbackResponse {
    pub(super) status: StatusCode,
    pub(super) page: Page,
    pub(super) allow: Option<&'static str>,
    /// Set when the sign-in is over.
    pub(super) outcome: Option<Result<AuthorizationResponse>>,
}

impl CallbackResponse {
    /// Turns a request away. The sign-in goes on.
    fn rejected(status: StatusCode, reason: &str) -> Self {
        Self {
            status,
            page: Page::new("Nothing to see here", reason),
            allow: None,
            outcome: None,
        }
    }

    /// Turns away a redirect that arrives after another.
    pub(super) fn already_answered() -> Self {
        let reason = "The sign-in has already been answered. You can close this window.";
        Self::rejected(StatusCode::CONFLICT, reason)
    }

    /// Answers a request that cannot be read. Returns `None` when the browser is gone.
    pub(super) fn for_error(error: &RequestError) -> Option<Self> {
        let status = match error {
            RequestError::Disconnected => return None,
            RequestError::Malformed => StatusCode::BAD_REQUEST,
            RequestError::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            RequestError::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        };
        Some(Self::rejected(
            status,
            "This request does not belong to a sign-in.",
        ))
    }

    /// Ends the sign-in and tells the person the outcome.
    fn finished(outcome: Result<AuthorizationResponse>) -> Self {
        let (status, page) = match &outcome {
            Ok(_) => (
                StatusCode::OK,
                Page::new("You signed in", format!("The program goes on. {CLOSE}")),
            ),
            Err(error) => {
                let title = match error.problem() {
                    Problem::SignInDenied => "You did not sign in",
                    _ => "The sign-in failed",
                };
                let text = format!("{}: {error}. {CLOSE}", error.problem().meaning());
                let text = text.replace(".: ", ": ");
                (StatusCode::BAD_REQUEST, Page::new(title, text))
            }
        };
        Self {
            status,
            page,
            allow: None,
            outcome: Some(outcome),
        }
    }
}

impl CallbackHandler {
    pub(super) fn respond(&self, request: &Request) -> CallbackResponse {
        let Some(host) = request.host.as_deref().filter(|host| self.is_own(host)) else {
            let reason = "This address is answered under the names of this machine only.";
            return CallbackResponse::rejected(StatusCode::MISDIRECTED_REQUEST, reason);
        };
        let target = request.target.as_str();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path != self.path {
            let reason = "Only a sign-in is expected here.";
            return CallbackResponse::rejected(StatusCode::NOT_FOUND, reason);
        }
        match (request.method.as_str(), self.pending.flow()) {
            ("GET", Flow::Code) if query.is_empty() => CallbackResponse::rejected(
                StatusCode::BAD_REQUEST,
                "A sign-in comes back here, and this is none.",
            ),
            // Some servers put the result of the implicit flow into the query.
            ("GET", Flow::Implicit) if !has_result(query) => CallbackResponse {
                status: StatusCode::OK,
                page: Page::relaying(),
                allow: None,
                outcome: None,
            },
            ("GET", _) => CallbackResponse::finished(self.pending.read(&format!("?{query}"))),
            ("POST", Flow::Implicit) => self.respond_to_relay(host, request),
            (_, flow) => CallbackResponse {
                allow: Some(match flow {
                    Flow::Code => "GET",
                    Flow::Implicit => "GET, POST",
                }),
                ..CallbackResponse::rejected(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "Only the redirect of a browser is expected here.",
                )
            },
        }
    }

    /// Tells whether a `Host` is this machine. A foreign name that resolves to this machine is refused (DNS rebinding).
    fn is_own(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
            _ => (host, "80"),
        };
        let name = name.to_ascii_lowercase();
        port == self.port.to_string()
            && ["localhost", "127.0.0.1", "[::1]"].contains(&name.as_str())
    }

    /// Reads the fragment that the relaying page of this listener sends.
    fn respond_to_relay(&self, host: &str, request: &Request) -> CallbackResponse {
        let own_origin = format!("http://{host}");
        if request
            .origin
            .as_deref()
            .is_some_and(|origin| !origin.eq_ignore_ascii_case(&own_origin))
        {
            let reason = "Another page sent this request.";
            return CallbackResponse::rejected(StatusCode::FORBIDDEN, reason);
        }
        let Ok(body) = str::from_utf8(&request.body) else {
            let reason = "The content is no text.";
            return CallbackResponse::rejected(StatusCode::BAD_REQUEST, reason);
        };
        if body.is_empty() {
            let reason = "The content is empty.";
            return CallbackResponse::rejected(StatusCode::BAD_REQUEST, reason);
        }
        let response = CallbackResponse::finished(self.pending.read(&format!("#{body}")));
        CallbackResponse {
            page: response.page.into_plain_text(),
            ..response
        }
    }
}

fn has_result(query: &str) -> bool {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.any(|(name, _)| name == "error" || name == "access_token")
}
