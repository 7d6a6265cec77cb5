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

use super::callback::{Expected, Reaction};
use super::http_request::Request;
use super::{PendingSignIn, Redirected};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::origin::shown;
use crate::util::time;

/// A browser on this machine sends its request at once; whoever does not is in the way.
const PATIENCE_WITH_ONE: Duration = Duration::from_secs(10);

/// For what is sent to end, and for what is not wanted to be read away.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(2);

/// Browsers open a few connections more than they need.
const MOST_CONNECTIONS: usize = 64;

/// How the redirect URI names this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoopbackName {
    /// `localhost`, which clients are mostly registered with (relied upon by a published client).
    #[default]
    Localhost,
    /// `127.0.0.1`, which cannot resolve to anything else (RFC 8252 §8.3).
    Address,
}

/// Waits on this machine, and on it alone, for the browser to come back.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    port: u16,
    path: String,
}

impl Loopback {
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
        let shown: Vec<String> = ports.iter().map(u16::to_string).collect();
        let shown = shown.join(", ");
        Err(match failed {
            Some(error) if error.kind() == ErrorKind::AddrInUse => {
                let what = format!("another program listens on 127.0.0.1, port {shown}");
                Error::new(Problem::SignInPortInUse, what)
            }
            Some(error) => {
                let what = format!("cannot listen on 127.0.0.1, port {shown}: {error}");
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
            let redirect_uri = shown(redirect_uri);
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
    pub fn redirect_uri(&self, name: LoopbackName) -> String {
        let host = match name {
            LoopbackName::Localhost => "localhost",
            LoopbackName::Address => "127.0.0.1",
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
    /// What [`PendingSignIn::read`] says; [`Problem::SignInTimeout`]; [`Problem::SignInListener`].
    pub async fn answer(self, pending: &PendingSignIn, patience: Duration) -> Result<Redirected> {
        let listener = tokio::net::TcpListener::from_std(self.listener).map_err(|e| broken(&e))?;
        let expected = Expected {
            port: self.port,
            path: self.path,
            pending: pending.clone(),
        };
        let (tell, mut told) = mpsc::channel(1);
        let desk = Arc::new(Desk {
            expected,
            is_answered: AtomicBool::new(false),
            tell,
        });
        // Ends with everything it spawned when it is dropped.
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, desk));
        match timeout(patience, told.recv()).await {
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

struct Desk {
    expected: Expected,
    is_answered: AtomicBool,
    tell: mpsc::Sender<Result<Redirected>>,
}

async fn serve(listener: tokio::net::TcpListener, desk: Arc<Desk>) {
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
                    let _ = desk.tell.send(Err(broken(&error))).await;
                    return;
                }
            },
        }
    }
}

/// One connection, one request.
async fn attend(mut stream: TcpStream, desk: Arc<Desk>) {
    let read = timeout(PATIENCE_WITH_ONE, Request::read(&mut stream)).await;
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
    let _ = timeout(PATIENCE_AT_THE_END, send(&mut stream, &response)).await;
    match outcome {
        // After the page: whoever waits for this ends everything here.
        Some(outcome) => {
            let _ = desk.tell.send(outcome).await;
        }
        None => {
            let _ = timeout(PATIENCE_AT_THE_END, read_away(&mut stream)).await;
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
