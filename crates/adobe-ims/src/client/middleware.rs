//! The adapter for reqwest.

use async_trait::async_trait;
use http::Uri;
use reqwest_middleware::reqwest::{Request, Response, redirect};
use reqwest_middleware::{Error, Middleware, Next};

use super::Authorizer;
use crate::error::Problem;
use crate::provider::TokenProvider;
use crate::token::AllowedHosts;

/// A middleware for reqwest that adds a token to each request.
///
/// [The module](super) describes its work. It sends a body again unless the body is a stream.
///
/// An error of this crate is in the variant `Middleware`. `downcast_ref::<adobe_ims::Error>()` finds it there.
///
/// # Redirects
///
/// The client of reqwest follows redirects itself, and a middleware does not see them. When scheme, host or port change,
/// the client removes `Authorization` (as of reqwest 0.13.5), but it sends `x-api-key` and `x-gw-ims-org-id` to the new
/// host. Configure it to follow none, `redirect::Policy::none()`, or [`same_origin_redirects`]. A 401 of another origin
/// does not invalidate the token, which was not sent there.
///
/// ```
/// use adobe_ims::client::{AuthorizeMiddleware, same_origin_redirects};
/// use adobe_ims::TokenProvider;
/// use adobe_ims::token::AllowedHosts;
/// use reqwest_middleware::{ClientBuilder, reqwest};
///
/// # async fn example(provider: TokenProvider) -> Result<(), Box<dyn std::error::Error>> {
/// let allowed = AllowedHosts::none().allow("https://author-p1-e2.adobeaemcloud.com")?;
/// let client = reqwest::Client::builder().redirect(same_origin_redirects()).build()?;
/// let aem = ClientBuilder::new(client)
///     .with(AuthorizeMiddleware::new(provider, allowed))
///     .build();
/// let url = "https://author-p1-e2.adobeaemcloud.com/content/dam.json";
/// let response = aem.get(url).send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AuthorizeMiddleware(Authorizer);

impl AuthorizeMiddleware {
    /// Creates a middleware that sends the tokens of this provider to these hosts.
    pub fn new(provider: TokenProvider, allowed: AllowedHosts) -> Self {
        Self(Authorizer::new(provider, allowed))
    }

    /// Adds `x-api-key` and `x-gw-ims-org-id` too, which Adobe's gateways demand, as
    /// [`TokenHeaders::apply`](crate::token::headers::TokenHeaders::apply) does.
    #[must_use]
    pub fn all_headers(mut self) -> Self {
        self.0.all_headers = true;
        self
    }
}

/// Returns a policy for reqwest that follows up to ten redirects to the same scheme, host and port. The response of
/// any other redirect is its 3xx.
pub fn same_origin_redirects() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let from = attempt.previous().last().map(|url| url.origin());
        if from.is_none_or(|from| from != attempt.url().origin()) {
            attempt.stop()
        } else if attempt.previous().len() > 10 {
            attempt.error("too many redirects")
        } else {
            attempt.follow()
        }
    })
}

#[async_trait]
impl Middleware for AuthorizeMiddleware {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> Result<Response, Error> {
        let Self(authorizer) = self;
        // reqwest parses the URL in the same way before it sends the request.
        let uri = request.url().as_str().parse::<Uri>();
        let uri = uri.map_err(|_| Error::middleware(invalid_url()))?;
        authorizer.check(&uri).map_err(Error::middleware)?;
        let token = authorizer.provider.token().await;
        let token = token.map_err(Error::middleware)?;
        let copy = request.try_clone();
        let origin = request.url().origin();
        authorizer.apply(&token, request.headers_mut());
        let response = next.clone().run(request, extensions).await?;
        if response.url().origin() != origin {
            return Ok(response);
        }
        let retry = authorizer.retry(response.status(), &token, copy).await;
        let Some((token, mut request)) = retry else {
            return Ok(response);
        };
        drop(response);
        authorizer.apply(&token, request.headers_mut());
        let response = next.run(request, extensions).await?;
        if response.url().origin() == origin {
            authorizer.invalidate_on(response.status(), &token);
        }
        Ok(response)
    }
}

fn invalid_url() -> crate::error::Error {
    let message = "the token was not sent: the URL of the request cannot be read";
    crate::error::Error::new(Problem::HostNotAllowed, message)
}
