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

/// An error of this crate or of the service within, as tower's own middlewares hand it on.
/// `downcast_ref::<adobe_ims::Error>()` tells them apart.
type BoxError = Box<dyn StdError + Send + Sync>;

/// A tower layer that gives each request a token. [The module](super) tells what it does, and when.
///
/// It belongs inside of whatever completes or changes the URL, and of layers that repeat requests or cut
/// them off: each of their attempts then has the token of its moment. Layers that follow redirects
/// belong outside of it, so that each hop is checked.
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
    /// Sends this provider's tokens to these hosts. Bodies are [cloned](CloneBody) before they are sent.
    pub fn new(provider: TokenProvider, allowed: AllowedHosts) -> Self {
        Self {
            authorizer: Authorizer::new(provider, allowed),
            replay: CloneBody,
        }
    }
}

impl<R> AuthorizeLayer<R> {
    /// Sets `x-api-key` and `x-gw-ims-org-id` as well, which Adobe's gateways demand, as
    /// [`TokenHeaders::apply`](crate::token::headers::TokenHeaders::apply) does.
    #[must_use]
    pub fn all_headers(mut self) -> Self {
        self.authorizer.all_headers = true;
        self
    }

    /// Keeps bodies for the second attempt in another way: [`NoReplay`](super::NoReplay) for streams, or
    /// a function, which says its types: `|body: &MyBody| body.try_clone()`.
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
            is_used: false,
            reader: None,
        }
    }
}

/// The service that [`AuthorizeLayer`] makes of another.
///
/// Fastest is one for each thread or task that sends many requests: from its second request on it reads
/// the token from memory of its own. A clone for each request is cheap too.
#[derive(Debug)]
pub struct Authorize<S, R = CloneBody> {
    inner: S,
    replay: R,
    authorizer: Arc<Authorizer>,
    is_used: bool,
    reader: Option<TokenReader>,
}

impl<S, R> Authorize<S, R> {
    /// The token from memory that no other service uses, if this one has that already.
    ///
    /// Its first request asks the provider instead. A reader begins with a copy of the token, which a
    /// service that was cloned for one request would make for nothing.
    fn held(&mut self) -> Option<Arc<AccessToken>> {
        if !mem::replace(&mut self.is_used, true) {
            return None;
        }
        let reader = self.reader.get_or_insert_with(|| {
            // From now on each request counts references in this service's memory.
            self.authorizer = Arc::new(Authorizer::clone(&self.authorizer));
            self.authorizer.provider.reader()
        });
        reader.held()
    }
}

impl<S: Clone, R: Clone> Clone for Authorize<S, R> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            replay: self.replay.clone(),
            authorizer: Arc::clone(&self.authorizer),
            is_used: false,
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
        if let Err(error) = self.authorizer.check(request.uri()) {
            return Box::pin(ready(Err(error.into())));
        }
        // The one that is ready goes with the request; its clone is yet to be made ready.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let held = self.held();
        let authorizer = Arc::clone(&self.authorizer);
        let (parts, body) = request.into_parts();
        let spare = self.replay.copy(&body);
        let spare = spare.map(|body| Request::from_parts(parts.clone(), body));
        let mut request = Request::from_parts(parts, body);

        Box::pin(async move {
            let token = match held {
                Some(token) => token,
                None => authorizer.provider.token().await?,
            };
            authorizer.apply(&token, request.headers_mut());
            let response = inner.call(request).await.map_err(Into::into)?;
            let again = authorizer.again(response.status(), &token, spare).await;
            let Some((token, mut request)) = again else {
                return Ok(response);
            };
            // Frees what it holds, which the second attempt may need.
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
