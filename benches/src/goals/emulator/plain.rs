//! A client that does little work, so that the measurement is that of the server.

use std::sync::Arc;

use adobe_ims_benches::Result;
use adobe_ims_benches::exchange::PATH;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Returns the bytes of a request.
pub(super) fn request(host: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {PATH} HTTP/1.1\r\n\
         host: {host}\r\n\
         content-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        form.len(),
    )
    .into_bytes()
}

/// Returns the bytes of a request for a resource, with a bearer token if there is one.
pub(super) fn get(host: &str, path: &str, token: Option<&str>) -> Vec<u8> {
    let authorization = token.map_or_else(String::new, |token| {
        format!("authorization: Bearer {token}\r\n")
    });
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{authorization}\r\n").into_bytes()
}

/// A kept-alive connection.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(8192),
        })
    }

    pub(super) async fn open_all(host: &str, count: usize) -> Result<Vec<Self>> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            connections.push(Self::open(host).await?);
        }
        Ok(connections)
    }

    /// Sends the request and returns the body of the response. The response must have status 200 and a
    /// `content-length`.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the emulator closed the connection".into());
            }
            if let Some(start) = complete_body(&self.buffer)? {
                return Ok(&self.buffer[start..]);
            }
        }
    }
}

/// Returns the place where the body begins, once all of it arrived.
fn complete_body(response: &[u8]) -> Result<Option<usize>> {
    let Some(end) = response.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = str::from_utf8(&response[..end])?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("the emulator answers {head}").into());
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .ok_or("the response has no content-length")?;
    let start = end + 4;
    Ok((response.len() - start == length.parse::<usize>()?).then_some(start))
}

/// Sends the request `times` times in total, over all connections at once.
pub(super) async fn exchange_all(
    connections: &mut Vec<Connection>,
    request: &[u8],
    times: usize,
) -> Result<()> {
    let request: Arc<[u8]> = request.into();
    let share = times.div_ceil(connections.len());
    let mut tasks = JoinSet::<Result<Connection>>::new();
    for mut connection in connections.drain(..) {
        let request = request.clone();
        tasks.spawn(async move {
            for _ in 0..share {
                connection.exchange(&request).await?;
            }
            Ok(connection)
        });
    }
    while let Some(done) = tasks.join_next().await {
        connections.push(done??);
    }
    Ok(())
}
