//! The loop that makes many documents.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, sleep_until};

use super::breaker::Breaker;
use super::job::Job;
use super::journal::{Journal, Line, Outcome};
use super::key::Key;
use super::limiter::Limiter;
use super::options::RunOptions;
use super::pace::Pace;
use super::report::{Event, Made, Summary};
use super::{failure_file, output};
use crate::client::retry::{Attempts, Decision, Failed};
use crate::error::{Error, Result};

/// A run that makes many documents in one folder.
///
/// ```no_run
/// use aem_forms::run::{Event, Job, KeyBuilder, Made, Run, RunOptions};
///
/// # async fn example(pages: Vec<(String, Vec<u8>)>) -> aem_forms::Result<()> {
/// let run = Run::open("letters", RunOptions::default())?;
/// let total = pages.len() as u64;
/// let jobs = (1..).zip(pages).map(|(number, (name, content))| {
///     let key = KeyBuilder::new().text(&name).finish();
///     Job::new(number, format!("{name}.pdf"), Ok((key, content)))
/// });
/// let make = |content: std::sync::Arc<Vec<u8>>, path: std::path::PathBuf| async move {
///     // A program generates the document here and saves it at the path.
///     Ok(Made::new(content.len() as u64))
/// };
/// let summary = run
///     .execute(total, jobs, make, |event| {
///         if let Event::Failed { number, error, .. } = event {
///             eprintln!("record {number}: {error}");
///         }
///     })
///     .await?;
/// println!("{} documents", summary.made);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    options: RunOptions,
    journal: Journal,
}

impl Run {
    /// Opens a run in a folder, which is created if it is missing. No other run can use the folder until this one ends.
    ///
    /// # Errors
    /// [`FormsProblem::JournalExists`](crate::error::FormsProblem::JournalExists),
    /// [`JournalLocked`](crate::error::FormsProblem::JournalLocked),
    /// [`JournalDamaged`](crate::error::FormsProblem::JournalDamaged) and
    /// [`OutputUnwritable`](crate::error::FormsProblem::OutputUnwritable).
    pub fn open(folder: impl Into<PathBuf>, options: RunOptions) -> Result<Self> {
        let folder = folder.into();
        output::create_folder(&folder)?;
        let journal = Journal::open(&folder, options.journal)?;
        output::sweep(&folder);
        Ok(Self {
            folder,
            options,
            journal,
        })
    }

