//! The token endpoint of the peers: an HTTP server on loopback that gives every request the same token
//! after a delay.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::{Result, token};

/// The latency of a herd's source.
pub const LATENCY: Duration = Duration::from_millis(50);

/// The runtime of tasks that outlive the runtimes of the cases. It idles while the cases read cached
/// tokens.
static BACKGROUND: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build()
});

/// Returns a runtime that lives as long as the process.
///
/// # Errors
/// Fails when the runtime cannot be built.
pub fn background() -> Result<&'static Runtime> {
    BACKGROUND
        .as_ref()
        .map_err(|error| error.to_string().into())
}

/// Waits for the given time.
pub async fn sleep(time: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the benchmark measures real latency"
    )]
    tokio::time::sleep(time).await;
}

/// A running server.
#[derive(Clone, Debug)]
pub struct Source {
    address: SocketAddr,
    exchanges: Arc<AtomicUsize>,
}

impl Source {
    /// Starts a server that answers each request after `latency`.
    ///
    /// # Errors
    /// Fails when the server cannot listen.
    pub fn start(latency: Duration) -> Result<Self> {
        let background = background()?;
        let listener = background.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let source = Self {
            address: listener.local_addr()?,
            exchanges: Arc::default(),
        };
        background.spawn(source.clone().serve(listener, latency));
        Ok(source)
    }

    /// Returns the URL of the token endpoint.
    pub fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// Returns the counter of the requests.
    pub fn exchanges(&self) -> Arc<AtomicUsize> {
        self.exchanges.clone()
    }

    async fn serve(self, listener: TcpListener, latency: Duration) -> Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            // The server ignores a client that disconnects.
            tokio::spawn(serve_connection(stream, latency, self.exchanges.clone()));
        }
    }
}

async fn serve_connection(
    mut stream: TcpStream,
    latency: Duration,
    exchanges: Arc<AtomicUsize>,
) -> Result<()> {
    stream.set_nodelay(true)?;
    let body = token::response();
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    );
    let mut received = Vec::new();
    while stream.read_buf(&mut received).await? > 0 {
        if is_complete(&received) {
            exchanges.fetch_add(1, Ordering::Relaxed);
            received.clear();
            sleep(latency).await;
            stream.write_all(response.as_bytes()).await?;
        }
    }
    Ok(())
}

/// Returns true if the request arrived with all of its body.
fn is_complete(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse().ok());
    request.len() - end - 4 >= length.unwrap_or(0)
}
