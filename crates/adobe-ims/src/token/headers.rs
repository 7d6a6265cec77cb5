//! The headers of an authenticated call.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName};
use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// `x-api-key`: the client id, which Adobe's gateways demand beside the token (documented by Adobe).
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// `x-gw-ims-org-id`: the organisation, which most of Adobe's APIs demand (documented by Adobe). AEM
/// itself does not.
pub const ORGANIZATION_ID: HeaderName = HeaderName::from_static("x-gw-ims-org-id");

/// The headers with which a token goes to an API, built once per token.
#[derive(Clone, Debug)]
pub struct TokenHeaders {
    authorization: HeaderValue,
    api_key: Option<HeaderValue>,
    organization_id: Option<HeaderValue>,
}

impl TokenHeaders {
    /// `token` must fit a header.
    pub(crate) fn new(
        token: &Secret,
        client_id: Option<&str>,
        organization_id: Option<&str>,
    ) -> Self {
        Self {
            authorization: sensitive(["Bearer ", token.expose()].concat().into_bytes())
                .expect("every way to a token checks that a header can carry it"),
            api_key: client_id.and_then(plain),
            organization_id: organization_id.and_then(plain),
        }
    }

    /// `Authorization: Bearer …`, marked sensitive.
    pub fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// [`API_KEY`]: the client that the token was issued to, by the token's own word or else by its
    /// credentials.
    pub fn api_key(&self) -> Option<&HeaderValue> {
        self.api_key.as_ref()
    }

    /// [`ORGANIZATION_ID`]: the organisation of the credentials; a token does not name it.
    pub fn organization_id(&self) -> Option<&HeaderValue> {
        self.organization_id.as_ref()
    }

    /// Sets all three. What a request already had under these names is replaced, or removed where there
    /// is nothing to replace it: who sends the request does not choose who it is from.
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

    /// The same headers in memory of their own: whoever reads them on another core does not touch the
    /// same reference count.
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

/// A header value that does not show itself and whose memory is overwritten in the end.
fn sensitive(bytes: Vec<u8>) -> Option<HeaderValue> {
    let bytes = Bytes::from_owner(Zeroizing::new(bytes));
    let mut value = HeaderValue::from_maybe_shared(bytes).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// What is not secret; nothing where no header can carry it.
fn plain(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text.trim())
        .ok()
        .filter(|value| !value.is_empty() && value.to_str().is_ok())
}
