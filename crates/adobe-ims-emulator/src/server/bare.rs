//! Responses that are written without hyper: those to requests that hyper could not read, and those
//! that a fault sends in part.

use std::io;
use std::time::Duration;

use http::HeaderValue;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::{sleep_until, timeout};

use crate::http::response::Response;
use crate::server::abort::Abort;
use crate::server::paced_body::Pace;

/// The effect of a fault on a connection. The connection ends with it.
#[derive(Debug)]
pub(crate) enum Takeover {
    Reset,
    Send {
        response: Response,
        body_length: usize,
        over: Duration,
        /// The request was `HEAD`.
        without_body: bool,
    },
}

impl Takeover {
    /// Sends a whole response.
    pub(crate) fn of_response(response: Response) -> Self {
        Self::Send {
            body_length: response.body().len(),
            response,
            over: Duration::ZERO,
            without_body: false,
        }
    }

    /// Acts on the stream. A client that reads nothing holds it for `patience` at most, beside the
    /// time that the body takes.
    pub(crate) async fn act<S: AsyncWrite + Abort + Unpin>(
        self,
        mut stream: S,
        patience: Duration,
    ) {
        match self {
            Self::Reset => stream.abort(),
            Self::Send {
                response,
                body_length,
                over,
                without_body,
            } => {
                let length = if without_body { 0 } else { body_length };
                let sent = send(&mut stream, response, length, over);
                // The client may have gone, or may not read.
                let _ = timeout(over + patience, sent).await;
            }
        }
    }
}

/// Writes a response with a part of its body, and closes the stream.
pub(crate) async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    response: Response,
    body_length: usize,
    over: Duration,
) -> io::Result<()> {
    stream.write_all(&head(&response)).await?;
    stream.flush().await?;
    let body = response.into_body();
    let mut pace = Pace::new(body.slice(..body_length.min(body.len())), over);
    while let Some(due) = pace.next_due() {
        if !over.is_zero() {
            sleep_until(due).await;
        }
        stream.write_all(&pace.take()).await?;
        stream.flush().await?;
    }
    stream.shutdown().await
}

/// Returns the bytes of the head. The length is that of the whole body, unless the response has a
/// framing of its own.
fn head(response: &Response) -> Vec<u8> {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_str()).into_bytes();
    let mut add = |name: &str, value: &HeaderValue| {
        for part in [name.as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    };
    let headers = response.headers();
    for (name, value) in headers {
        add(name.as_str(), value);
    }
    let has_framing =
        headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    let has_body = !matches!(status.as_u16(), 204 | 304);
    if has_body && !has_framing {
        add(
            CONTENT_LENGTH.as_str(),
            &HeaderValue::from(response.body().len()),
        );
    }
    if !headers.contains_key(CONNECTION) {
        add(CONNECTION.as_str(), &HeaderValue::from_static("close"));
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}
