//! The headers of a request with a token.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName};
use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// `x-api-key`: the client id, which Adobe's gateways demand with the token (documented by Adobe).
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// `x-gw-ims-org-id`: the organisation, which most of Adobe's APIs demand (documented by Adobe). AEM itself does not.
pub const ORGANIZATION_ID: HeaderName = HeaderName::from_static("x-gw-ims-org-id");

/// The headers that carry a token to an API, built once per token.
///
/// ```
/// use adobe_ims::AccessToken;
///
/// let token = AccessToken::new("eyJ0".into())?.with_identity(Some("my-client"), None);
/// let mut headers = http::HeaderMap::new();
/// token.headers().apply(&mut headers);
/// assert_eq!(headers["x-api-key"], "my-client");
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TokenHeaders {
    authorization: HeaderValue,
    api_key: Option<HeaderValue>,
    organization_id: Option<HeaderValue>,
}

impl TokenHeaders {
    /// Creates the headers. The token must be visible ASCII.
    pub(crate) fn new(
        token: &Secret,
        client_id: Option<&str>,
        organization_id: Option<&str>,
    ) -> Self {
        Self {
            authorization: sensitive(["Bearer ", token.expose()].concat().into_bytes())
                .expect("a token is visible ASCII, which its constructor checks"),
            api_key: client_id.and_then(plain),
            organization_id: organization_id.and_then(plain),
        }
    }

    /// Returns `Authorization: Bearer …`, marked sensitive.
    pub fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// Returns [`API_KEY`]: the client id in the token, else that of its credentials.
    pub fn api_key(&self) -> Option<&HeaderValue> {
        self.api_key.as_ref()
    }

    /// Returns [`ORGANIZATION_ID`]: the organisation of the credentials. A token does not name it.
    pub fn organization_id(&self) -> Option<&HeaderValue> {
        self.organization_id.as_ref()
    }

    /// Sets all three headers. Values that a request already has are replaced, or removed if this token has none: the
    /// sender of a request must not choose the identity.
    pub fn apply(&self, headers: &mut HeaderMap) {
        headers.insert(AUTHORIZATION, self.authorization.clone());
        for (name, value) in [
            (API_KEY, &self.api_key),
            (ORGANIZATION_ID, &self.organization_id),
        ] {
            match value {
                Some(value) => drop(headers.insert(name, value.clone())),
                None => drop(headers.remove(name)),
            }
        }
    }

    /// Copies the headers to memory of their own, so that readers on several cores do not share a reference count.
    pub(crate) fn unshared(&self) -> Self {
        let copy = |value: &HeaderValue| HeaderValue::from_bytes(value.as_bytes()).ok();
        Self {
            authorization: sensitive(self.authorization.as_bytes().to_vec())
                .unwrap_or_else(|| self.authorization.clone()),
            api_key: self.api_key.as_ref().and_then(copy),
            organization_id: self.organization_id.as_ref().and_then(copy),
        }
    }
}

/// Creates a header value that hides itself in `Debug` and whose memory is overwritten when it is dropped.
fn sensitive(bytes: Vec<u8>) -> Option<HeaderValue> {
    let bytes = Bytes::from_owner(Zeroizing::new(bytes));
    let mut value = HeaderValue::from_maybe_shared(bytes).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Creates the value of a header that is not secret. Returns `None` if no header can carry it.
fn plain(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text.trim())
        .ok()
        .filter(|value| !value.is_empty() && value.to_str().is_ok())
}
