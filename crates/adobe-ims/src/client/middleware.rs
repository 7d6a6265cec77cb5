use async_trait::async_trait;
use http::Uri;
use reqwest_middleware::reqwest::{Request, Response, redirect};
use reqwest_middleware::{Error, Middleware, Next};

use super::Authorizer;
use crate::error::Problem;
use crate::provider::TokenProvider;
use crate::token::AllowedHosts;

/// A middleware for reqwest that gives each request a token. [The module](super) tells what it does, and
/// when; a body can be sent again unless it is a stream.
///
/// An error of this crate is in the variant `Middleware`, where
/// `downcast_ref::<adobe_ims::Error>()` finds it.
///
/// # Redirects
///
/// The client within follows redirects by itself, and a middleware does not see them. It takes
/// `Authorization` away when scheme, host or port change (as of reqwest 0.13.5), but `x-api-key` and
/// `x-gw-ims-org-id` go along to wherever an answer says. So tell it to follow none,
/// `redirect::Policy::none()`, or only [`same_origin_redirects`]. A 401 that comes from elsewhere after
/// all is not held against the token, which was not sent there.
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
    /// Sends this provider's tokens to these hosts.
    pub fn new(provider: TokenProvider, allowed: AllowedHosts) -> Self {
        Self(Authorizer::new(provider, allowed))
    }

    /// Sets `x-api-key` and `x-gw-ims-org-id` as well, which Adobe's gateways demand, as
    /// [`TokenHeaders::apply`](crate::token::headers::TokenHeaders::apply) does.
    #[must_use]
    pub fn all_headers(mut self) -> Self {
        self.0.all_headers = true;
        self
    }
}

/// A policy for reqwest that follows up to ten redirects to the same scheme, host and port. Others are
/// not followed: their 3xx is the response.
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
        // As reqwest itself does before it sends it.
        let uri = request.url().as_str().parse::<Uri>();
        let uri = uri.map_err(|_| Error::middleware(unreadable()))?;
        authorizer.check(&uri).map_err(Error::middleware)?;
        let token = authorizer.provider.token().await;
        let token = token.map_err(Error::middleware)?;
        let spare = request.try_clone();
        let origin = request.url().origin();
        authorizer.apply(&token, request.headers_mut());
        let response = next.clone().run(request, extensions).await?;
        if response.url().origin() != origin {
            return Ok(response);
        }
        let again = authorizer.again(response.status(), &token, spare).await;
        let Some((token, mut request)) = again else {
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

fn unreadable() -> crate::error::Error {
    let what = "the token was not sent: the URL of the request cannot be read";
    crate::error::Error::new(Problem::HostNotAllowed, what)
}
