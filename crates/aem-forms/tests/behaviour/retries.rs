//! Further attempts, on a paused clock.

use std::time::Duration;

use aem_forms::FormsClient;
use aem_forms::error::Retry;
use tokio::time::Instant;

use crate::server::{Server, Step, answer};
use crate::world::{PDF, Tokens, client, client_with, generate, letter};

fn pdf() -> Step {
    Step::Send(answer("200 OK\nContent-Type: application/pdf", PDF))
}

fn failing(head: &str) -> Step {
    Step::Send(answer(head, ""))
}

/// Generates a letter. Returns the status of the failure, 0 for a failure without one and 200 for a success, with the number
/// of requests and the time that passed.
async fn attempt(client: &FormsClient, server: &Server) -> (u16, usize, Duration) {
    let start = Instant::now();
    let outcome = generate(client, &letter()).await;
    let status = match &outcome {
        Ok(document) => {
            assert_eq!(document, PDF);
            200
        }
        Err(error) => error.answer().map_or(0, |answer| answer.status),
    };
    (status, server.requests().len(), start.elapsed())
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn request_is_repeated_where_that_may_help() {
    let late = |pause: u64, head: &str| {
        let body = answer(head, "");
        Step::SendAfter(Duration::from_secs(pause), body)
    };
    let rows: Vec<(Vec<Step>, u16, usize)> = vec![
        (vec![Step::Close, pdf()], 200, 2),
        (vec![Step::Close, Step::Close, pdf()], 200, 3),
        (vec![Step::Close], 0, 3),
        (vec![failing("429 slow"), pdf()], 200, 2),
        (vec![failing("502 no"), failing("503 no"), pdf()], 200, 3),
        (vec![failing("504 no"), pdf()], 200, 2),
        (vec![failing("503 no")], 503, 3),
        (vec![failing("400 no"), pdf()], 400, 1),
        (vec![failing("403 no"), pdf()], 403, 1),
        (vec![failing("404 no"), pdf()], 404, 1),
        (vec![failing("413 no"), pdf()], 413, 1),
        (vec![failing("500 no"), pdf()], 500, 1),
        (vec![failing("408 slow"), pdf()], 200, 2),
        (vec![failing("408 slow")], 408, 2),
        // A 503 after a minute comes from the edge.
        (vec![late(60, "503 no")], 503, 2),
        (vec![late(60, "503 no"), pdf()], 200, 2),
        (vec![late(60, "503 no"), failing("503 no"), pdf()], 200, 3),
        (vec![late(60, "503 no"), failing("408 no"), pdf()], 408, 2),
        (vec![late(60, "502 no"), late(60, "502 no"), pdf()], 200, 3),
    ];
    for (number, (script, status, requests)) in rows.into_iter().enumerate() {
        let server = Server::start(script).await;
        let (seen, count, _) = attempt(&client(&server), &server).await;
        assert_eq!((seen, count), (status, requests), "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn caller_limits_the_attempts_and_learns_what_may_be_repeated() {
    for (step, retries, requests, retry) in [
        (failing("503 no"), 0, 1, Retry::Again),
        (failing("503 no"), 5, 6, Retry::Again),
        (failing("408 no"), 0, 1, Retry::Once),
        (failing("500 no"), 5, 1, Retry::Never),
        (Step::Close, 0, 1, Retry::Again),
        (Step::Close, 1, 2, Retry::Again),
    ] {
        let server = Server::start([step]).await;
        let client = client_with(&server, Tokens::renewing(0), retries);
        let error = generate(&client, &letter()).await.unwrap_err();
        assert_eq!(server.requests().len(), requests, "{error}");
        assert_eq!(error.retry(), retry, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn connection_that_nobody_accepts_is_tried_again() {
    let server = Server::start([pdf()]).await;
    let port = server.url().replace("http://127.0.0.1:", "");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let unused = closed.local_addr().unwrap().port();
    drop(closed);
    assert_ne!(port, unused.to_string());
    let client = FormsClient::builder(format!("http://127.0.0.1:{unused}"))
        .build(Tokens::renewing(0), crate::world::transport())
        .unwrap();
    let start = Instant::now();
    let error = generate(&client, &letter()).await.unwrap_err();
    assert_eq!(
        (error.cause().id(), error.retry()),
        ("nothing-listens", Retry::Again)
    );
    // Two pauses, of 0.5 to 1 s and of 1 to 2 s.
    let waited = start.elapsed();
    assert!(
        waited >= SECOND * 3 / 2 && waited < SECOND * 4,
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn pause_of_the_server_is_kept_within_the_time_limit() {
    // The clock of the client stands at 2027-01-15 08:00:00.
    let date = "429 slow\nRetry-After: Fri, 15 Jan 2027 08:01:40 GMT";
    for (head, status, requests, least) in [
        ("429 slow\nRetry-After: 40", 200, 2, 40),
        ("503 no\nRetry-After: 299", 200, 2, 299),
        ("503 no\nRetry-After: 301", 503, 1, 0),
        ("429 slow\nRetry-After: 86400000", 429, 1, 0),
        (date, 200, 2, 100),
        ("429 slow\nRetry-After: soon", 200, 2, 0),
        ("500 no\nRetry-After: 1", 500, 1, 0),
    ] {
        let server = Server::start([failing(head), pdf()]).await;
        let (seen, count, waited) = attempt(&client(&server), &server).await;
        assert_eq!((seen, count), (status, requests), "{head}");
        let (least, waited) = (Duration::from_secs(least), waited);
        assert!(
            waited >= least && waited < least + 3 * SECOND,
            "{head}: {waited:?}"
        );
    }
    let server = Server::start([failing("429 slow\nRetry-After: 3600")]).await;
    let error = generate(&client(&server), &letter()).await.unwrap_err();
    assert!(error.is_wait_too_long(), "{error:?}");
    assert_eq!(error.retry_after(), Some(3600 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn silence_ends_the_request_and_is_not_repeated() {
    let late = Step::SendAfter(Duration::from_secs(301), answer("200 OK", PDF));
    let server = Server::start([late]).await;
    let start = Instant::now();
    let error = generate(&client(&server), &letter()).await.unwrap_err();
    assert_eq!(error.cause().id(), "deadline-exceeded", "{error}");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(start.elapsed().as_secs(), 300);
}

#[tokio::test(start_paused = true)]
async fn answer_that_breaks_off_is_not_asked_for_again() {
    let bytes = answer("200 OK\nContent-Type: application/pdf", PDF);
    let server =
        Server::start([Step::SendAndClose(bytes[..bytes.len() - 3].to_vec()), pdf()]).await;
    let error = generate(&client(&server), &letter()).await.unwrap_err();
    assert_eq!(error.cause().id(), "forms-answer-truncated");
    assert!(error.is_transient());
    assert_eq!(server.requests().len(), 1);
}