    /// Makes the documents. `make` makes one and writes it to the path; `observe` hears of each event.
    ///
    /// The run goes on after the failure of a single document. It stops when all further documents would fail alike: at a
    /// 403, without a token, after three refusals of new tokens or ten equal failures of the server or of the connection in
    /// a row, and if the server asks to wait for longer than the time limit.
    ///
    /// # Errors
    /// An error if the journal cannot be written. All else is part of the summary.
    pub async fn execute<T, F, Fut>(
        self,
        total: u64,
        jobs: impl IntoIterator<Item = Job<T>>,
        make: F,
        observe: impl FnMut(Event<'_>),
    ) -> Result<Summary>
    where
        F: Fn(Arc<T>, PathBuf) -> Fut,
        Fut: Future<Output = Result<Made>>,
    {
        let running = Running {
            limiter: Limiter::new(self.options.parallel),
            pace: Pace::new(self.options.per_minute),
            run: self,
            make,
            observe,
            breaker: Breaker::default(),
            waiting: BTreeMap::new(),
            number_of_waits: 0,
            is_stopped: false,
            random: fastrand::Rng::new(),
            summary: Summary::default(),
            folders: HashSet::new(),
        };
        running.execute(total, jobs.into_iter()).await
    }
}

/// A document on its way.
struct Task<T> {
    number: u64,
    file: String,
    key: Key,
    content: Arc<T>,
    attempts: Attempts,
    begun: Instant,
}

struct Running<T, F, O> {
    run: Run,
    make: F,
    observe: O,
    limiter: Limiter,
    pace: Pace,
    breaker: Breaker,
    /// Tasks that are sent again, by the time from which they may be. The number keeps equal times apart.
    waiting: BTreeMap<(Instant, u64), Task<T>>,
    number_of_waits: u64,
    is_stopped: bool,
    random: fastrand::Rng,
    summary: Summary,
    /// The folders of documents below that of the run.
    folders: HashSet<PathBuf>,
}

impl<T, F, Fut, O> Running<T, F, O>
where
    F: Fn(Arc<T>, PathBuf) -> Fut,
    Fut: Future<Output = Result<Made>>,
    O: FnMut(Event<'_>),
{
    async fn execute(
        mut self,
        total: u64,
        mut jobs: impl Iterator<Item = Job<T>>,
    ) -> Result<Summary> {
        let begun = Instant::now();
        let mut active = FuturesUnordered::new();
        let mut has_more = true;
        loop {
            while !self.is_stopped && active.len() < self.limiter.limit() {
                let now = Instant::now();
                if self.pace.opens_at(now).is_some() {
                    break;
                }
                let Some(task) = self.next(now, &mut jobs, &mut has_more)? else {
                    break;
                };
                self.pace.sent(now);
                let path = self.run.folder.join(&task.file);
                let work = (self.make)(task.content.clone(), path);
                active.push(async move { (task, work.await) });
            }
            if active.is_empty() && (self.is_stopped || (!has_more && self.waiting.is_empty())) {
                break;
            }
            let wake = self.wakes_at(active.len(), has_more);
            tokio::select! {
                Some((task, outcome)) = active.next() => {
                    self.ended(task, outcome, active.len())?;
                }
                () = wait_until(wake), if wake.is_some() => {}
            }
        }
        let summary = &mut self.summary;
        summary.time = begun.elapsed();
        let begun = summary.made + summary.skipped + summary.failed;
        summary.left = total.saturating_sub(begun);
        Ok(self.summary)
    }

    /// Returns the next task: one that is sent again, or one for the next job that is not done.
    fn next(
        &mut self,
        now: Instant,
        jobs: &mut impl Iterator<Item = Job<T>>,
        has_more: &mut bool,
    ) -> Result<Option<Task<T>>> {
        if let Some(entry) = self.waiting.first_entry()
            && entry.key().0 <= now
        {
            return Ok(Some(entry.remove()));
        }
        while !self.is_stopped {
            let Some(job) = jobs.next() else {
                *has_more = false;
                return Ok(None);
            };
            let (number, file) = (job.number, job.file);
            let (key, content) = match job.content {
                Ok(content) => content,
                Err(error) => {
                    self.failed(number, &file, None, error)?;
                    continue;
                }
            };
            if self.run.journal.is_done(&self.run.folder, key, &file) {
                self.summary.skipped += 1;
                let file = &self.run.folder.join(file);
                (self.observe)(Event::Skipped { number, file });
                continue;
            }
            if let Err(error) = self.prepare_folder(&file) {
                self.failed(number, &file, Some(key), error)?;
                continue;
            }
            return Ok(Some(Task {
                number,
                file,
                key,
                content: Arc::new(content),
                attempts: Attempts::new(self.run.options.retries),
                begun: now,
            }));
        }
        Ok(None)
    }

    /// Creates the folder of a document, if it has one of its own, and removes what an ended run left there.
    fn prepare_folder(&mut self, file: &str) -> Result<()> {
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        if folder.as_os_str().is_empty() || self.folders.contains(folder) {
            return Ok(());
        }
        let path = self.run.folder.join(folder);
        output::create_folder(&path)?;
        output::sweep(&path);
        self.folders.insert(folder.to_owned());
        Ok(())
    }

    /// Returns when something can be started that cannot be now.
    fn wakes_at(&self, active: usize, has_more: bool) -> Option<Instant> {
        if self.is_stopped || active >= self.limiter.limit() {
            return None;
        }
        let due = self.waiting.keys().next().map(|(at, _)| *at);
        let first = if has_more { None } else { due };
        let opens = self.pace.opens_at(Instant::now());
        // While the pace is closed, nothing can be started, whether it waits or is new.
        match (opens, first, due) {
            (Some(opens), Some(first), _) => Some(opens.max(first)),
            (Some(opens), None, _) => Some(opens),
            (None, _, due) => due,
        }
    }

    fn ended(&mut self, task: Task<T>, outcome: Result<Made>, in_flight: usize) -> Result<()> {
        let before = self.limiter.limit();
        match outcome {
            Ok(made) => {
                self.limiter.succeeded();
                self.breaker.succeeded();
                self.made(&task, &made)?;
            }
            Err(error) => self.repeat_or_fail(task, error, in_flight)?,
        }
        let after = self.limiter.limit();
        if after != before {
            (self.observe)(Event::Parallel(after));
        }
        Ok(())
    }

    fn repeat_or_fail(&mut self, mut task: Task<T>, error: Error, in_flight: usize) -> Result<()> {
        let now = Instant::now();
        if error.is_overload() {
            self.limiter.overloaded(in_flight);
        }
        let options = &self.run.options;
        let failed = Failed {
            retry: error.retry(),
            retry_after: error.retry_after(),
            left: options.max_wait,
            jitter: self.random.f64(),
        };
        let decision = task.attempts.decide(&failed);
        if let Some(wait) = error.retry_after().filter(|wait| *wait <= options.max_wait) {
            self.pace.pause(now, wait);
        }
        match decision {
            Decision::Pause(wait) if !self.is_stopped => {
                self.summary.repeated += 1;
                (self.observe)(Event::Repeated {
                    number: task.number,
                    error: &error,
                    wait,
                });
                self.number_of_waits += 1;
                let at = now + wait;
                self.waiting.insert((at, self.number_of_waits), task);
            }
            decision => {
                let error = match decision {
                    Decision::StopTooLong => error.with_wait_too_long(),
                    _ => error,
                };
                let stops = error.is_wait_too_long() || self.breaker.failed(&error);
                let error = self.failed(task.number, &task.file, Some(task.key), error)?;
                if stops {
                    self.is_stopped = true;
                    self.summary.stopped_by.get_or_insert(error);
                }
            }
        }
        Ok(())
    }

    fn made(&mut self, task: &Task<T>, made: &Made) -> Result<()> {
        self.run.journal.append(&Line {
            key: Some(task.key.to_string()),
            n: task.number,
            file: task.file.clone(),
            outcome: Outcome::Done,
            bytes: Some(made.bytes),
            pages: made.pages,
            ms: u64::try_from(task.begun.elapsed().as_millis()).ok(),
            request_id: made.request_id.clone(),
            id: None,
        })?;
        let file = &self.run.folder.join(&task.file);
        failure_file::remove(file);
        self.summary.made += 1;
        self.summary.bytes += made.bytes;
        let number = task.number;
        (self.observe)(Event::Made { number, file, made });
        Ok(())
    }

    fn failed(&mut self, number: u64, file: &str, key: Option<Key>, error: Error) -> Result<Error> {
        self.run.journal.append(&Line {
            key: key.map(|key| key.to_string()),
            n: number,
            file: file.to_owned(),
            outcome: Outcome::Failed,
            bytes: None,
            pages: None,
            ms: None,
            request_id: None,
            id: Some(error.cause().id().to_owned()),
        })?;
        let path: &Path = &self.run.folder.join(file);
        failure_file::write(path, number, &error)?;
        self.summary.failed += 1;
        (self.observe)(Event::Failed {
            number,
            file: path,
            error: &error,
        });
        let max = self.run.options.max_failures;
        if max.is_some_and(|max| self.summary.failed > max) {
            self.is_stopped = true;
        }
        Ok(error)
    }
}

async fn wait_until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
