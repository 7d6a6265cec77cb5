//! What a request to the listener is answered with, and whether it ends the wait. No sockets here.

use http::StatusCode;

use super::http_request::{Request, Unreadable};
use super::page::Page;
use super::response::AuthorizationResponse;
use super::{Flow, PendingAuthorization};
use crate::error::Problem;
use crate::error::Result;

const CLOSE: &str = "You can close this window and go back to the program.";

/// Which requests are meant.
pub(super) struct VerifyOptions {
    pub(super) port: u16,
    pub(super) path: String,
    pub(super) pending: PendingAuthorization,
}

/// What is sent, and what that was.
pub(super) struct Reaction {
    pub(super) status: StatusCode,
    pub(super) page: Page,
    pub(super) allow: Option<&'static str>,
    /// The sign-in is over.
    pub(super) outcome: Option<Result<AuthorizationResponse>>,
}

impl Reaction {
    fn stray(status: StatusCode, why: &str) -> Self {
        Self {
            status,
            page: Page::new("Nothing to see here", why),
            allow: None,
            outcome: None,
        }
    }

    /// For an answer that came when there was one already.
    pub(super) fn too_late() -> Self {
        let why = "The sign-in has already been answered. You can close this window.";
        Self::stray(StatusCode::CONFLICT, why)
    }

    /// For what could not be read; nothing where nobody listens any more.
    pub(super) fn unreadable(why: &Unreadable) -> Option<Self> {
        let status = match why {
            Unreadable::Gone => return None,
            Unreadable::Malformed => StatusCode::BAD_REQUEST,
            Unreadable::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Unreadable::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        };
        Some(Self::stray(status, "This is no request that belongs here."))
    }

    fn ends(outcome: Result<AuthorizationResponse>) -> Self {
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

impl VerifyOptions {
    /// A name of a stranger's that resolves to this machine is as bad as no name (DNS rebinding): only who
    /// asks for this machine is answered.
    fn is_own_host(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
            _ => (host, "80"),
        };
        let name = name.to_ascii_lowercase();
        port == self.port.to_string()
            && ["localhost", "127.0.0.1", "[::1]"].contains(&name.as_str())
    }

    pub(super) fn react(&self, request: &Request) -> Reaction {
        let Some(host) = request
            .host
            .as_deref()
            .filter(|host| self.is_own_host(host))
        else {
            let why = "This address is answered under the names of this machine only.";
            return Reaction::stray(StatusCode::MISDIRECTED_REQUEST, why);
        };
        let (path, query) = match request.target.split_once('?') {
            Some((path, query)) => (path, query),
            None => (request.target.as_str(), ""),
        };
        if path != self.path {
            return Reaction::stray(StatusCode::NOT_FOUND, "Only a sign-in is awaited here.");
        }
        match (request.method.as_str(), self.pending.flow()) {
            ("GET", Flow::Code) if query.is_empty() => Reaction::stray(
                StatusCode::BAD_REQUEST,
                "A sign-in comes back here, and this is none.",
            ),
            // Some answers have all of it in the query.
            ("GET", Flow::Implicit) if !is_answer(query) => Reaction {
                status: StatusCode::OK,
                page: Page::relaying(),
                allow: None,
                outcome: None,
            },
            ("GET", _) => Reaction::ends(self.pending.read(&format!("?{query}"))),
            ("POST", Flow::Implicit) => self.relayed(host, request),
            (_, flow) => Reaction {
                allow: Some(match flow {
                    Flow::Code => "GET",
                    Flow::Implicit => "GET, POST",
                }),
                ..Reaction::stray(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "Only a browser that comes back is awaited here.",
                )
            },
        }
    }

    /// What the page of this listener sent, and nobody else's.
    fn relayed(&self, host: &str, request: &Request) -> Reaction {
        let own = format!("http://{host}");
        if request
            .origin
            .as_deref()
            .is_some_and(|origin| !origin.eq_ignore_ascii_case(&own))
        {
            let why = "Another page sent this.";
            return Reaction::stray(StatusCode::FORBIDDEN, why);
        }
        let Ok(body) = str::from_utf8(&request.body) else {
            return Reaction::stray(StatusCode::BAD_REQUEST, "This is no text.");
        };
        if body.is_empty() {
            return Reaction::stray(StatusCode::BAD_REQUEST, "There is nothing in this.");
        }
        let reaction = Reaction::ends(self.pending.read(&format!("#{body}")));
        Reaction {
            page: reaction.page.lines(),
            ..reaction
        }
    }
}

fn is_answer(query: &str) -> bool {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.any(|(name, _)| name == "error" || name == "access_token")
}
