use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::*;
use crate::client::retry::{Repetition, after_status};
use crate::error::{Error, ErrorAnswer, FormsProblem, Result};

fn answered(status: u16) -> Error {
    let error = Error::new(FormsProblem::ApiError, format!("AEM answered {status}"));
    let retry = after_status(status, Duration::ZERO, Repetition::Harmless);
    error
        .with_answer(ErrorAnswer::new(status, String::new()))
        .with_retry(retry)
}

fn jobs(count: u64) -> impl Iterator<Item = Job<u64>> {
    (1..=count).map(|number| {
        let key = KeyBuilder::new().text(&number.to_string()).finish();
        Job::new(number, format!("{number}.pdf"), Ok((key, number)))
    })
}

/// A server that answers each record with a list of statuses in turn, the last of them repeated.
#[derive(Default)]
struct Server {
    statuses: HashMap<u64, Vec<u16>>,
    otherwise: u16,
    retry_after: Option<Duration>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: Vec<(u64, Duration)>,
    in_flight: usize,
    most: usize,
}

impl Server {
    fn new(statuses: impl IntoIterator<Item = (u64, Vec<u16>)>) -> Arc<Self> {
        Arc::new(Self {
            statuses: statuses.into_iter().collect(),
            otherwise: 200,
            ..Self::default()
        })
    }

    async fn make(self: Arc<Self>, begun: Instant, number: u64, path: PathBuf) -> Result<Made> {
        let status = {
            let mut state = self.state.lock().unwrap();
            let count = state.requests.iter().filter(|it| it.0 == number).count();
            state.requests.push((number, begun.elapsed()));
            state.in_flight += 1;
            state.most = state.most.max(state.in_flight);
            let statuses = self.statuses.get(&number);
            let status = statuses.and_then(|it| it.get(count).or(it.last()));
            status.copied().unwrap_or(self.otherwise)
        };
        sleep_until(Instant::now() + Duration::from_millis(100)).await;
        self.state.lock().unwrap().in_flight -= 1;
        if status == 200 {
            fs::write(path, number.to_string()).unwrap();
            return Ok(Made::new(number.to_string().len() as u64));
        }
        let wait = self.retry_after.filter(|_| status == 429);
        Err(answered(status).with_retry_after(wait))
    }

    fn requests(&self) -> Vec<(u64, Duration)> {
        self.state.lock().unwrap().requests.clone()
    }
}

async fn run(folder: &Path, options: RunOptions, server: &Arc<Server>, count: u64) -> Summary {
    let begun = Instant::now();
    let make = |number: Arc<u64>, path| server.clone().make(begun, *number, path);
    let run = Run::open(folder, options).unwrap();
    run.execute(count, jobs(count), make, |_| {}).await.unwrap()
}

fn counts(summary: &Summary) -> [u64; 4] {
    [summary.made, summary.skipped, summary.failed, summary.left]
}

#[tokio::test(start_paused = true)]
async fn documents_are_made_at_the_same_time_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new([]);
    let summary = run(folder.path(), RunOptions::default(), &server, 10).await;
    assert_eq!(counts(&summary), [10, 0, 0, 0]);
    assert_eq!(server.state.lock().unwrap().most, 4);
    assert_eq!(summary.time, Duration::from_millis(300));
    assert_eq!(summary.bytes, 11);
    let again = RunOptions::default().journal(JournalMode::Resume);
    let summary = run(folder.path(), again, &server, 12).await;
    assert_eq!(counts(&summary), [2, 10, 0, 0]);
    assert_eq!(server.requests().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn documents_in_folders_of_their_own_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join("a/.ims-forms-0123456789abcdef.tmp");
    fs::create_dir(folder.path().join("a")).unwrap();
    fs::write(&left, "half").unwrap();
    let server = Server::new([]);
    let begun = Instant::now();
    let make = |number: Arc<u64>, path| server.clone().make(begun, *number, path);
    let jobs = ["a/1.pdf", "b/c/2.pdf", "a/3.pdf"].map(|file| {
        let key = KeyBuilder::new().text(file).finish();
        Job::new(1, file, Ok((key, 1)))
    });
    let run = Run::open(folder.path(), RunOptions::default()).unwrap();
    let summary = run.execute(3, jobs, make, |_| {}).await.unwrap();
    assert_eq!(counts(&summary), [3, 0, 0, 0]);
    assert!(folder.path().join("b/c/2.pdf").is_file());
    assert!(!left.exists(), "what an ended run left");
}

