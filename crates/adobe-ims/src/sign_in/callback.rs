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
    pub(super) effect: Effect,
}

/// The effect of a request on the sign-in.
pub(super) enum Effect {
    /// The sign-in goes on.
    None,
    /// The sign-in goes on. The request had the parameters of a redirect, but not the state of this sign-in.
    ForeignRedirect,
    /// The sign-in is over.
    Finished(Result<AuthorizationResponse>),
}

impl CallbackResponse {
    /// Turns a request away. The sign-in goes on. The page shows nothing of the request.
    fn rejected(status: StatusCode, reason: &str) -> Self {
        Self {
            status,
            page: Page::new("Nothing to see here", reason),
            allow: None,
            effect: Effect::None,
        }
    }

    /// Turns away a redirect without the state of this sign-in: of an old window, or of somebody else.
    fn foreign() -> Self {
        let reason = "This is not the answer that the program waits for. \
                      Go on in the window that the program opened.";
        Self {
            effect: Effect::ForeignRedirect,
            ..Self::rejected(StatusCode::BAD_REQUEST, reason)
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
            effect: Effect::Finished(outcome),
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
        if !is_expected_use(request) {
            let reason = "Only a window of a browser is expected here.";
            return CallbackResponse::rejected(StatusCode::FORBIDDEN, reason);
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
                effect: Effect::None,
            },
            ("GET", _) => self.respond_to_redirect(&format!("?{query}")),
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

    /// Ends the sign-in if the redirect has its state.
    fn respond_to_redirect(&self, redirect: &str) -> CallbackResponse {
        if self.pending.owns(redirect) {
            CallbackResponse::finished(self.pending.read(redirect))
        } else {
            CallbackResponse::foreign()
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
        let response = self.respond_to_redirect(&format!("#{body}"));
        CallbackResponse {
            page: response.page.into_plain_text(),
            ..response
        }
    }
}

/// Returns false for a request that a browser marks as one for an image, a script, a frame and the like. A redirect is
/// shown in a window, and the relaying page fetches.
fn is_expected_use(request: &Request) -> bool {
    let expected = match request.method.as_str() {
        "POST" => "empty",
        _ => "document",
    };
    let destination = request.fetch_destination.as_deref();
    destination.is_none_or(|it| it.eq_ignore_ascii_case(expected))
}

fn has_result(query: &str) -> bool {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.any(|(name, _)| name == "error" || name == "access_token")
}
