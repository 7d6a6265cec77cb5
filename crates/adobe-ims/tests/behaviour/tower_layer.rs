//! The adapter for tower, on a virtual clock: which requests are sent, how often, and which are not.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use adobe_ims::client::{Authorize, AuthorizeLayer, NoReplay};
use adobe_ims::source::{FetchedToken, source_fn};
use adobe_ims::token::AllowedHosts;
use adobe_ims::{AccessToken, Error, Problem, Secret, TokenProvider};
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::{BoxError, Layer, Service, ServiceExt};

use crate::support::{CLIENT_ID, ORGANIZATION};
use crate::virtual_time::{Answer, HOUR, SECOND, Source, VirtualClock, wait};

const AEM: &str = "https://author-p1-e2.adobeaemcloud.com/api/assets.json";

/// An API that answers by a rule and records requests. It panics when it is called before `poll_ready`.
struct Api<B>(Arc<Inner<B>>, bool);

struct Inner<B> {
    rule: Box<dyn Fn(&str) -> StatusCode + Send + Sync>,
    sent: Mutex<Vec<(HeaderMap, B)>>,
}

impl<B> Api<B> {
    fn new(rule: impl Fn(&str) -> StatusCode + Send + Sync + 'static) -> Self {
        let inner = Inner {
            rule: Box::new(rule),
            sent: Mutex::default(),
        };
        Self(Arc::new(inner), false)
    }

    /// Accepts each token except these.
    fn rejecting(tokens: &'static [&'static str]) -> Self {
        Self::new(|authorization| {
            let token = authorization.strip_prefix("Bearer ").unwrap();
            if tokens.contains(&token) {
                StatusCode::UNAUTHORIZED
            } else {
                StatusCode::OK
            }
        })
    }

    /// Returns the `Authorization` of each request, in order.
    fn authorizations(&self) -> Vec<String> {
        let sent = self.0.sent.lock().unwrap();
        sent.iter().map(|(headers, _)| only(headers)).collect()
    }
}

fn only(headers: &HeaderMap) -> String {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().unwrap();
    assert!(value.is_sensitive() && values.next().is_none());
    value.to_str().unwrap().to_owned()
}

/// A clone is not ready, as in many services.
impl<B> Clone for Api<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), false)
    }
}

impl<B: Send + 'static> Service<Request<B>> for Api<B> {
    type Response = Response<&'static str>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.1 = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert!(std::mem::take(&mut self.1), "called before it was ready");
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let authorization = only(&parts.headers);
            inner.sent.lock().unwrap().push((parts.headers, body));
            wait(Duration::from_millis(10)).await;
            if authorization.ends_with("token-down") {
                return Err(std::io::Error::other("the API is down"));
            }
            let mut response = Response::new("the answer");
            *response.status_mut() = (inner.rule)(&authorization);
            Ok(response)
        })
    }
}

fn world() -> (Source, TokenProvider) {
    let clock = VirtualClock::new();
    let source = Source::new(&clock);
    let provider = TokenProvider::builder(source.clone())
        .runtime(tokio::runtime::Handle::current())
        .clock(clock)
        .seed(7);
    (source, provider.build())
}

fn layer(provider: &TokenProvider) -> AuthorizeLayer {
    AuthorizeLayer::new(provider.clone(), AllowedHosts::adobe())
}

fn get(url: &str) -> Request<String> {
    Request::get(url).body("BODY".to_owned()).unwrap()
}

async fn status<S, R>(service: &mut Authorize<S, R>) -> StatusCode
where
    Authorize<S, R>: Service<Request<String>, Response = Response<&'static str>, Error = BoxError>,
{
    let response = service.ready().await.unwrap().call(get(AEM)).await.unwrap();
    assert_eq!(*response.body(), "the answer");
    response.status()
}

fn problem(error: &BoxError) -> Problem {
    error.downcast_ref::<Error>().unwrap().problem()
}

