//! The batch API.

use aem_forms::batch::{BatchConfig, BatchStatus};
use aem_forms::options::{PdfOptions, PrintFormat, PrintOptions};
use tokio::time::Instant;

use crate::server::{Server, Step, answer};
use crate::world::{client, shown};

const JSON: &str = "200 OK\nContent-Type: application/json";
const BASE: &str = "/adobe/forms/batch/output";

fn config() -> BatchConfig {
    BatchConfig::new("a b/ü")
        .data_source("/conf/x")
        .template("letter.xdp")
        .content_root("crx:///content/dam")
        .pdf(&PdfOptions::new().locale("de").content_root("ignored"))
        .print(&PrintOptions::new(PrintFormat::Pcl, "p.xdc").content_root("ignored"))
        .print(&PrintOptions::new(PrintFormat::Zpl, "z.xdc"))
}

const CONFIG: &str = "{\"configName\":\"a b/ü\",\"contentRoot\":\"crx:///content/dam\",\
    \"dataSourceConfigUri\":\"/conf/x\",\"outputTypes\":[\"PDF\",\"PRINT\"],\"pdfOutputOptions\":{\"locale\":\"de\"},\
    \"printedOutputOptionsList\":[{\"printConfig\":{\"renderType\":\"PCL\",\"xdcUri\":\"p.xdc\"}},\
    {\"printConfig\":{\"renderType\":\"ZPL\",\"xdcUri\":\"z.xdc\"}}],\"template\":\"letter.xdp\"}";

#[tokio::test]
async fn configurations_are_created_read_changed_and_deleted() {
    let stored =
        "{\"configName\":\"a b/ü\",\"template\":\"old.xdp\",\"new\":[1],\"dataSource\":{\"x\":1}}";
    let list = format!("{{\"data\":[{stored},{{\"configName\":\"c\"}}]}}");
    let server = Server::start([
        Step::Send(answer("201 Created\nLocation: /x", "")),
        Step::Send(answer(JSON, stored)),
        Step::Send(answer(JSON, list)),
        Step::Send(answer(JSON, stored)),
        Step::Send(answer(JSON, stored)),
        Step::Send(answer("204 No Content", "")),
    ])
    .await;
    let client = client(&server);
    let batches = client.batches();
    batches.create(&config()).await.unwrap();
    let read = batches.config("a b/ü").await.unwrap();
    assert_eq!(
        read.to_json(),
        "{\"configName\":\"a b/ü\",\"new\":[1],\"template\":\"old.xdp\"}"
    );
    let names = batches.configs().await.unwrap();
    let names: Vec<_> = names
        .iter()
        .map(|config| config.name().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["a b/ü", "c"]);
    let changes = BatchConfig::new("a b/ü").template("new.xdp");
    let changed = batches.update(&changes).await.unwrap();
    let expected = "{\"configName\":\"a b/ü\",\"new\":[1],\"template\":\"new.xdp\"}";
    assert_eq!(changed.to_json(), expected);
    batches.delete("a b/ü").await.unwrap();

    let requests = server.requests();
    let lines: Vec<_> = requests.iter().map(|request| request.line()).collect();
    let one = "/config/a%20b%2F%C3%BC";
    assert_eq!(
        lines,
        [
            format!("POST {BASE}/config HTTP/1.1"),
            format!("GET {BASE}{one} HTTP/1.1"),
            format!("GET {BASE}/configs HTTP/1.1"),
            format!("GET {BASE}{one} HTTP/1.1"),
            format!("PUT {BASE}{one} HTTP/1.1"),
            format!("DELETE {BASE}{one} HTTP/1.1"),
        ]
    );
    assert_eq!(requests[0].text(), CONFIG);
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[4].text(), expected);
    assert!(requests[1].body.is_empty() && requests[1].header("content-type").is_none());
}

#[tokio::test]
async fn run_is_named_by_the_last_segment_of_its_location() {
    for location in [
        "https://author/adobe/forms/batch/output/config/a/execution/e%201",
        "/adobe/forms/batch/output/config/a/execution/e%201",
        "execution/e%201",
    ] {
        let head = format!("202 Accepted\nLocation: {location}");
        let server = Server::start([Step::Send(answer(&head, ""))]).await;
        let client = client(&server);
        let id = client.batches().run("a", None).await.unwrap();
        assert_eq!(id, "e 1");
        let changes = BatchConfig::new("a").template("x.xdp");
        client.batches().run("a", Some(&changes)).await.unwrap();
        let requests = server.requests();
        assert_eq!(
            requests[0].line(),
            format!("POST {BASE}/config/a/execution HTTP/1.1")
        );
        assert_eq!(requests[0].text(), "{}");
        assert_eq!(
            requests[1].text(),
            "{\"config\":{\"configName\":\"a\",\"template\":\"x.xdp\"}}"
        );
    }
    let server = Server::start([Step::Send(answer("202 Accepted", ""))]).await;
    let error = client(&server).batches().run("a", None).await.unwrap_err();
    assert_eq!(error.cause().id(), "answer-malformed");
}

