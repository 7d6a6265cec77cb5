//! A server that answers each request with the next step of a script. It runs on the runtime of the test, so that a paused
//! clock does not pass while an answer is on its way.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The reaction of the server to a request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes and ends the connection.
    SendAndClose(Vec<u8>),
    /// Waits and sends these bytes.
    SendAfter(Duration, Vec<u8>),
    /// Ends the connection.
    Close,
}

/// A request that was read whole.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Recorded {
    /// Returns the value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    script: Vec<Step>,
    connections: usize,
    requests: Vec<Recorded>,
}

impl Server {
    /// Starts a server. The last step is repeated.
    pub(crate) async fn start(script: impl Into<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            script: script.into(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the number of connections that were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.state.lock().unwrap().requests.clone()
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    while let Some(request) = read(&mut stream).await {
        let step = {
            let mut state = state.lock().unwrap();
            let index = state.requests.len().min(state.script.len() - 1);
            state.requests.push(request);
            state.script[index].clone()
        };
        let answer = match step {
            Step::Send(answer) => answer,
            Step::SendAndClose(answer) => {
                let _ = stream.write_all(&answer).await;
                return;
            }
            Step::SendAfter(pause, answer) => {
                wait(pause).await;
                answer
            }
            Step::Close => return,
        };
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// The clock of the tests is paused.
async fn wait(pause: Duration) {
    let _ = tokio::time::timeout(pause, core::future::pending::<()>()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Recorded> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut recorded = Recorded {
                head,
                body: bytes.split_off(end + 4),
            };
            let length = recorded.header("content-length");
            let length = length.map_or(0, |length| length.parse().unwrap());
            while recorded.body.len() < length {
                let count = stream.read(&mut buffer).await.ok()?;
                recorded.body.extend_from_slice(&buffer[..count]);
                if count == 0 {
                    return None;
                }
            }
            return Some(recorded);
        }
        let count = stream.read(&mut buffer).await.ok()?;
        bytes.extend_from_slice(&buffer[..count]);
        if count == 0 {
            return None;
        }
    }
}

/// Returns an answer with its length. `head` is the status with its reason, and the other headers, a line each.
pub(crate) fn answer(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = head.replace('\n', "\r\n");
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Returns the content of an answer in parts with the boundary `b`: head and content of each.
pub(crate) fn parts(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        let head = head.replace('\n', "\r\n");
        body.extend_from_slice(format!("--b\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}