#[tokio::test(start_paused = true)]
async fn request_has_the_token_in_place_of_other_authorization() {
    let (source, provider) = world();
    let api = Api::rejecting(&[]);
    let mut service = layer(&provider).layer(api.clone());
    for _ in 0..3 {
        let mut request = get(AEM);
        for smuggled in ["Bearer smuggled", "Basic smuggled"] {
            let value = smuggled.parse().unwrap();
            request.headers_mut().append(AUTHORIZATION, value);
        }
        let own = "own".parse().unwrap();
        request.headers_mut().insert("x-api-key", own);
        service.ready().await.unwrap().call(request).await.unwrap();
    }
    assert_eq!(api.authorizations(), ["Bearer token-1"; 3]);
    // Without `all_headers`, the other headers stay as the caller set them.
    assert_eq!(api.0.sent.lock().unwrap()[2].0["x-api-key"], "own");
    wait(24 * HOUR).await;
    assert_eq!(status(&mut service).await, StatusCode::OK);
    assert_eq!(status(&mut service.clone()).await, StatusCode::OK);
    assert_eq!(api.authorizations()[3..], ["Bearer token-2"; 2]);
    assert_eq!(source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn all_headers_adds_client_and_organisation() {
    let provider = TokenProvider::new(source_fn(|| async {
        let token = AccessToken::new(Secret::new("token"))?;
        let token = token.with_identity(Some(CLIENT_ID), Some(ORGANIZATION));
        Ok(FetchedToken::new(token))
    }));
    let api = Api::rejecting(&[]);
    let mut service = layer(&provider).all_headers().layer(api.clone());
    for _ in 0..2 {
        let mut request = get(AEM);
        for name in ["x-api-key", "x-gw-ims-org-id"] {
            let value = "smuggled".parse().unwrap();
            request.headers_mut().append(name, value);
        }
        service.ready().await.unwrap().call(request).await.unwrap();
    }
    for (headers, _) in api.0.sent.lock().unwrap().iter() {
        assert_eq!(only(headers), "Bearer token");
        for (name, value) in [("x-api-key", CLIENT_ID), ("x-gw-ims-org-id", ORGANIZATION)] {
            let values: Vec<_> = headers.get_all(name).iter().collect();
            assert_eq!(values, [value]);
        }
    }
}

/// An API that has one permit for all its clones. `poll_ready` takes it.
struct OnePermit(Arc<Semaphore>, Option<OwnedSemaphorePermit>);

/// A clone has no permit, as in `tower::limit::ConcurrencyLimit`.
impl Clone for OnePermit {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), None)
    }
}

