//! The adapter for reqwest, against a server on loopback: which requests are sent, how often, and which are not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use adobe_ims::client::{AuthorizeMiddleware, same_origin_redirects};
use adobe_ims::source::{FetchedToken, source_fn};
use adobe_ims::token::AllowedHosts;
use adobe_ims::{AccessToken, Error, Problem, Secret, TokenProvider};
use http_body_util::Full;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, reqwest};
use tokio::task::JoinSet;

use crate::support::{CLIENT_ID, ORGANIZATION};

/// A received request: path, headers in lower case, body.
#[derive(Clone, Debug)]
struct Seen {
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Seen {
    fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(own, _)| own == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    fn token(&self) -> &str {
        let values = self.all("authorization");
        assert_eq!(values.len(), 1, "{values:?}");
        values[0].strip_prefix("Bearer ").unwrap()
    }
}

/// An API that answers by a rule and records requests.
struct Api {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Api {
    /// The rule gives status and, for redirects, the target.
    fn new(rule: impl Fn(&Seen) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let notes = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                let (status, location) = rule(&request);
                notes.lock().unwrap().push(request);
                let _ = write!(
                    &stream,
                    "HTTP/1.1 {status} Status\r\nLocation: {location}\r\nContent-Length: 6\r\n\
                     Connection: close\r\n\r\nanswer"
                );
            }
        });
        Self { url, seen }
    }

    fn answering(status: impl Fn(&Seen) -> u16 + Send + 'static) -> Self {
        Self::new(move |request| (status(request), String::new()))
    }

    /// Accepts each token except this.
    fn rejecting(token: &'static str) -> Self {
        Self::answering(move |seen| if seen.token() == token { 401 } else { 200 })
    }

    fn allowed(&self) -> AllowedHosts {
        AllowedHosts::none().allow(&self.url).unwrap()
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    fn tokens(&self) -> Vec<String> {
        let seen = self.seen();
        seen.iter().map(|seen| seen.token().to_owned()).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let path = line()?.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let header = line()?;
        let Some((name, value)) = header.split_once(": ") else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some(Seen {
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

/// A source that numbers and counts its tokens.
fn numbered() -> (Arc<AtomicUsize>, TokenProvider) {
    let minted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&minted);
    let provider = TokenProvider::new(source_fn(move || {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            let token = AccessToken::new(Secret::new(format!("token-{number}")))?;
            let token = token.with_identity(Some(CLIENT_ID), Some(ORGANIZATION));
            Ok(FetchedToken::new(token))
        }
    }));
    (minted, provider)
}

fn client(
    middleware: AuthorizeMiddleware,
    policy: reqwest::redirect::Policy,
) -> ClientWithMiddleware {
    let client = reqwest::Client::builder().no_proxy().redirect(policy);
    ClientBuilder::new(client.build().unwrap())
        .with(middleware)
        .build()
}

/// Returns a client for this API, and the counter of its tokens.
fn client_of(api: &Api) -> (Arc<AtomicUsize>, ClientWithMiddleware) {
    let (minted, provider) = numbered();
    let middleware = AuthorizeMiddleware::new(provider, api.allowed());
    (minted, client(middleware, same_origin_redirects()))
}

fn problem(error: &reqwest_middleware::Error) -> Problem {
    let reqwest_middleware::Error::Middleware(error) = error else {
        panic!("{error:?}");
    };
    error.downcast_ref::<Error>().unwrap().problem()
}

async fn status(client: &ClientWithMiddleware, url: &str) -> u16 {
    let response = client.post(url).body("BODY").send().await.unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn request_has_the_token_in_place_of_other_authorization() {
    let api = Api::answering(|_| 200);
    let (minted, provider) = numbered();
    for all in [false, true] {
        let mut middleware = AuthorizeMiddleware::new(provider.clone(), api.allowed());
        if all {
            middleware = middleware.all_headers();
        }
        let client = client(middleware, same_origin_redirects());
        let request = client
            .get(format!("{}/x?y=z", api.url))
            .header("Authorization", "Bearer smuggled")
            .basic_auth("smuggled", Some("smuggled"))
            .header("x-api-key", "smuggled")
            .header("x-gw-ims-org-id", "smuggled");
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let seen = api.seen();
    assert_eq!(api.tokens(), ["token-1"; 2]);
    assert_eq!(seen[0].all("x-api-key"), ["smuggled"]);
    assert_eq!(seen[1].all("x-api-key"), [CLIENT_ID]);
    assert_eq!(seen[1].all("x-gw-ims-org-id"), [ORGANIZATION]);
    assert_eq!(minted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn request_to_another_host_is_not_sent() {
    let api = Api::answering(|_| 200);
    let (minted, client) = client_of(&api);
    let other = Api::answering(|_| 200);
    for url in [
        other.url.clone(),
        api.url.replace("http:", "https:"),
        api.url.replace("127.0.0.1", "127.0.0.1.evil.example"),
        api.url.replace("127.0.0.1", "localhost"),
        api.url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
    ] {
        let error = client.get(&url).send().await.unwrap_err();
        assert_eq!(problem(&error), Problem::HostNotAllowed, "{url}");
    }
    assert!(api.seen().is_empty() && other.seen().is_empty());
    assert_eq!(minted.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn request_is_repeated_once_with_a_new_token_after_401() {
    let api = Api::rejecting("token-1");
    let (minted, client) = client_of(&api);
    assert_eq!(status(&client, &api.url).await, 200);
    assert_eq!(status(&client, &api.url).await, 200);
    assert_eq!(api.tokens(), ["token-1", "token-2", "token-2"]);
    assert!(api.seen().iter().all(|seen| seen.body == "BODY"));
    assert_eq!(minted.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn second_401_is_returned() {
    let api = Api::answering(|_| 401);
    let (minted, client) = client_of(&api);
    for _ in 0..5 {
        assert_eq!(status(&client, &api.url).await, 401);
    }
    assert_eq!(api.seen().len(), 6);
    assert_eq!(minted.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn token_of_concurrent_requests_is_replaced_once() {
    let api = Api::rejecting("token-1");
    let (minted, client) = client_of(&api);
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let (client, url) = (client.clone(), api.url.clone());
        calls.spawn(async move { status(&client, &url).await });
    }
    assert_eq!(calls.join_all().await, [200; 50]);
    assert_eq!(minted.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn response_403_keeps_the_token() {
    let api = Api::answering(|_| 403);
    let (minted, client) = client_of(&api);
    for _ in 0..3 {
        assert_eq!(status(&client, &api.url).await, 403);
    }
    assert_eq!(api.tokens(), ["token-1"; 3]);
    assert_eq!(minted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn stream_is_not_repeated_and_next_call_has_a_new_token() {
    let api = Api::rejecting("token-1");
    let (_, client) = client_of(&api);
    for expected in [401, 200] {
        let stream = reqwest::Body::wrap(Full::new(bytes::Bytes::from_static(b"BODY")));
        let response = client.put(&api.url).body(stream).send().await.unwrap();
        assert_eq!(response.status(), expected);
    }
    assert_eq!(api.tokens(), ["token-1", "token-2"]);
}

#[tokio::test]
async fn request_without_a_token_fails_with_the_error_of_the_provider() {
    let api = Api::answering(|_| 200);
    let provider = TokenProvider::new(source_fn(|| async {
        Err(Error::new(Problem::ClientSecretWrong, "the source fails"))
    }));
    let middleware = AuthorizeMiddleware::new(provider, api.allowed());
    let client = client(middleware, same_origin_redirects());
    let error = client.get(&api.url).send().await.unwrap_err();
    assert_eq!(problem(&error), Problem::ClientSecretWrong);
    assert!(api.seen().is_empty());
}

#[tokio::test]
async fn redirect_to_another_origin_is_not_followed() {
    let elsewhere = Api::answering(|_| 401);
    let target = elsewhere.url.clone();
    let api = Api::new(move |seen| match seen.path.as_str() {
        "/away" => (307, target.clone()),
        "/near" => (307, "/here".to_owned()),
        "/round" => (307, "/round".to_owned()),
        _ => (200, String::new()),
    });
    let (_, careful) = client_of(&api);
    assert_eq!(status(&careful, &format!("{}/away", api.url)).await, 307);
    assert!(elsewhere.seen().is_empty());
    assert_eq!(status(&careful, &format!("{}/near", api.url)).await, 200);
    let round = careful.get(format!("{}/round", api.url)).send().await;
    assert!(round.unwrap_err().is_redirect());
    assert!(api.seen().len() < 20);

    // With reqwest's own policy the token is not sent to the other origin, whose 401 does not invalidate it.
    let (minted, provider) = numbered();
    let middleware = AuthorizeMiddleware::new(provider, api.allowed());
    let trusting = client(middleware, reqwest::redirect::Policy::default());
    for _ in 0..3 {
        assert_eq!(status(&trusting, &format!("{}/away", api.url)).await, 401);
    }
    let seen = elsewhere.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|seen| seen.all("authorization").is_empty()));
    assert_eq!(minted.load(Ordering::SeqCst), 1);
}