fn state(status: &str, failed: u32) -> Step {
    let json = format!(
        "{{\"status\":\"{status}\",\"executionId\":\"e\",\"outputStatuses\":[{{\"outputType\":\"PDF\",\
         \"inProgressCount\":1,\"successCount\":2,\"failureCount\":{failed}}}],\"recordsCount\":-1}}"
    );
    Step::Send(answer(JSON, json))
}

#[tokio::test(start_paused = true)]
async fn wait_asks_less_and_less_often_until_the_run_has_ended() {
    let running = || state("PROCESSING", 0);
    let server = Server::start([
        running(),
        running(),
        // A failure on the way is tried again.
        Step::Send(answer("503 no", "")),
        running(),
        running(),
        running(),
        state("SUCCESS", 1),
    ])
    .await;
    let start = Instant::now();
    let mut times = Vec::new();
    let client = client(&server);
    let waiting = client.batches();
    let waiting = waiting.wait("a", "e/1", |_| times.push(start.elapsed().as_secs()));
    let state = waiting.await.unwrap();
    assert_eq!(state.status, BatchStatus::Success);
    assert!(state.has_failed());
    assert_eq!(times.len(), 6);
    for (time, expected) in times.iter().zip([0, 10, 30, 70, 130, 190]) {
        assert!((expected..expected + 3).contains(time), "{times:?}");
    }
    let requests = server.requests();
    assert_eq!(
        requests[0].line(),
        format!("GET {BASE}/config/a/execution/e%2F1 HTTP/1.1")
    );
}

#[tokio::test]
async fn runs_are_listed() {
    let list = "{\"data\":[{\"status\":\"FAILED\",\"errorInfo\":{\"code\":\"E\",\"message\":\"SECRET-TOKEN-0 no\"}},{\"status\":\"PROCESSING\"}]}";
    let server = Server::start([Step::Send(answer(JSON, list))]).await;
    let runs = client(&server).batches().runs("a").await.unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0].error.as_deref(), Some("E: [redacted] no"));
    assert!(runs[0].has_failed() && runs[1].is_running());
}

#[tokio::test(start_paused = true)]
async fn start_and_creation_are_not_repeated_unless_nothing_was_done() {
    let accepted = || Step::Send(answer("202 Accepted\nLocation: e", ""));
    for (step, requests, is_started) in [
        (Step::Send(answer("429 slow", "")), 2, true),
        (Step::Send(answer("503 no", "")), 1, false),
        (Step::Send(answer("408 no", "")), 1, false),
        (Step::Close, 1, false),
    ] {
        let server = Server::start([step, accepted()]).await;
        let outcome = client(&server).batches().run("a", None).await;
        assert_eq!(outcome.is_ok(), is_started, "{outcome:?}");
        assert_eq!(server.requests().len(), requests);
    }
}

#[tokio::test]
async fn answer_that_is_something_else_is_an_error() {
    let sling = "<html><head><title>Content created /adobe</title></head></html>";
    let html = "201 Created\nContent-Type: text/html";
    let problem =
        "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"a exists\"}";
    let server = Server::start([Step::Send(answer(html, sling))]).await;
    let error = client(&server)
        .batches()
        .create(&config())
        .await
        .unwrap_err();
    assert_eq!(error.cause().id(), "aem-post-stored-by-sling");

    let server = Server::start([Step::Send(answer(
        "409 no\nContent-Type: application/json",
        problem,
    ))])
    .await;
    let error = client(&server)
        .batches()
        .create(&config())
        .await
        .unwrap_err();
    assert_eq!(error.answer().unwrap().message.as_deref(), Some("a exists"));
    assert!(shown(&error).contains("409"));

    for content in [
        "",
        "[]",
        "{\"data\":1}",
        "{\"data\":[1]}",
        "{}",
        "{\"data\":[{}]",
    ] {
        let server = Server::start([Step::Send(answer(JSON, content))]).await;
        let error = client(&server).batches().runs("a").await.unwrap_err();
        let id = error.cause().id();
        assert!(
            ["answer-malformed", "forms-answer-empty"].contains(&id),
            "{content}: {id}"
        );
    }
    let nameless = BatchConfig::from_json("{\"template\":\"x\"}").unwrap();
    let server = Server::start([Step::Send(answer(JSON, "{}"))]).await;
    for outcome in [
        client(&server).batches().create(&nameless).await.map(drop),
        client(&server).batches().update(&nameless).await.map(drop),
    ] {
        assert_eq!(
            outcome.unwrap_err().cause().id(),
            "forms-request-not-sendable"
        );
    }
    assert!(server.requests().is_empty());
}
