use core::fmt;
use std::time::Duration;

use http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::{Body, failure};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::time;

/// The content of a response that is read while it comes, whatever its size.
///
/// It is read on the runtime that it was asked for on.
pub struct BodyStream {
    content: Incoming,
    status: StatusCode,
    host: String,
    patience: Duration,
}

impl BodyStream {
    pub(super) fn of(
        response: Response<Incoming>,
        host: &str,
        patience: Duration,
    ) -> Response<Self> {
        let status = response.status();
        response.map(|content| Self {
            content,
            status,
            host: host.to_owned(),
            patience,
        })
    }

    /// The next piece, or nothing at the end. The transport's time allowed is that of each piece.
    ///
    /// # Errors
    /// [`Problem::AnswerTruncated`] when it broke off, [`Problem::DeadlineExceeded`] when no more came.
    pub async fn next(&mut self) -> Result<Option<Body>> {
        loop {
            let piece = tokio::time::timeout(self.patience, self.content.frame());
            let piece = piece.await.map_err(|_| self.stuck())?;
            let Some(frame) = piece
                .transpose()
                .map_err(|error| failure::broken_off(&self.host, self.status).with_source(error))?
            else {
                return Ok(None);
            };
            // What is no data are trailers.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(Body::from_bytes(data)));
            }
        }
    }

    fn stuck(&self) -> Error {
        let what = format!(
            "the answer of {} ({}) stopped before its end: nothing came for {}",
            self.host,
            self.status,
            time::human(self.patience)
        );
        Error::new(Problem::DeadlineExceeded, what)
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
