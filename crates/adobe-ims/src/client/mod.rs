//! Tokens in the HTTP client that a program already has.
//!
//! | Client | Feature | |
//! |---|---|---|
//! | any `tower` service of HTTP requests, hyper-util's client for one | `tower` | `AuthorizeLayer` |
//! | reqwest 0.13 with reqwest-middleware 0.5 | `reqwest-middleware` | `AuthorizeMiddleware` |
//!
//! # What is done with each request
//!
//! 1. Its URL must be on the list of [`AllowedHosts`]. Otherwise the call fails with
//!    [`Problem::HostNotAllowed`](crate::error::Problem::HostNotAllowed), and nothing is sent.
//! 2. It gets the provider's token; if there is none, it waits for one. Without a token the call fails
//!    with the provider's error, and nothing is sent.
//! 3. `Authorization` is set; whatever was there is removed. With `all_headers`, so are
//!    [`x-api-key`](crate::token::headers::API_KEY) and
//!    [`x-gw-ims-org-id`](crate::token::headers::ORGANIZATION_ID).
//!
//! # What is done with each response
//!
//! On 401 the token is [invalidated](TokenProvider::invalidate). If that brings another one, and the
//! request can be sent a second time, it is, once, with the same body and the new token. Otherwise the
//! response is handed on as it is: when the last invalidation was a short while ago, when the body is
//! gone, or when no new token can be had. What the second request brings is final.
//!
//! 403 and everything else is handed on: there the token is good.

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

/// What is the same in every client.
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

    /// Sets the headers in place of what the request had.
    fn apply(&self, token: &AccessToken, headers: &mut HeaderMap) {
        if self.all_headers {
            token.headers().apply(headers);
        } else {
            headers.insert(header::AUTHORIZATION, token.authorization());
        }
    }

    /// What to do once the response is there: send the `spare` request with this token, or nothing.
    async fn again<R>(
        &self,
        status: StatusCode,
        used: &AccessToken,
        spare: Option<R>,
    ) -> Option<(Arc<AccessToken>, R)> {
        let invalidation = self.invalidate_on(status, used)?;
        if invalidation == Invalidation::TooSoon {
            return None;
        }
        let spare = spare?;
        // The answer of the API says more to its caller than the error of a refresh, which the next
        // call gets anyway.
        let token = self.provider.token().await.ok()?;
        // A source may have but one token.
        (!token.is_same(used)).then_some((token, spare))
    }

    /// Says that the token was not accepted, if that is what the status says.
    fn invalidate_on(&self, status: StatusCode, used: &AccessToken) -> Option<Invalidation> {
        (status == StatusCode::UNAUTHORIZED).then(|| self.provider.invalidate(used))
    }
}