#[tokio::test(start_paused = true)]
async fn failed_document_leaves_its_reason_until_it_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new([(2, vec![400, 200])]);
    let summary = run(folder.path(), RunOptions::default(), &server, 3).await;
    assert_eq!(counts(&summary), [2, 0, 1, 0]);
    let reason = folder.path().join("2.error.json");
    let text: serde_json::Value = serde_json::from_slice(&fs::read(&reason).unwrap()).unwrap();
    assert_eq!(text["schema"], "ims.forms.failure/1");
    assert_eq!(text["record"], 2);
    assert_eq!(text["id"], "forms-api-error");
    assert_eq!(text["answer"]["status"], 400);
    let again = RunOptions::default().journal(JournalMode::Resume);
    let summary = run(folder.path(), again, &server, 3).await;
    assert_eq!(counts(&summary), [1, 2, 0, 0]);
    assert!(!reason.exists());
}

#[tokio::test(start_paused = true)]
async fn overload_is_answered_with_fewer_requests_and_patience() {
    let folder = tempfile::tempdir().unwrap();
    let server = Arc::new(Server {
        otherwise: 200,
        statuses: HashMap::from([(1, vec![429, 200])]),
        retry_after: Some(Duration::from_secs(30)),
        ..Server::default()
    });
    let mut parallel = Vec::new();
    let begun = Instant::now();
    let make = |number: Arc<u64>, path| server.clone().make(begun, *number, path);
    let run = Run::open(folder.path(), RunOptions::default()).unwrap();
    let observe = |event: Event<'_>| {
        if let Event::Parallel(count) = event {
            parallel.push(count);
        }
    };
    let summary = run.execute(8, jobs(8), make, observe).await.unwrap();
    assert_eq!(counts(&summary), [8, 0, 0, 0]);
    assert_eq!(summary.repeated, 1);
    assert_eq!(parallel.first(), Some(&2));
    // Nothing is sent while the server asks to wait.
    let late = server.requests().into_iter().skip(4);
    assert!(late.clone().all(|(_, at)| at >= Duration::from_secs(30)));
    assert_eq!(late.count(), 5);
}

#[tokio::test(start_paused = true)]
async fn run_whose_documents_all_fail_alike_is_stopped() {
    for (status, requests) in [(403, 4), (401, 6), (500, 13)] {
        let folder = tempfile::tempdir().unwrap();
        let server = Arc::new(Server {
            otherwise: status,
            ..Server::default()
        });
        let summary = run(folder.path(), RunOptions::default(), &server, 1000).await;
        let stopped_by = summary.stopped_by.as_ref().unwrap();
        assert_eq!(stopped_by.answer().unwrap().status, status);
        let sent = server.requests().len();
        assert!(sent <= requests, "{status}: {sent}");
        assert_eq!(summary.failed as usize, sent);
        assert_eq!(summary.left, 1000 - summary.failed);
    }
}

#[tokio::test(start_paused = true)]
async fn wait_longer_than_the_limit_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let server = Arc::new(Server {
        otherwise: 429,
        retry_after: Some(Duration::from_secs(3600)),
        ..Server::default()
    });
    let summary = run(folder.path(), RunOptions::default().parallel(1), &server, 5).await;
    assert_eq!(counts(&summary), [0, 0, 1, 4]);
    assert_eq!(summary.stopped_by.unwrap().answer().unwrap().status, 429);
}

#[tokio::test(start_paused = true)]
async fn limit_of_failures_stops_the_run() {
    for (limit, failed) in [(0, 1), (2, 3)] {
        let folder = tempfile::tempdir().unwrap();
        let server = Arc::new(Server {
            otherwise: 400,
            ..Server::default()
        });
        let options = RunOptions::default().parallel(1).max_failures(limit);
        let summary = run(folder.path(), options, &server, 10).await;
        assert_eq!(counts(&summary), [0, 0, failed, 10 - failed]);
        assert!(summary.stopped_by.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn rate_keeps_requests_apart() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new([]);
    let options = RunOptions::default().per_minute(60);
    run(folder.path(), options, &server, 4).await;
    let times: Vec<u64> = server.requests().iter().map(|it| it.1.as_secs()).collect();
    assert_eq!(times, [0, 1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn record_that_cannot_be_read_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new([]);
    let begun = Instant::now();
    let make = |number: Arc<u64>, path| server.clone().make(begun, *number, path);
    let unreadable = || Error::new(FormsProblem::RecordUnreadable, "people.csv:3: too short");
    let jobs = jobs(3).map(|job| match job.number {
        2 => Job::new(2, "2.pdf", Err(unreadable())),
        _ => job,
    });
    let run = Run::open(folder.path(), RunOptions::default()).unwrap();
    let summary = run.execute(3, jobs, make, |_| {}).await.unwrap();
    assert_eq!(counts(&summary), [2, 0, 1, 0]);
    assert!(folder.path().join("2.error.json").exists());
}

#[tokio::test(start_paused = true)]
async fn lost_connections_are_tried_again_as_often_as_the_policy_says() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::new([(1, vec![502, 502, 200]), (2, vec![502, 502, 502])]);
    let options = RunOptions::default().retries(2);
    let summary = run(folder.path(), options, &server, 2).await;
    assert_eq!(counts(&summary), [1, 0, 1, 0]);
    assert_eq!(summary.repeated, 4);
}