impl Service<Request<String>> for OnePermit {
    type Response = Response<&'static str>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if self.1.is_none() {
            let permit = Arc::clone(&self.0).try_acquire_owned();
            self.1 = Some(permit.expect("the permit was given back"));
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        let permit = self.1.take().expect("called before it was ready");
        Box::pin(async move {
            wait(Duration::from_millis(10)).await;
            drop(permit);
            Ok(Response::new("the answer"))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn failed_request_gives_the_permit_of_the_inner_service_back() {
    let (source, provider) = world();
    let permits = Arc::new(Semaphore::new(1));
    let mut service = layer(&provider).layer(OnePermit(Arc::clone(&permits), None));
    let refused = get("https://example.com/");
    let refused = service.ready().await.unwrap().call(refused);
    assert_eq!(permits.available_permits(), 1, "before the error is read");
    let error = refused.await.unwrap_err();
    assert_eq!(problem(&error), Problem::HostNotAllowed);
    source.fails(Problem::ClientUnknown);
    let error = service.ready().await.unwrap().call(get(AEM)).await;
    assert_eq!(problem(&error.unwrap_err()), Problem::ClientUnknown);
    assert_eq!(permits.available_permits(), 1, "without a token");
    // Another clone gets it.
    wait(HOUR).await;
    source.answers(Answer::Token(HOUR));
    assert_eq!(status(&mut service.clone()).await, StatusCode::OK);
    assert_eq!(status(&mut service).await, StatusCode::OK);
    assert_eq!(permits.available_permits(), 1);
}

#[tokio::test(start_paused = true)]
async fn request_to_another_host_is_not_sent() {
    let (source, provider) = world();
    let api = Api::rejecting(&[]);
    let service = layer(&provider).layer(api.clone());
    for url in [
        "https://badadobeaemcloud.com/",
        "https://author-p1-e2.adobeaemcloud.com.evil.example/",
        "https://author-p1-e2.adobeaemcloud.com@evil.example/",
        "http://author-p1-e2.adobeaemcloud.com/",
        "https://author-p1-e2.adobeaemcloud.com:8443/",
        "/api/assets.json",
    ] {
        let error = service.clone().oneshot(get(url)).await.unwrap_err();
        assert_eq!(problem(&error), Problem::HostNotAllowed, "{url}");
    }
    assert!(api.authorizations().is_empty());
    assert_eq!(source.asked(), 0, "and no token is fetched");
}

#[tokio::test(start_paused = true)]
async fn request_is_repeated_once_with_a_new_token_after_401() {
    let (source, provider) = world();
    let api = Api::rejecting(&["token-1"]);
    let mut service = layer(&provider).layer(api.clone());
    assert_eq!(status(&mut service).await, StatusCode::OK);
    assert_eq!(status(&mut service).await, StatusCode::OK);
    let expected = ["Bearer token-1", "Bearer token-2", "Bearer token-2"];
    assert_eq!(api.authorizations(), expected);
    let sent = api.0.sent.lock().unwrap();
    assert!(sent.iter().all(|(_, body)| body == "BODY"));
    assert_eq!(source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn second_401_is_returned() {
    let (source, provider) = world();
    let api = Api::new(|_| StatusCode::UNAUTHORIZED);
    let mut service = layer(&provider).layer(api.clone());
    assert_eq!(status(&mut service).await, StatusCode::UNAUTHORIZED);
    assert_eq!(api.authorizations(), ["Bearer token-1", "Bearer token-2"]);
    // A token that is always rejected does not cause a request to IMS for each call.
    for _ in 0..20 {
        assert_eq!(status(&mut service).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(api.authorizations()[2..], ["Bearer token-2"; 20]);
    assert_eq!(source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn token_of_concurrent_requests_is_replaced_once() {
    let (source, provider) = world();
    let api = Api::rejecting(&["token-1"]);
    let service = layer(&provider).layer(api.clone());
    let mut calls = JoinSet::new();
    for number in 0..200 {
        let service = service.clone();
        calls.spawn(async move {
            // Some responses arrive long after the token was replaced.
            wait(Duration::from_millis(number)).await;
            service.oneshot(get(AEM)).await.unwrap().status()
        });
    }
    let statuses = calls.join_all().await;
    assert_eq!(statuses, [StatusCode::OK; 200]);
    assert_eq!(source.asked(), 2);
    let rejected = api.authorizations();
    let rejected = rejected
        .iter()
        .filter(|token| token.ends_with("-1"))
        .count();
    assert!(rejected > 1, "or else nothing was tested");
    assert_eq!(api.authorizations().len(), 200 + rejected);
}

#[tokio::test(start_paused = true)]
async fn response_403_keeps_the_token() {
    let (source, provider) = world();
    for status_of_api in [StatusCode::FORBIDDEN, StatusCode::INTERNAL_SERVER_ERROR] {
        let api = Api::new(move |_| status_of_api);
        let mut service = layer(&provider).layer(api.clone());
        for _ in 0..5 {
            assert_eq!(status(&mut service).await, status_of_api);
        }
        assert_eq!(api.authorizations(), ["Bearer token-1"; 5]);
    }
    assert_eq!(source.asked(), 1);
}

/// A body that can be sent once.
struct Stream;

#[tokio::test(start_paused = true)]
async fn body_without_copy_is_not_repeated_and_next_call_has_a_new_token() {
    async fn twice<R>(provider: &TokenProvider, layer: AuthorizeLayer<R>) -> Vec<String>
    where
        R: adobe_ims::client::Replay<Stream> + Clone,
    {
        assert!(provider.reader().token().is_none());
        let api = Api::rejecting(&["token-1"]);
        let mut service = layer.layer(api.clone());
        let mut call = async || {
            let request = Request::put(AEM).body(Stream).unwrap();
            let response = service.ready().await.unwrap().call(request).await;
            response.unwrap().status()
        };
        assert_eq!(call().await, StatusCode::UNAUTHORIZED);
        assert_eq!(call().await, StatusCode::OK);
        api.authorizations()
    }
    let (_, provider) = world();
    let sent = twice(&provider, layer(&provider).replay_with(NoReplay)).await;
    assert_eq!(sent, ["Bearer token-1", "Bearer token-2"]);
    let (_, provider) = world();
    let never = layer(&provider).replay_with(|_: &Stream| None);
    let sent = twice(&provider, never).await;
    assert_eq!(sent, ["Bearer token-1", "Bearer token-2"]);
    let (_, provider) = world();
    let always = layer(&provider).replay_with(|_: &Stream| Some(Stream));
    let service = always.layer(Api::rejecting(&["token-1"]));
    let request = Request::put(AEM).body(Stream).unwrap();
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn request_without_a_token_fails_with_the_error_of_the_provider() {
    let (source, provider) = world();
    source.fails(Problem::ClientSecretWrong);
    let api = Api::rejecting(&[]);
    let service = layer(&provider).layer(api.clone());
    let error = service.oneshot(get(AEM)).await.unwrap_err();
    assert_eq!(problem(&error), Problem::ClientSecretWrong);
    assert!(api.authorizations().is_empty());
}

#[tokio::test(start_paused = true)]
async fn response_401_is_returned_when_there_is_no_new_token() {
    let (source, provider) = world();
    let api = Api::rejecting(&["token-1"]);
    let mut service = layer(&provider).layer(api.clone());
    provider.token().await.unwrap();
    source.fails(Problem::ClientSecretWrong);
    assert_eq!(status(&mut service).await, StatusCode::UNAUTHORIZED);
    let error = service.ready().await.unwrap().call(get(AEM)).await;
    assert_eq!(problem(&error.unwrap_err()), Problem::ClientSecretWrong);
    assert_eq!(api.authorizations().len(), 1);
    source.answers(Answer::Token(HOUR));
    wait(61 * SECOND).await;
    assert_eq!(status(&mut service).await, StatusCode::OK);

    // A source that always returns the same token.
    let only_one = TokenProvider::new(source_fn(|| async {
        Ok(FetchedToken::new(AccessToken::new(Secret::new("token"))?))
    }));
    let api = Api::rejecting(&["token"]);
    let mut service = layer(&only_one).layer(api.clone());
    assert_eq!(status(&mut service).await, StatusCode::UNAUTHORIZED);
    assert_eq!(api.authorizations().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn errors_of_the_inner_service_are_returned() {
    let provider = TokenProvider::new(source_fn(|| async {
        Ok(FetchedToken::new(AccessToken::new(Secret::new(
            "token-down",
        ))?))
    }));
    let service = layer(&provider).layer(Api::rejecting(&[]));
    let error = service.oneshot(get(AEM)).await.unwrap_err();
    assert!(error.is::<std::io::Error>(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn debug_of_the_service_hides_secrets() {
    let (_, provider) = world();
    let mut service = layer(&provider).layer(tower::service_fn(async |_: Request<String>| {
        Ok::<_, std::io::Error>(Response::new("the answer"))
    }));
    for _ in 0..2 {
        status(&mut service).await;
    }
    let display = format!("{:?} {service:?}", layer(&provider));
    assert!(!display.contains("token-1"), "{display}");
}
