//! The adapter for tower.

use core::future::{poll_fn, ready};
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::error::Error as StdError;
use std::sync::Arc;

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{Authorizer, CloneBody, Replay};
use crate::provider::TokenProvider;
use crate::provider::TokenReader;
use crate::token::AccessToken;
use crate::token::AllowedHosts;

/// An error of this crate or of the inner service. `downcast_ref::<adobe_ims::Error>()` tells them apart.
type BoxError = Box<dyn StdError + Send + Sync>;

/// A tower layer that adds a token to each request. [The module](super) describes its work.
///
/// Place it inside
///
/// - layers that complete or change the URL,
/// - layers for retries and timeouts, so that each attempt has the current token,
/// - layers that follow redirects, so that each hop is checked.
///
/// ```
/// use adobe_ims::client::AuthorizeLayer;
/// use adobe_ims::TokenProvider;
/// use adobe_ims::token::AllowedHosts;
/// use tower::{Service, ServiceBuilder, ServiceExt};
/// # use bytes::Bytes;
/// # use http_body_util::Full;
/// # use hyper_util::client::legacy::{Client, connect::HttpConnector};
///
/// # async fn example(
/// #     provider: TokenProvider,
/// #     client: Client<HttpConnector, Full<Bytes>>,
/// # ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let allowed = AllowedHosts::none().allow("https://author-p1-e2.adobeaemcloud.com")?;
/// let mut aem = ServiceBuilder::new()
///     .layer(AuthorizeLayer::new(provider, allowed))
///     .service(client); // of hyper-util, or any other
/// let request = http::Request::get("https://author-p1-e2.adobeaemcloud.com/content/dam.json");
/// let response = aem.ready().await?.call(request.body(Full::<Bytes>::default())?).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AuthorizeLayer<R = CloneBody> {
    authorizer: Authorizer,
    replay: R,
}

impl AuthorizeLayer {
    /// Creates a layer that sends the tokens of this provider to these hosts. It [clones](CloneBody) bodies before it
    /// sends them.
    pub fn new(provider: TokenProvider, allowed: AllowedHosts) -> Self {
        Self {
            authorizer: Authorizer::new(provider, allowed),
            replay: CloneBody,
        }
    }
}

impl<R> AuthorizeLayer<R> {
    /// Adds `x-api-key` and `x-gw-ims-org-id` too, which Adobe's gateways demand, as
    /// [`TokenHeaders::apply`](crate::token::headers::TokenHeaders::apply) does.
    #[must_use]
    pub fn all_headers(mut self) -> Self {
        self.authorizer.all_headers = true;
        self
    }

    /// Sets the way to copy bodies for the second attempt: [`NoReplay`](super::NoReplay) for streams, or a function such
    /// as `|body: &MyBody| body.try_clone()`, whose parameter needs its type.
    #[must_use]
    pub fn replay_with<T>(self, replay: T) -> AuthorizeLayer<T> {
        AuthorizeLayer {
            authorizer: self.authorizer,
            replay,
        }
    }
}

impl<S, R: Clone> Layer<S> for AuthorizeLayer<R> {
    type Service = Authorize<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorize {
            inner,
            replay: self.replay.clone(),
            authorizer: Arc::new(self.authorizer.clone()),
            was_called: false,
            reader: None,
        }
    }
}

/// The service that [`AuthorizeLayer`] wraps around another.
///
/// For many requests, keep one service for each thread or task: from its second request on it reads the token from its
/// own memory. A clone for each request is cheap, too.
#[derive(Debug)]
pub struct Authorize<S, R = CloneBody> {
    inner: S,
    replay: R,
    authorizer: Arc<Authorizer>,
    was_called: bool,
    reader: Option<TokenReader>,
}

impl<S, R> Authorize<S, R> {
    /// Returns the token from the memory of this service.
    ///
    /// Returns `None` for the first request, which asks the provider. Creating a reader copies the token; a service
    /// that was cloned for one request does not need the copy.
    fn cached_token(&mut self) -> Option<Arc<AccessToken>> {
        if !mem::replace(&mut self.was_called, true) {
            return None;
        }
        let reader = self.reader.get_or_insert_with(|| {
            // An own copy, so that no reference count is shared with other services.
            self.authorizer = Arc::new(Authorizer::clone(&self.authorizer));
            self.authorizer.provider.reader()
        });
        reader.shared_token()
    }
}

impl<S: Clone, R: Clone> Clone for Authorize<S, R> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            replay: self.replay.clone(),
            authorizer: Arc::clone(&self.authorizer),
            was_called: false,
            reader: None,
        }
    }
}

impl<S, R, B, T> Service<Request<B>> for Authorize<S, R>
where
    S: Service<Request<B>, Response = Response<T>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    R: Replay<B>,
    B: Send + 'static,
    T: Send + 'static,
{
    type Response = Response<T>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The clone is not ready yet; the request goes to the service that is. A request that is refused gives back
        // what that service reserved.
        let not_ready = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, not_ready);
        if let Err(error) = self.authorizer.check(request.uri()) {
            return Box::pin(ready(Err(error.into())));
        }
        let cached = self.cached_token();
        let authorizer = Arc::clone(&self.authorizer);
        let (parts, body) = request.into_parts();
        let copy = self.replay.copy(&body);
        let copy = copy.map(|body| Request::from_parts(parts.clone(), body));
        let mut request = Request::from_parts(parts, body);

        Box::pin(async move {
            let token = match cached {
                Some(token) => token,
                None => authorizer.provider.token().await?,
            };
            authorizer.apply(&token, request.headers_mut());
            let response = inner.call(request).await.map_err(Into::into)?;
            let retry = authorizer.retry(response.status(), &token, copy).await;
            let Some((token, mut request)) = retry else {
                return Ok(response);
            };
            // The response may hold a connection that the second attempt needs.
            drop(response);
            poll_fn(|cx| inner.poll_ready(cx))
                .await
                .map_err(Into::into)?;
            authorizer.apply(&token, request.headers_mut());
            let response = inner.call(request).await.map_err(Into::into)?;
            authorizer.invalidate_on(response.status(), &token);
            Ok(response)
        })
    }
}
