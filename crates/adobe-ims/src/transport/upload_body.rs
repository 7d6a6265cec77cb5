use core::fmt;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::task::{Context, Poll, ready};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;

type BoxError = Box<dyn StdError + Send + Sync>;

/// The content of a request that is read piece by piece while it is sent. Its length is known before.
///
/// It can be read once, so a transport sends it once.
///
/// ```
/// use adobe_ims::transport::UploadBody;
///
/// let body = UploadBody::from("<form1><name>Sarah</name></form1>");
/// assert_eq!(body.length(), 33);
/// ```
pub struct UploadBody {
    content: UnsyncBoxBody<Bytes, BoxError>,
    length: u64,
    /// The bytes that are still to come.
    rest: u64,
    progress: Arc<Progress>,
}

impl UploadBody {
    /// Creates the content from a body of exactly `length` bytes. A body with more or fewer bytes fails while it is sent.
    /// Its trailers are not sent.
    pub fn new<B>(length: u64, body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self {
            content: body.map_err(Into::into).boxed_unsync(),
            length,
            rest: length,
            progress: Arc::new(Progress::new()),
        }
    }

    /// Returns the length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        loop {
            if self.progress.is_abandoned() {
                return Poll::Ready(Some(Err(UploadError::Abandoned)));
            }
            let frame = match ready!(Pin::new(&mut self.content).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(UploadError::Failed(error)))),
                None if self.rest > 0 => return Poll::Ready(Some(Err(UploadError::TooShort))),
                None => return Poll::Ready(None),
            };
            // The other kind of frame holds trailers.
            if let Ok(piece) = frame.into_data() {
                return Poll::Ready(Some(self.accept(piece)));
            }
        }
    }

    /// An end that the body itself does not announce is found by the next call of `poll_frame`, so that a body with too
    /// many bytes is found, too.
    pub(super) fn is_end_stream(&self) -> bool {
        self.rest == 0 && self.content.is_end_stream()
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest)
    }

    fn accept(&mut self, piece: Bytes) -> Result<Frame<Bytes>, UploadError> {
        let rest = self.rest.checked_sub(piece.len() as u64);
        self.rest = rest.ok_or(UploadError::TooLong)?;
        self.progress.note();
        Ok(Frame::data(piece))
    }
}

impl<T: Into<Bytes>> From<T> for UploadBody {
    fn from(content: T) -> Self {
        let content = content.into();
        Self::new(content.len() as u64, Full::new(content))
    }
}

impl fmt::Debug for UploadBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadBody({} bytes)", self.length)
    }
}

/// The reason why a content was not sent to its end.
#[derive(Debug)]
pub(super) enum UploadError {
    /// The body failed.
    Failed(BoxError),
    /// The body has fewer bytes than its length says.
    TooShort,
    /// The body has more bytes than its length says.
    TooLong,
    /// Nobody waits for the rest of the answer.
    Abandoned,
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::TooShort => f.write_str("it is shorter than was announced"),
            Self::TooLong => f.write_str("it is longer than was announced"),
            Self::Abandoned => f.write_str("the request was given up"),
        }
    }
}

impl StdError for UploadError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Failed(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

/// The state of an upload, which its sender and the reader of the answer share.
#[derive(Debug)]
pub(super) struct Progress {
    start: Instant,
    /// The milliseconds from the start to the last piece.
    last: AtomicU64,
    is_abandoned: AtomicBool,
}

impl Progress {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            last: AtomicU64::new(0),
            is_abandoned: AtomicBool::new(false),
        }
    }

    fn note(&self) {
        let elapsed = self.start.elapsed().as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        self.last.store(elapsed, Ordering::Relaxed);
    }

    /// Returns the moment at which the transport took the last piece.
    pub(super) fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }

    fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }
}

/// Ends an upload when it is dropped: the answer is no longer read, so the rest of the content would be sent for nothing.
#[derive(Debug)]
pub(super) struct UploadGuard(pub(super) Arc<Progress>);

impl Drop for UploadGuard {
    fn drop(&mut self) {
        self.0.is_abandoned.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use core::future::poll_fn;

    use super::*;

    fn read(mut body: UploadBody) -> Result<usize, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(async {
            let mut length = 0;
            while let Some(frame) = poll_fn(|cx| body.poll_frame(cx)).await {
                let frame = frame.map_err(|error| error.to_string())?;
                length += frame.into_data().map_or(0, |piece| piece.len());
            }
            Ok(length)
        })
    }

    #[test]
    fn length_that_is_not_that_of_the_body_is_an_error() {
        let body = |length| UploadBody::new(length, Full::new(Bytes::from("12345")));
        assert_eq!(read(body(5)), Ok(5));
        let error = read(body(6)).unwrap_err();
        assert_eq!(error, "it is shorter than was announced");
        let error = read(body(4)).unwrap_err();
        assert_eq!(error, "it is longer than was announced");
        assert_eq!(read(UploadBody::from(Bytes::new())), Ok(0));
    }

    #[test]
    fn content_is_not_sent_on_when_the_answer_is_dropped() {
        let body = UploadBody::from("12345");
        drop(UploadGuard(body.progress()));
        assert_eq!(read(body), Err("the request was given up".to_owned()));
    }
}
