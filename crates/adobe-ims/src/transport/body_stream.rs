use core::fmt;
use std::time::Duration;

use http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};

use super::upload_body::UploadGuard;
use super::{Body, failure};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::time;

/// The content of a response of any size. The caller reads it piece by piece while it arrives.
///
/// It must be read on the runtime that sent the request.
///
/// ```no_run
/// use adobe_ims::http::Request;
/// use adobe_ims::transport::Body;
/// use adobe_ims::{HttpTransport, Result};
///
/// # async fn example(transport: HttpTransport, request: Request<Body>) -> Result<()> {
/// let mut response = transport.stream(request).await?;
/// let mut length = 0;
/// while let Some(piece) = response.body_mut().next().await? {
///     length += piece.as_bytes().len();
/// }
/// # Ok(())
/// # }
/// ```
pub struct BodyStream {
    content: Incoming,
    status: StatusCode,
    host: String,
    timeout: Duration,
    /// The content of the request, of which a part may still be on its way.
    _upload: Option<UploadGuard>,
}

impl BodyStream {
    pub(super) fn from_response(
        response: Response<Incoming>,
        host: &str,
        timeout: Duration,
        upload: Option<UploadGuard>,
    ) -> Response<Self> {
        let status = response.status();
        response.map(|content| Self {
            content,
            status,
            host: host.to_owned(),
            timeout,
            _upload: upload,
        })
    }

    /// Returns the bytes that are still to come, if the server announced the length of its answer.
    pub fn remaining(&self) -> Option<u64> {
        self.content.size_hint().exact()
    }

    /// Returns the next piece, or `None` at the end. The timeout of the transport applies to each piece.
    ///
    /// # Errors
    /// [`Problem::AnswerTruncated`] when the content broke off, [`Problem::DeadlineExceeded`] when no more came.
    pub async fn next(&mut self) -> Result<Option<Body>> {
        loop {
            let frame = tokio::time::timeout(self.timeout, self.content.frame());
            let frame = frame.await.map_err(|_| self.timed_out())?;
            let Some(frame) = frame
                .transpose()
                .map_err(|error| failure::truncated(&self.host, self.status).with_source(error))?
            else {
                return Ok(None);
            };
            // The other kind of frame holds trailers.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(Body::from_bytes(data)));
            }
        }
    }

    fn timed_out(&self) -> Error {
        let message = format!(
            "the answer of {} ({}) stopped before its end: nothing came for {}",
            self.host,
            self.status,
            time::human(self.timeout)
        );
        Error::new(Problem::DeadlineExceeded, message)
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream")
            .field("host", &self.host)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
