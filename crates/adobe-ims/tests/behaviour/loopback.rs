//! The listener for the redirect, over real sockets of this machine.

use std::time::Duration;

use adobe_ims::credentials::OauthClient;
use adobe_ims::sign_in::{
    AuthorizationRequest, AuthorizationResponse, Flow, LoopbackHost, PendingAuthorization,
    RedirectListener,
};
use adobe_ims::{Environment, Error, Problem};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::sign_in::{query_of, start};
use crate::support::CLIENT_ID;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(120);

struct Waiting {
    port: u16,
    state: String,
    task: JoinHandle<Result<AuthorizationResponse, Error>>,
}

fn pending(loopback: &RedirectListener, flow: Flow) -> PendingAuthorization {
    let client = OauthClient::new(Environment::production(), CLIENT_ID);
    let redirect_uri = loopback.redirect_uri(LoopbackHost::Localhost);
    start(AuthorizationRequest::new(client, redirect_uri, vec!["openid".into()]).flow(flow))
}

fn wait(flow: Flow) -> Waiting {
    let loopback = RedirectListener::bind(&[0], "/back").unwrap();
    let port = loopback.port();
    let pending = pending(&loopback, flow);
    Waiting {
        port,
        state: query_of(&pending)["state"].clone(),
        task: tokio::spawn(async move { loopback.wait_for_redirect(&pending, LONG).await }),
    }
}

impl Waiting {
    async fn open(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    async fn send(&self, text: &str) -> String {
        let mut stream = self.open().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        response(&mut stream).await
    }

    async fn get(&self, target: &str) -> String {
        let port = self.port;
        self.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"
        ))
        .await
    }

    async fn post(&self, origin: &str, body: &str) -> String {
        let (port, length) = (self.port, body.len());
        self.send(&format!(
            "POST /back HTTP/1.1\r\nHost: localhost:{port}\r\n{origin}Content-Length: {length}\r\n\r\n{body}"
        ))
        .await
    }

    async fn code(self) -> String {
        match self.task.await.unwrap().unwrap() {
            AuthorizationResponse::Code(code) => code.expose().to_owned(),
            other => panic!("{other:?}"),
        }
    }
}

