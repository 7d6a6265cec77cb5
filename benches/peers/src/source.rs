//! Where the peers get their tokens: an HTTP server on loopback which gives every request the same
//! one, after a while.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::{Result, token};

/// What the source of a herd takes.
pub const LATENCY: Duration = Duration::from_millis(50);

/// For what must go on while the runtimes of the cases come and go. It idles while cached tokens
/// are read.
static BACKGROUND: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build()
});

/// A runtime that lives as long as the process.
///
/// # Errors
/// When there is none to be had.
pub fn background() -> Result<&'static Runtime> {
    BACKGROUND
        .as_ref()
        .map_err(|error| error.to_string().into())
}

/// Lets so much time go by.
pub async fn sleep(time: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the latency is what is measured")]
    tokio::time::sleep(time).await;
}

/// A server that runs.
#[derive(Clone, Debug)]
pub struct Source {
    address: SocketAddr,
    exchanges: Arc<AtomicUsize>,
}

impl Source {
    /// Starts one whose every answer takes so long.
    ///
    /// # Errors
    /// When it cannot listen.
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

    /// The address of its token endpoint.
    pub fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// How often it was asked.
    pub fn exchanges(&self) -> Arc<AtomicUsize> {
        self.exchanges.clone()
    }

    async fn serve(self, listener: TcpListener, latency: Duration) -> Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            // A client that goes away is none of the server's business.
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
    let body = token::answer();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    );
    let mut received = Vec::new();
    while stream.read_buf(&mut received).await? > 0 {
        if is_complete(&received) {
            exchanges.fetch_add(1, Ordering::Relaxed);
            received.clear();
            sleep(latency).await;
            stream.write_all(answer.as_bytes()).await?;
        }
    }
    Ok(())
}

/// Whether the request is there with all of its body.
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
