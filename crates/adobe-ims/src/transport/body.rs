use core::fmt;

use bytes::Bytes;

/// The content of a request or a response.
///
/// It may hold secrets and tokens. `Debug` shows its length only.
///
/// ```
/// use adobe_ims::transport::Body;
///
/// let body = Body::from("client_secret=SECRET");
/// assert_eq!(format!("{body:?}"), "Body(20 bytes)");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body(Bytes);

impl Body {
    /// Returns the content.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }

    pub(crate) fn from_bytes(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl<T: Into<Vec<u8>>> From<T> for Body {
    fn from(content: T) -> Self {
        Self(Bytes::from(content.into()))
    }
}

impl From<Body> for Bytes {
    fn from(body: Body) -> Self {
        body.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}
