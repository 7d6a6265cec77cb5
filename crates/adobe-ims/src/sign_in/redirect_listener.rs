//! Listens on this machine for the redirect of the browser.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::callback::{CallbackHandler, CallbackResponse, Effect};
use super::connections::{Connections, MakeRoom};
use super::http_request::Request;
use super::{AuthorizationResponse, PendingAuthorization};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::origin::display;
use crate::util::time;

/// The time for one request. A browser on this machine sends it at once.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// The time for sending the page, and for reading the rest of a request.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The name of this machine in a redirect URI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoopbackHost {
    /// `localhost`, with which most clients are registered (relied upon by a published client).
    #[default]
    Localhost,
    /// `127.0.0.1`, which cannot resolve to anything else (RFC 8252 §8.3).
    Address,
}

/// Receives the redirect of the browser on this machine.
///
/// ```
/// use adobe_ims::sign_in::{LoopbackHost, RedirectListener};
///
/// # fn main() -> adobe_ims::Result<()> {
/// let listener = RedirectListener::bind(&[0], "/callback")?;
/// let redirect_uri = listener.redirect_uri(LoopbackHost::Address);
/// assert_eq!(redirect_uri, format!("http://127.0.0.1:{}/callback", listener.port()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RedirectListener {
    listener: TcpListener,
    port: u16,
    path: String,
}

impl RedirectListener {
    /// Listens on 127.0.0.1, on the first free port of the list; 0 is any free port. `path` is that of the redirect
    /// URI.
    ///
    /// # Errors
    /// [`Problem::SignInPortInUse`] when no port is free; [`Problem::SignInListener`] for any other failure;
    /// [`Problem::RedirectInvalid`] when `path` is no path of a URL.
    pub fn bind(ports: &[u16], path: &str) -> Result<Self> {
        let is_path = path.starts_with('/')
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte));
        if !is_path {
            let message = format!("{path:?} is no path of a redirect URI");
            return Err(Error::new(Problem::RedirectInvalid, message));
        }
        let mut last_error = None;
        for port in ports {
            match listen(*port) {
                Ok((listener, port)) => {
                    return Ok(Self {
                        listener,
                        port,
                        path: path.to_owned(),
                    });
                }
                Err(error) => last_error = Some(error),
            }
        }
        Err(bind_error(ports, last_error))
    }

    /// Listens at this redirect URI: `http`, `localhost` or `127.0.0.1`, a port and a path.
    ///
    /// # Errors
    /// [`Problem::RedirectInvalid`] for any other redirect URI; the errors of [`bind`](Self::bind).
    pub fn at(redirect_uri: &str) -> Result<Self> {
        let elsewhere = || {
            let redirect_uri = display(redirect_uri);
            let message =
                format!("{redirect_uri} is not a redirect URI to a listener on this machine");
            Error::new(Problem::RedirectInvalid, message)
                .with_hint("the listener is at http://localhost or http://127.0.0.1, with a port")
        };
        let uri: Uri = redirect_uri.parse().map_err(|_| elsewhere())?;
        let is_this_machine = uri.scheme_str() == Some("http")
            && uri
                .host()
                .is_some_and(|host| host == "127.0.0.1" || host.eq_ignore_ascii_case("localhost"));
        match uri.port_u16().unwrap_or(80) {
            port @ 1.. if is_this_machine => Self::bind(&[port], uri.path()),
            _ => Err(elsewhere()),
        }
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the redirect URI for the authorization request.
    pub fn redirect_uri(&self, host: LoopbackHost) -> String {
        let host = match host {
            LoopbackHost::Localhost => "localhost",
            LoopbackHost::Address => "127.0.0.1",
        };
        let path = if self.path == "/" { "" } else { &self.path };
        format!("http://{host}:{}{path}", self.port)
    }

    /// Waits for the redirect of this sign-in, shows the outcome to the person in the browser, and ends.
    ///
    /// The first request for the redirect URI with the `state` of this sign-in ends the wait. Other requests are turned
    /// away with a page that shows nothing of them: without that `state`, for icons, images or frames, of other
    /// programs, slow or large ones, and those for another host. Idle connections make room for new ones.
    ///
    /// # Errors
    /// The errors of [`PendingAuthorization::read`], except for [`Problem::SignInStateWrong`];
    /// [`Problem::SignInTimeout`] after `timeout`; [`Problem::SignInListener`] when the listener fails.
    pub async fn wait_for_redirect(
        self,
        pending: &PendingAuthorization,
        timeout: Duration,
    ) -> Result<AuthorizationResponse> {
        let listener = tokio::net::TcpListener::from_std(self.listener)
            .map_err(|error| listener_error(&error))?;
        let handler = CallbackHandler {
            port: self.port,
            path: self.path,
            pending: pending.clone(),
        };
        let (outcome_sender, mut outcome_receiver) = mpsc::channel(1);
        let server = Arc::new(CallbackServer {
            handler,
            is_answered: AtomicBool::new(false),
            foreign_redirects: AtomicUsize::new(0),
            outcome_sender,
        });
        // Dropping the set aborts the server and its connections.
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, Arc::clone(&server)));
        match tokio::time::timeout(timeout, outcome_receiver.recv()).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => Err(listener_error(&io::Error::from(
                ErrorKind::ConnectionAborted,
            ))),
            Err(_) => Err(server.timeout_error(timeout)),
        }
    }
}

