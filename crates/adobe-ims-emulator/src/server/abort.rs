//! Streams whose connection can be reset.

use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// A stream that can be closed with a reset.
pub(crate) trait Abort {
    /// Makes the connection end with a reset when the stream is dropped.
    fn abort(&self);
}

impl Abort for TcpStream {
    fn abort(&self) {
        // Without it the connection ends without a reset, but it ends.
        let _ = self.set_zero_linger();
    }
}

impl<S: Abort> Abort for TlsStream<S> {
    fn abort(&self) {
        self.get_ref().0.abort();
    }
}

#[cfg(test)]
impl Abort for tokio::io::DuplexStream {
    fn abort(&self) {}
}
