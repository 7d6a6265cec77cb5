use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::callback::{Reaction, VerifyOptions};
use super::http_request::Request;
use super::{AuthorizationResponse, PendingAuthorization};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::origin::display;
use crate::util::time;

/// A browser on this machine sends its request at once; whoever does not is in the way.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// For what is sent to end, and for what is not wanted to be read away.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Browsers open a few connections more than they need.
const MOST_CONNECTIONS: usize = 64;

/// How the redirect URI names this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoopbackHost {
    /// `localhost`, which clients are mostly registered with (relied upon by a published client).
    #[default]
    Localhost,
    /// `127.0.0.1`, which cannot resolve to anything else (RFC 8252 §8.3).
    Address,
}

/// Waits on this machine, and on it alone, for the browser to come back.
#[derive(Debug)]
pub struct RedirectListener {
    listener: TcpListener,
    port: u16,
    path: String,
}

impl RedirectListener {
    /// Listens on 127.0.0.1, on the first of these ports that is free; 0 is any. `path` is that of the
    /// redirect URI.
    ///
    /// # Errors
    /// [`Problem::SignInPortInUse`] when none is free; [`Problem::SignInListener`] for any other failure;
    /// [`Problem::RedirectInvalid`] for a path that is none.
    pub fn bind(ports: &[u16], path: &str) -> Result<Self> {
        let is_path = path.starts_with('/')
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte));
        if !is_path {
            let what = format!("{path:?} is no path of a redirect URI");
            return Err(Error::new(Problem::RedirectInvalid, what));
        }
        let mut failed = None;
        for port in ports {
            match listen(*port) {
                Ok((listener, port)) => {
                    return Ok(Self {
                        listener,
                        port,
                        path: path.to_owned(),
                    });
                }
                Err(error) => failed = Some(error),
            }
        }
        let display: Vec<String> = ports.iter().map(u16::to_string).collect();
        let display = display.join(", ");
        Err(match failed {
            Some(error) if error.kind() == ErrorKind::AddrInUse => {
                let what = format!("another program listens on 127.0.0.1, port {display}");
                Error::new(Problem::SignInPortInUse, what)
            }
            Some(error) => {
                let what = format!("cannot listen on 127.0.0.1, port {display}: {error}");
                Error::new(Problem::SignInListener, what)
            }
            None => Error::new(Problem::SignInListener, "there is no port to listen on"),
        })
    }

    /// Listens where this redirect URI leads: `http`, `localhost` or `127.0.0.1`, with its port and path.
    ///
    /// # Errors
    /// [`Problem::RedirectInvalid`] for one that leads elsewhere; as for [`bind`](Self::bind).
    pub fn at(redirect_uri: &str) -> Result<Self> {
        let elsewhere = || {
            let redirect_uri = display(redirect_uri);
            let what = format!("nobody can listen at {redirect_uri} for the browser to come back");
            Error::new(Problem::RedirectInvalid, what)
                .with_hint("the listener is at http://localhost or http://127.0.0.1, with a port")
        };
        let uri: Uri = redirect_uri.parse().map_err(|_| elsewhere())?;
        let is_here = uri.scheme_str() == Some("http")
            && uri
                .host()
                .is_some_and(|host| host == "127.0.0.1" || host.eq_ignore_ascii_case("localhost"));
        match uri.port_u16().unwrap_or(80) {
            port @ 1.. if is_here => Self::bind(&[port], uri.path()),
            _ => Err(elsewhere()),
        }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The redirect URI, for the request.
    pub fn redirect_uri(&self, name: LoopbackHost) -> String {
        let host = match name {
            LoopbackHost::Localhost => "localhost",
            LoopbackHost::Address => "127.0.0.1",
        };
        let path = if self.path == "/" { "" } else { &self.path };
        format!("http://{host}:{}{path}", self.port)
    }

    /// Waits this long for the browser to come back with the answer of this sign-in, tells the person there
    /// whether it worked, and ends. Whatever else comes (icons, spare connections, other programs, requests
    /// that are slow, large or for another host) is turned away and does not end the wait; the first request
    /// for the redirect URI that says anything does, also when what it says is wrong.
    ///
    /// # Errors
    /// What [`PendingAuthorization::read`] says; [`Problem::SignInTimeout`]; [`Problem::SignInListener`].
    pub async fn wait_for_redirect(
        self,
        pending: &PendingAuthorization,
        patience: Duration,
    ) -> Result<AuthorizationResponse> {
        let listener = tokio::net::TcpListener::from_std(self.listener).map_err(|e| broken(&e))?;
        let expected = VerifyOptions {
            port: self.port,
            path: self.path,
            pending: pending.clone(),
        };
        let (emit, mut reported) = mpsc::channel(1);
        let desk = Arc::new(CallbackServer {
            expected,
            is_answered: AtomicBool::new(false),
            emit,
        });
        // Ends with everything it spawned when it is dropped.
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, desk));
        match timeout(patience, reported.recv()).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => Err(broken(&io::Error::from(ErrorKind::ConnectionAborted))),
            Err(_) => {
                let patience = time::human(patience);
                let what = format!("nobody signed in within {patience}");
                Err(Error::new(Problem::SignInTimeout, what))
            }
        }
    }
}

fn listen(port: u16) -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

fn broken(error: &io::Error) -> Error {
    let what = format!("waiting for the browser ended early: {error}");
    Error::new(Problem::SignInListener, what)
}

struct CallbackServer {
    expected: VerifyOptions,
    is_answered: AtomicBool,
    emit: mpsc::Sender<Result<AuthorizationResponse>>,
}

async fn serve(listener: tokio::net::TcpListener, desk: Arc<CallbackServer>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= MOST_CONNECTIONS {
            connections.join_next().await;
        }
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(attend(stream, Arc::clone(&desk)));
            }
            Err(error) => match error.kind() {
                ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset
                | ErrorKind::Interrupted => {}
                _ => {
                    let _ = desk.emit.send(Err(broken(&error))).await;
                    return;
                }
            },
        }
    }
}

/// One connection, one request.
async fn attend(mut stream: TcpStream, desk: Arc<CallbackServer>) {
    let read = timeout(CONNECTION_TIMEOUT, Request::read(&mut stream)).await;
    let reaction = match read {
        Err(_) => None,
        Ok(Err(why)) => Reaction::unreadable(&why),
        Ok(Ok(request)) => Some(desk.expected.react(&request)),
    };
    let Some(mut reaction) = reaction else { return };
    let mut outcome = reaction.outcome.take();
    if outcome.is_some() && desk.is_answered.swap(true, Ordering::AcqRel) {
        (reaction, outcome) = (Reaction::too_late(), None);
    }
    let response = reaction.page.response(reaction.status, reaction.allow);
    let _ = timeout(CLOSE_TIMEOUT, send(&mut stream, &response)).await;
    match outcome {
        // After the page: whoever waits for this ends everything here.
        Some(outcome) => {
            let _ = desk.emit.send(outcome).await;
        }
        None => {
            let _ = timeout(CLOSE_TIMEOUT, read_away(&mut stream)).await;
        }
    }
}

async fn send(stream: &mut TcpStream, response: &[u8]) -> io::Result<()> {
    stream.write_all(response).await?;
    stream.shutdown().await
}

/// A connection that is closed with something unread may take the response with it.
async fn read_away(stream: &mut TcpStream) {
    let mut left = [0; 4096];
    for _ in 0..256 {
        if !matches!(stream.read(&mut left).await, Ok(1..)) {
            return;
        }
    }
}
