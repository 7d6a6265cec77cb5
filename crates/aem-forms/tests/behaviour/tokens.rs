//! The headers that authorise requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adobe_ims::source::{FetchedToken, source_fn};
use adobe_ims::token::AllowedHosts;
use adobe_ims::{AccessToken, Problem, Secret, TokenProvider};
use aem_forms::FormsClient;

use crate::server::{Server, Step, answer};
use crate::world::{PDF, TOKEN, Tokens, client_with, generate, letter, shown, transport};

fn pdf() -> Step {
    Step::Send(answer("200 OK\nContent-Type: application/pdf", PDF))
}

fn refusing() -> Step {
    Step::Send(answer("401 no", ""))
}

fn sent(server: &Server) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests
        .map(|request| request.header("authorization").unwrap().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn refused_token_is_replaced_once_and_needs_no_retry() {
    let server = Server::start([pdf(), refusing(), pdf(), pdf()]).await;
    let tokens = Tokens::renewing(9);
    let client = client_with(&server, Arc::clone(&tokens), 0);
    for _ in 0..3 {
        generate(&client, &letter()).await.unwrap();
    }
    let expected = [0, 0, 1, 1].map(|number| format!("Bearer SECRET-TOKEN-{number}"));
    assert_eq!(sent(&server), expected);
    assert_eq!(tokens.refused().len(), 1);

    let server = Server::start([refusing()]).await;
    let client = client_with(&server, Tokens::renewing(9), 5);
    let error = generate(&client, &letter()).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 401);
    assert_eq!(server.requests().len(), 2);
    shown(&error);
}

#[tokio::test(start_paused = true)]
async fn request_is_not_repeated_with_the_token_that_was_refused() {
    let server = Server::start([refusing()]).await;
    let tokens = Tokens::renewing(0);
    let client = client_with(&server, Arc::clone(&tokens), 5);
    let error = generate(&client, &letter()).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 401);
    assert_eq!(sent(&server), [format!("Bearer {TOKEN}")]);
    assert_eq!(tokens.refused().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn attempt_after_a_pause_asks_for_the_token_again() {
    let server = Server::start([
        Step::Send(answer("503 no", "")),
        refusing(),
        Step::Send(answer("503 no", "")),
        pdf(),
    ])
    .await;
    let client = client_with(&server, Tokens::renewing(9), 2);
    generate(&client, &letter()).await.unwrap();
    let expected = [0, 0, 1, 1].map(|number| format!("Bearer SECRET-TOKEN-{number}"));
    assert_eq!(sent(&server), expected);
}

#[tokio::test]
async fn token_provider_is_a_source() {
    let server = Server::start([refusing(), pdf()]).await;
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    let source = source_fn(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            let token = AccessToken::new(Secret::new(format!("SECRET-TOKEN-{number}")))?;
            Ok(FetchedToken::new(
                token.with_identity(Some("my-client"), Some("1@AdobeOrg")),
            ))
        }
    });
    let client = FormsClient::builder(server.url())
        .build(TokenProvider::new(source), transport())
        .unwrap();
    assert_eq!(generate(&client, &letter()).await.unwrap(), PDF);
    assert_eq!(
        sent(&server),
        ["Bearer SECRET-TOKEN-0", "Bearer SECRET-TOKEN-1"]
    );
    for request in server.requests() {
        assert_eq!(request.header("x-api-key"), Some("my-client"));
        assert_eq!(request.header("x-gw-ims-org-id"), Some("1@AdobeOrg"));
    }
}

#[test]
fn host_that_must_not_get_the_token_is_refused() {
    let build = |target: &str, allowed: AllowedHosts| {
        let builder = FormsClient::builder(target).allowed_hosts(allowed);
        builder.build(Tokens::renewing(0), transport())
    };
    let default = || AllowedHosts::adobe().allow_this_machine();
    for target in [
        "example.com",
        "http://author-p1-e2.adobeaemcloud.com",
        "https://adobeaemcloud.com.evil",
    ] {
        let error = build(target, default()).unwrap_err();
        assert_eq!(error.cause(), Problem::HostNotAllowed.into(), "{target}");
    }
    for target in [
        "author-p1-e2.adobeaemcloud.com",
        "http://localhost:4502",
        "https://[::1]/",
    ] {
        assert!(build(target, default()).is_ok(), "{target}");
    }
    let own = AllowedHosts::none().allow("https://example.com").unwrap();
    assert!(build("example.com", own.clone()).is_ok());
    assert!(build("localhost", own).is_err());
}
