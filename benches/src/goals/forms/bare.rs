//! hyper's bare HTTP/1.1 client on a kept-alive connection.

use adobe_ims_benches::Result;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::aem::{DOCUMENT, Recorded};
use super::client::PATH;

/// A connection. It lives as long as the runtime that opened it.
pub(super) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    pub(super) async fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(requests))
    }

    /// Posts the same request again and reads the whole document.
    pub(super) async fn post(&mut self, recorded: &Recorded) -> Result<Bytes> {
        let mut request = Request::post(PATH).body(Full::new(recorded.body.clone()))?;
        request.headers_mut().clone_from(&recorded.headers);
        self.0.ready().await?;
        let response = self.0.send_request(request).await?;
        let status = response.status();
        let document = response.into_body().collect().await?.to_bytes();
        if status != 200 || document.len() != DOCUMENT {
            return Err(format!("{status} with {} bytes", document.len()).into());
        }
        Ok(document)
    }
}
