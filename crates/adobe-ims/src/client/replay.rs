/// How the body of a request is kept, so that the request can be sent a second time after a 401.
///
/// A function `Fn(&B) -> Option<B>` is one as well.
pub trait Replay<B> {
    /// Another copy of a body that was not sent yet; `None` if there cannot be one.
    fn copy(&self, body: &B) -> Option<B>;
}

/// Clones the body: for those whose clone is the whole body again, such as `Full<Bytes>` and `String`.
/// This is the usual one.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloneBody;

/// Sends no request twice: for bodies that are streams.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoReplay;

impl<B: Clone> Replay<B> for CloneBody {
    fn copy(&self, body: &B) -> Option<B> {
        Some(body.clone())
    }
}

impl<B> Replay<B> for NoReplay {
    fn copy(&self, _: &B) -> Option<B> {
        None
    }
}

impl<B, F: Fn(&B) -> Option<B>> Replay<B> for F {
    fn copy(&self, body: &B) -> Option<B> {
        self(body)
    }
}
