//! Adds tokens to the requests of an HTTP client that a program already has.
//!
//! | Client | Feature | Type |
//! |---|---|---|
//! | any `tower` service of HTTP requests, such as the client of hyper-util | `tower` | `AuthorizeLayer` |
//! | reqwest 0.13 with reqwest-middleware 0.5 | `reqwest-middleware` | `AuthorizeMiddleware` |
//!
//! # Requests
//!
//! 1. The layer checks the URL against the list of [`AllowedHosts`]. A URL that is not on the list fails with
//!    [`Problem::HostNotAllowed`](crate::error::Problem::HostNotAllowed), and the request is not sent.
//! 2. The layer waits for the token of the provider. Without a token the call fails with the error of the provider, and
//!    the request is not sent.
//! 3. The layer replaces the header `Authorization`. With `all_headers` it also replaces
//!    [`x-api-key`](crate::token::headers::API_KEY) and
//!    [`x-gw-ims-org-id`](crate::token::headers::ORGANIZATION_ID).
//!
//! # Responses
//!
//! After a 401 the layer [invalidates](TokenProvider::invalidate) the token and sends the request once more, with the
//! same body and a new token. It returns the 401 instead
//!
//! - when the last invalidation was a short while ago,
//! - when the body cannot be sent again,
//! - when there is no new token.
//!
//! The layer returns every other response as it is, and every response to the second request.

#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "reqwest-middleware")]
mod middleware;
#[cfg(feature = "tower")]
mod replay;

use std::sync::Arc;

use http::{HeaderMap, StatusCode, Uri, header};

use crate::error::Result;
use crate::provider::Invalidation;
use crate::provider::TokenProvider;
use crate::token::AccessToken;
use crate::token::AllowedHosts;

#[cfg(feature = "tower")]
pub use layer::{Authorize, AuthorizeLayer};
#[cfg(feature = "reqwest-middleware")]
pub use middleware::{AuthorizeMiddleware, same_origin_redirects};
#[cfg(feature = "tower")]
pub use replay::{CloneBody, NoReplay, Replay};

/// The part that all adapters share.
#[derive(Clone, Debug)]
struct Authorizer {
    provider: TokenProvider,
    allowed: Arc<AllowedHosts>,
    all_headers: bool,
}

impl Authorizer {
    fn new(provider: TokenProvider, allowed: AllowedHosts) -> Self {
        Self {
            provider,
            allowed: Arc::new(allowed),
            all_headers: false,
        }
    }

    fn check(&self, uri: &Uri) -> Result<()> {
        self.allowed.check(uri)
    }

    /// Replaces the headers of the request.
    fn apply(&self, token: &AccessToken, headers: &mut HeaderMap) {
        if self.all_headers {
            token.headers().apply(headers);
        } else {
            headers.insert(header::AUTHORIZATION, token.authorization());
        }
    }

    /// Decides after a response whether to send the `copy` of the request. Returns the new token and the copy, or
    /// `None`.
    async fn retry<R>(
        &self,
        status: StatusCode,
        used: &AccessToken,
        copy: Option<R>,
    ) -> Option<(Arc<AccessToken>, R)> {
        let invalidation = self.invalidate_on(status, used)?;
        if invalidation == Invalidation::TooSoon {
            return None;
        }
        let copy = copy?;
        // The response of the API helps the caller more than the error of a refresh, which the next call returns.
        let token = self.provider.token().await.ok()?;
        // A source may always return the same token.
        (!token.is_same(used)).then_some((token, copy))
    }

    /// Invalidates the token after a 401.
    fn invalidate_on(&self, status: StatusCode, used: &AccessToken) -> Option<Invalidation> {
        (status == StatusCode::UNAUTHORIZED).then(|| self.provider.invalidate(used))
    }
}
