use core::pin::Pin;
use core::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::upload_body::{UploadBody, UploadError};

/// The content of a request of either kind. One type, so that both kinds share the connections.
pub(super) enum RequestBody {
    Memory(Full<Bytes>),
    Upload(Box<UploadBody>),
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        match self.get_mut() {
            Self::Memory(body) => Pin::new(body)
                .poll_frame(cx)
                .map_err(|never| match never {}),
            Self::Upload(body) => body.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Memory(body) => body.is_end_stream(),
            Self::Upload(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Memory(body) => body.size_hint(),
            Self::Upload(body) => body.size_hint(),
        }
    }
}
