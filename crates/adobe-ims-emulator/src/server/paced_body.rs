//! Response bodies, which may be sent slowly.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::server::connections::{Phase, Place};

/// The number of pieces of a slow body.
const PIECES: usize = 20;

/// The pieces of a body, and the times at which they are due.
pub(crate) struct Pace {
    rest: Bytes,
    piece: usize,
    interval: Duration,
    due: Instant,
}

impl Pace {
    /// Spreads a body over a time. The last piece comes at its end.
    pub(crate) fn new(body: Bytes, over: Duration) -> Self {
        let piece = body.len().div_ceil(PIECES).max(1);
        let pieces = u32::try_from(body.len().div_ceil(piece)).unwrap_or(1);
        let interval = over / pieces.max(1);
        Self {
            rest: body,
            piece,
            interval,
            due: Instant::now() + interval,
        }
    }

    /// Returns the time of the next piece, or `None` after the last one.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        (!self.rest.is_empty()).then_some(self.due)
    }

    /// Returns the next piece.
    pub(crate) fn take(&mut self) -> Bytes {
        self.due += self.interval;
        self.rest.split_to(self.piece.min(self.rest.len()))
    }
}

/// The body of a response.
pub(crate) enum ResponseBody {
    Whole(Bytes),
    Slow(Box<SlowBody>),
}

pub(crate) struct SlowBody {
    pace: Pace,
    timer: Pin<Box<Sleep>>,
    /// Busy until the body ends.
    place: Arc<Place>,
}

impl ResponseBody {
    pub(crate) fn slow(body: Bytes, over: Duration, place: Arc<Place>) -> Self {
        let pace = Pace::new(body, over);
        let timer = Box::pin(tokio::time::sleep_until(pace.due));
        Self::Slow(Box::new(SlowBody { pace, timer, place }))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let slow = match self.get_mut() {
            Self::Whole(body) => {
                let body = std::mem::take(body);
                return Poll::Ready((!body.is_empty()).then(|| Ok(Frame::data(body))));
            }
            Self::Slow(slow) => slow,
        };
        let Some(due) = slow.pace.next_due() else {
            return Poll::Ready(None);
        };
        if slow.timer.deadline() != due {
            slow.timer.as_mut().reset(due);
        }
        std::task::ready!(slow.timer.as_mut().poll(context));
        Poll::Ready(Some(Ok(Frame::data(slow.pace.take()))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_empty(),
            Self::Slow(slow) => slow.pace.rest.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let rest = match self {
            Self::Whole(body) => body,
            Self::Slow(slow) => &slow.pace.rest,
        };
        SizeHint::with_exact(rest.len() as u64)
    }
}

impl Drop for SlowBody {
    fn drop(&mut self) {
        self.place.enter(Phase::Idle);
    }
}