fn listen(port: u16) -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

fn bind_error(ports: &[u16], error: Option<io::Error>) -> Error {
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    let ports = ports.join(", ");
    match error {
        Some(error) if error.kind() == ErrorKind::AddrInUse => {
            let message = format!("another program listens on 127.0.0.1, port {ports}");
            Error::new(Problem::SignInPortInUse, message)
        }
        Some(error) => {
            let message = format!("cannot listen on 127.0.0.1, port {ports}: {error}");
            Error::new(Problem::SignInListener, message)
        }
        None => Error::new(Problem::SignInListener, "there is no port to listen on"),
    }
}

fn listener_error(error: &io::Error) -> Error {
    let message = format!("waiting for the browser ended early: {error}");
    Error::new(Problem::SignInListener, message)
}

struct CallbackServer {
    handler: CallbackHandler,
    is_answered: AtomicBool,
    foreign_redirects: AtomicUsize,
    outcome_sender: mpsc::Sender<Result<AuthorizationResponse>>,
}

impl CallbackServer {
    fn timeout_error(&self, timeout: Duration) -> Error {
        let timeout = time::human(timeout);
        let mut message = format!("nobody signed in within {timeout}");
        let foreign = self.foreign_redirects.load(Ordering::Relaxed);
        if foreign == 0 {
            return Error::new(Problem::SignInTimeout, message);
        }
        let answers = if foreign == 1 { "answer" } else { "answers" };
        message.push_str(&format!(
            "; {foreign} {answers} without the state of this sign-in arrived"
        ));
        Error::new(Problem::SignInTimeout, message).with_hint(
            "An old window may have sent it, or a server that leaves out the state of an error. Use only the window that the program opens.",
        )
    }
}

async fn serve(listener: tokio::net::TcpListener, server: Arc<CallbackServer>) {
    let mut connections = Connections::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let server = Arc::clone(&server);
                connections
                    .start(|make_room| handle_connection(stream, server, make_room))
                    .await;
            }
            Err(error) => match error.kind() {
                ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset
                | ErrorKind::Interrupted => {}
                _ => {
                    let _ = server
                        .outcome_sender
                        .send(Err(listener_error(&error)))
                        .await;
                    return;
                }
            },
        }
    }
}

/// Answers one request and closes the connection.
async fn handle_connection(
    mut stream: TcpStream,
    server: Arc<CallbackServer>,
    mut make_room: MakeRoom,
) {
    let reading = tokio::time::timeout(CONNECTION_TIMEOUT, Request::read(&mut stream));
    let response = match make_room.or_end(reading).await {
        None | Some(Err(_)) => None,
        Some(Ok(Err(error))) => CallbackResponse::for_error(&error),
        Some(Ok(Ok(request))) => Some(server.handler.respond(&request)),
    };
    let Some(mut response) = response else { return };
    let is_finished = matches!(response.effect, Effect::Finished(_));
    if is_finished && server.is_answered.swap(true, Ordering::AcqRel) {
        response = CallbackResponse::already_answered();
    }
    let page = response.page.to_response(response.status, response.allow);
    let _ = tokio::time::timeout(CLOSE_TIMEOUT, send(&mut stream, &page)).await;
    match response.effect {
        // After the page, because the receiver aborts this task.
        Effect::Finished(outcome) => {
            let _ = server.outcome_sender.send(outcome).await;
            return;
        }
        Effect::ForeignRedirect => {
            server.foreign_redirects.fetch_add(1, Ordering::Relaxed);
        }
        Effect::None => {}
    }
    let draining = tokio::time::timeout(CLOSE_TIMEOUT, drain(&mut stream));
    let _ = make_room.or_end(draining).await;
}

async fn send(stream: &mut TcpStream, response: &[u8]) -> io::Result<()> {
    stream.write_all(response).await?;
    stream.shutdown().await
}

/// Reads the rest of a request. Closing a connection with unread data may discard the response.
async fn drain(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    for _ in 0..256 {
        if !matches!(stream.read(&mut buffer).await, Ok(1..)) {
            return;
        }
    }
}
