//! Copies the bodies of requests, so that they can be sent again after a 401.

/// A way to copy the body of a request.
///
/// Functions `Fn(&B) -> Option<B>` implement it.
///
/// ```
/// use adobe_ims::client::{CloneBody, NoReplay, Replay};
///
/// let body = "content".to_owned();
/// assert_eq!(CloneBody.copy(&body), Some(body.clone()));
/// assert_eq!(NoReplay.copy(&body), None);
/// let short_only = |body: &String| (body.len() < 4).then(|| body.clone());
/// assert_eq!(short_only.copy(&body), None);
/// ```
pub trait Replay<B> {
    /// Returns a copy of a body that was not sent yet, or `None` if it cannot be copied.
    fn copy(&self, body: &B) -> Option<B>;
}

/// Clones the body. It is the default, for bodies whose clone has the whole content: `Full<Bytes>`, `String`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloneBody;

/// Copies no body, so that no request is sent twice. It is for bodies that are streams.
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