async fn response(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // The listener may close a rejected connection right after the response.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

fn status(response: &str) -> &str {
    response.split(' ').nth(1).unwrap_or(response)
}

#[tokio::test]
async fn redirect_is_received_and_browser_shows_success() {
    let waiting = wait(Flow::Code);
    let target = format!("/back?code=CODE%2B1&state={}", waiting.state);
    let page = waiting.get(&target).await;
    assert_eq!(status(&page), "200");
    let (head, body) = page.split_once("\r\n\r\n").unwrap();
    for header in [
        "Content-Type: text/html; charset=utf-8",
        "Cache-Control: no-store",
        "Connection: close",
        "Content-Security-Policy: default-src 'none';",
        "X-Content-Type-Options: nosniff",
    ] {
        assert!(head.contains(header), "{head}");
    }
    assert!(body.contains("You signed in") && body.contains("close this window"));
    assert!(
        body.contains("history.replaceState"),
        "the address bar is cleared"
    );
    assert!(
        !page.contains("CODE") && !page.contains(&waiting.state),
        "{page}"
    );
    assert!(
        !body.contains("http:") && !body.contains("https:"),
        "self-contained"
    );
    let port = waiting.port;
    assert_eq!(waiting.code().await, "CODE+1");
    TcpStream::connect(("127.0.0.1", port)).await.unwrap_err();
}

#[tokio::test]
async fn other_requests_are_rejected_and_do_not_end_the_wait() {
    let waiting = wait(Flow::Code);
    let (port, state) = (waiting.port, waiting.state.clone());
    let target = format!("/back?code=c&state={state}");
    for (text, expected) in [
        (
            format!("GET /favicon.ico HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "404",
        ),
        (
            format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "404",
        ),
        (
            format!("GET /back/?code=c&state={state} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "404",
        ),
        (
            format!("GET /back HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "400",
        ),
        (
            format!("HEAD {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "405",
        ),
        (
            format!("OPTIONS {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "405",
        ),
        (
            format!(
                "POST {target} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 0\r\n\r\n"
            ),
            "405",
        ),
        (format!("GET {target} HTTP/1.1\r\n\r\n"), "421"),
        (
            format!("GET {target} HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"),
            "421",
        ),
        (
            format!("GET {target} HTTP/1.1\r\nHost: localhost.evil.example:{port}\r\n\r\n"),
            "421",
        ),
        (
            format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            "421",
        ),
        (
            format!("GET {target} HTTP/1.1\r\nHost: localhost:1\r\n\r\n"),
            "421",
        ),
        (
            format!("GET {target} HTTP/1.1\r\nHost: a\r\nHost: localhost:{port}\r\n\r\n"),
            "400",
        ),
        (
            format!(
                "GET http://localhost:{port}{target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"
            ),
            "404",
        ),
        ("\u{16}\u{3}\u{1}\u{2}".to_owned(), "400"),
        (
            format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(200_000)),
            "431",
        ),
        (
            "POST /back HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n".to_owned(),
            "413",
        ),
    ] {
        let display = text[..text.len().min(80)].to_owned();
        assert_eq!(status(&waiting.send(&text).await), expected, "{display:?}");
    }
    assert_eq!(status(&waiting.get(&target).await), "200");
    assert_eq!(waiting.code().await, "c");
}

#[tokio::test(start_paused = true)]
async fn many_idle_connections_do_not_delay_the_redirect() {
    let waiting = wait(Flow::Code);
    let start = tokio::time::Instant::now();
    let mut idle = Vec::new();
    // As many as the listener and the queue of the system take.
    for number in 0..180 {
        let mut stream = waiting.open().await;
        // Silent, in the middle of a head, and with a whole request whose answer nobody fetches.
        let text: &[u8] = match number % 3 {
            0 => b"",
            1 => b"GET /back?code=THEIRS&st",
            _ => b"GET /back?code=THEIRS HTTP/1.1\r\nHost: a\r\n\r\n",
        };
        let _ = stream.write_all(text).await;
        idle.push(stream);
    }
    let target = format!("/back?code=c&state={}", waiting.state);
    assert_eq!(status(&waiting.get(&target).await), "200");
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(waiting.code().await, "c");
}

#[tokio::test(start_paused = true)]
async fn heads_that_trickle_in_do_not_delay_the_redirect() {
    let waiting = wait(Flow::Code);
    let mut slow = Vec::new();
    for _ in 0..100 {
        slow.push(waiting.open().await);
    }
    let start = tokio::time::Instant::now();
    for byte in b"GET /back?code=THEIRS" {
        for stream in &mut slow {
            // The listener may have closed it.
            let _ = stream.write_all(&[*byte]).await;
        }
        tokio::time::advance(Duration::from_millis(20)).await;
    }
    let target = format!("/back?code=c&state={}", waiting.state);
    assert_eq!(status(&waiting.get(&target).await), "200");
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(waiting.code().await, "c");
}

#[tokio::test]
async fn idle_and_slow_connections_do_not_block_the_redirect() {
    let waiting = wait(Flow::Code);
    let mut idle = Vec::new();
    for _ in 0..20 {
        let mut stream = waiting.open().await;
        stream.write_all(b"GET /back?co").await.unwrap();
        idle.push(stream);
    }
    drop(waiting.open().await);
    let target = format!("/back?code=c&state={}", waiting.state);
    assert_eq!(status(&waiting.get(&target).await), "200");
    assert_eq!(waiting.code().await, "c");
}

#[tokio::test]
async fn request_in_small_pieces_is_read() {
    let waiting = wait(Flow::Code);
    let target = format!("/back?code=c&state={}", waiting.state);
    let text = format!(
        "GET {target} HTTP/1.1\r\nHOST: 127.0.0.1:{}\r\n\r\n",
        waiting.port
    );
    let mut stream = waiting.open().await;
    stream.set_nodelay(true).unwrap();
    for byte in text.as_bytes() {
        stream.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(status(&response(&mut stream).await), "200");
    assert_eq!(waiting.code().await, "c");
}

#[tokio::test]
async fn failed_sign_in_is_shown_and_returned() {
    let hostile = "error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let waiting = wait(Flow::Code);
    let target = format!("/back?{hostile}&state={}", waiting.state);
    let page = waiting.get(&target).await;
    assert_eq!(status(&page), "400");
    assert!(page.contains("You did not sign in") && page.contains("close this window"));
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"));
    let error = waiting.task.await.unwrap().unwrap_err();
    assert_eq!(error.problem(), Problem::SignInDenied);
    // The state is right, and the result is missing.
    let waiting = wait(Flow::Code);
    let target = format!("/back?state={}", waiting.state);
    let page = waiting.get(&target).await;
    assert!(page.contains("The sign-in failed"), "{page}");
    let error = waiting.task.await.unwrap().unwrap_err();
    assert_eq!(error.problem(), Problem::SignInWithoutResult);
}

/// The page for every request that is not the answer of this sign-in. It says the same whatever the request holds.
#[track_caller]
fn assert_neutral(page: &str, expected: &str) {
    assert_eq!(status(page), expected, "{page}");
    assert!(page.contains("Nothing to see here"), "{page}");
    for theirs in ["THEIRS", "sign-in-state", "access_denied", "You did"] {
        assert!(!page.contains(theirs), "{page}");
    }
}

#[tokio::test]
async fn forged_redirects_do_not_end_the_sign_in() {
    let waiting = wait(Flow::Code);
    let state = waiting.state.clone();
    let forged = [
        "code=THEIRS&state=THEIRS".to_owned(),
        "code=THEIRS".to_owned(),
        "code=THEIRS&state=".to_owned(),
        "error=access_denied&error_description=THEIRS".to_owned(),
        "error=access_denied&state=THEIRS".to_owned(),
        format!("code=THEIRS&state={}", &state[1..]),
        format!("code=THEIRS&state={state}THEIRS"),
        format!("code=THEIRS&state={state}&state=THEIRS"),
        "x=THEIRS".to_owned(),
        "code=%00THEIRS%ff&state=%ff".to_owned(),
    ];
    for query in &forged {
        assert_neutral(&waiting.get(&format!("/back?{query}")).await, "400");
    }
    let target = format!("/back?code=c&state={state}");
    assert!(waiting.get(&target).await.contains("You signed in"));
    assert_eq!(waiting.code().await, "c");
}

#[tokio::test]
async fn forged_fragments_do_not_end_the_sign_in() {
    let waiting = wait(Flow::Implicit);
    let own = format!("Origin: http://localhost:{}\r\n", waiting.port);
    for forged in [
        "access_token=THEIRS",
        "access_token=THEIRS&state=THEIRS",
        "error=access_denied",
    ] {
        let lines = waiting.post(&own, forged).await;
        assert_neutral(&lines, "400");
        assert!(
            lines.contains("text/plain") && lines.contains("\r\n\r\nNothing to see here\n"),
            "{lines}"
        );
        assert_neutral(&waiting.get(&format!("/back?{forged}")).await, "400");
    }
    let body = format!("access_token=TOKEN&state={}", waiting.state);
    assert!(waiting.post(&own, &body).await.contains("You signed in"));
    assert!(waiting.task.await.unwrap().is_ok());
}

#[tokio::test]
async fn images_scripts_and_frames_do_not_end_the_sign_in() {
    let waiting = wait(Flow::Code);
    let (port, state) = (waiting.port, waiting.state.clone());
    let request = |destination: &str| {
        format!(
            "GET /back?code=THEIRS&state={state} HTTP/1.1\r\nHost: localhost:{port}\r\nSec-Fetch-Dest: {destination}\r\n\r\n"
        )
    };
    for destination in [
        "image", "script", "style", "iframe", "frame", "embed", "object", "empty", "font", "video",
        "",
    ] {
        assert_neutral(&waiting.send(&request(destination)).await, "403");
    }
    let twice = "document\r\nSec-Fetch-Dest: image";
    assert_neutral(&waiting.send(&request(twice)).await, "400");
    let page = waiting.send(&request("document")).await;
    assert!(page.contains("You signed in"), "{page}");
    assert_eq!(waiting.code().await, "THEIRS");

    // The relaying page is for a window, and what it sends is a fetch.
    let waiting = wait(Flow::Implicit);
    let body = format!("access_token=TOKEN&state={}", waiting.state);
    for destination in ["document", "iframe"] {
        let header = format!("Sec-Fetch-Dest: {destination}\r\n");
        assert_neutral(&waiting.post(&header, &body).await, "403");
    }
    let get = |destination: &str| {
        let port = waiting.port;
        format!(
            "GET /back HTTP/1.1\r\nHost: localhost:{port}\r\nSec-Fetch-Dest: {destination}\r\n\r\n"
        )
    };
    assert_neutral(&waiting.send(&get("iframe")).await, "403");
    assert!(
        waiting
            .send(&get("document"))
            .await
            .contains("location.hash")
    );
    let page = waiting.post("Sec-Fetch-Dest: empty\r\n", &body).await;
    assert!(page.contains("You signed in"), "{page}");
    assert!(waiting.task.await.unwrap().is_ok());
}

#[tokio::test]
async fn page_relays_the_fragment() {
    let waiting = wait(Flow::Implicit);
    let page = waiting.get("/back").await;
    assert_eq!(status(&page), "200");
    assert!(page.contains("connect-src 'self'") && page.contains("location.hash"));
    assert!(
        page.contains("history.replaceState"),
        "the address bar is cleared"
    );
    let body = format!(
        "access_token=TOKEN%2B1&expires_in=600&state={}",
        waiting.state
    );
    // A request of another page and an empty one are rejected.
    for origin in ["Origin: http://evil.example\r\n", "Origin: null\r\n"] {
        assert_eq!(status(&waiting.post(origin, &body).await), "403");
    }
    assert_eq!(status(&waiting.post("", "").await), "400");
    let own = format!("Origin: http://localhost:{}\r\n", waiting.port);
    let lines = waiting.post(&own, &body).await;
    assert!(
        lines.contains("text/plain") && lines.contains("\r\n\r\nYou signed in\n"),
        "{lines}"
    );
    assert!(
        !lines.contains("TOKEN") && !lines.contains("script>"),
        "{lines}"
    );
    let AuthorizationResponse::Token {
        access_token,
        expires_in,
        ..
    } = waiting.task.await.unwrap().unwrap()
    else {
        panic!("a token");
    };
    assert_eq!((access_token.expose(), expires_in), ("TOKEN+1", Some(600)));
    // The query may hold an error.
    let waiting = wait(Flow::Implicit);
    let denied = format!("/back?error=access_denied&state={}", waiting.state);
    assert_eq!(status(&waiting.get(&denied).await), "400");
    let error = waiting.task.await.unwrap().unwrap_err();
    assert_eq!(error.problem(), Problem::SignInDenied);
}

#[tokio::test]
async fn first_of_many_redirects_counts() {
    let waiting = wait(Flow::Code);
    let target = format!("/back?code=c&state={}", waiting.state);
    let text = format!(
        "GET {target} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
        waiting.port
    );
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(waiting.open().await);
    }
    for stream in &mut streams {
        // The listener may be closed for later requests.
        let _ = stream.write_all(text.as_bytes()).await;
    }
    let mut target = 0;
    for stream in &mut streams {
        target += usize::from(response(stream).await.contains("You signed in"));
    }
    assert_eq!(target, 1);
    assert_eq!(waiting.code().await, "c");
}

#[tokio::test(start_paused = true)]
async fn wait_ends_at_the_deadline() {
    let loopback = RedirectListener::bind(&[0], "/").unwrap();
    let pending = pending(&loopback, Flow::Code);
    let start = tokio::time::Instant::now();
    let error = loopback
        .wait_for_redirect(&pending, LONG)
        .await
        .unwrap_err();
    assert_eq!(error.problem(), Problem::SignInTimeout);
    assert_eq!(error.to_string(), "nobody signed in within 2 min 0 s");
    assert!(!error.is_transient());
    let late = start.elapsed() - LONG;
    assert!(late < Duration::from_millis(5), "{late:?}");
}

#[tokio::test(start_paused = true)]
async fn deadline_says_that_other_answers_arrived() {
    let waiting = wait(Flow::Code);
    for _ in 0..2 {
        assert_neutral(&waiting.get("/back?error=access_denied").await, "400");
    }
    let error = waiting.task.await.unwrap().unwrap_err();
    assert_eq!(error.problem(), Problem::SignInTimeout);
    assert_eq!(
        error.to_string(),
        "nobody signed in within 2 min 0 s; 2 answers without the state of this sign-in arrived"
    );
}

#[tokio::test(start_paused = true)]
async fn silent_connection_is_closed() {
    let loopback = RedirectListener::bind(&[0], "/").unwrap();
    let pending = pending(&loopback, Flow::Code);
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", loopback.port())).unwrap();
    std::io::Write::write_all(&mut stream, b"GET / HT").unwrap();
    let waiting = tokio::spawn(async move { loopback.wait_for_redirect(&pending, LONG).await });
    stream.set_nonblocking(true).unwrap();
    let mut stream = TcpStream::from_std(stream).unwrap();
    let start = tokio::time::Instant::now();
    assert_eq!(response(&mut stream).await, "");
    assert!(
        start.elapsed() < Duration::from_secs(11),
        "{:?}",
        start.elapsed()
    );
    assert!(!waiting.is_finished());
    waiting.abort();
}

#[test]
fn listener_binds_to_a_loopback_redirect_uri_only() {
    let free = RedirectListener::bind(&[0], "/").unwrap().port();
    for (uri, back) in [
        (
            format!("http://localhost:{free}"),
            format!("http://localhost:{free}"),
        ),
        (
            format!("http://LOCALHOST:{free}/cb?a=b"),
            format!("http://localhost:{free}/cb"),
        ),
        (
            format!("http://127.0.0.1:{free}/"),
            format!("http://localhost:{free}"),
        ),
    ] {
        let loopback = RedirectListener::at(&uri).unwrap();
        assert_eq!(
            loopback.redirect_uri(LoopbackHost::Localhost),
            back,
            "{uri}"
        );
    }
    for uri in [
        "https://localhost:8888/",
        "http://example.com:8888/",
        "http://[::1]:8888/",
        "http://localhost:0/",
        "localhost:8888",
        "/cb",
        "",
        "http://a b/",
    ] {
        let error = RedirectListener::at(uri).unwrap_err();
        assert_eq!(error.problem(), Problem::RedirectInvalid, "{uri}");
    }
}

#[test]
fn first_free_port_is_used() {
    let taken = RedirectListener::bind(&[0], "/").unwrap();
    let error = RedirectListener::bind(&[taken.port()], "/").unwrap_err();
    assert_eq!(error.problem(), Problem::SignInPortInUse);
    assert!(error.to_string().contains(&taken.port().to_string()));
    let next = RedirectListener::bind(&[taken.port(), 0], "/cb").unwrap();
    assert_ne!(next.port(), taken.port());
    let port = next.port();
    assert_eq!(
        next.redirect_uri(LoopbackHost::Localhost),
        format!("http://localhost:{port}/cb")
    );
    assert_eq!(
        taken.redirect_uri(LoopbackHost::Address),
        format!("http://127.0.0.1:{}", taken.port())
    );
    for path in ["", "cb", "/a?b", "/a#b", "/a b", "/ü"] {
        let error = RedirectListener::bind(&[0], path).unwrap_err();
        assert_eq!(error.problem(), Problem::RedirectInvalid, "{path:?}");
    }
    let error = RedirectListener::bind(&[], "/").unwrap_err();
    assert_eq!(error.problem(), Problem::SignInListener);
}
