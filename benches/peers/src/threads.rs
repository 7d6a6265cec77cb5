//! Runs a case on one thread, or on several threads that really run at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Result;
use crate::case::{Case, Worker};

/// The number of calls that warm up a thread and its caches. They do not count.
const WARM_UP: u64 = 300;

/// The number of attempts at a run without other work on the processors.
const ATTEMPTS: usize = 5;

/// Runs the case `times` times on each of the threads and returns the nanoseconds per call. Repeats the
/// run if other work used one of the processors meanwhile.
///
/// # Errors
/// Returns the errors of the case.
pub fn run(case: &Case, threads: usize, times: u64) -> Result<f64> {
    let processors = match threads {
        1 => vec![None],
        _ => processors(threads)?.into_iter().map(Some).collect(),
    };
    let mut each = f64::NAN;
    for _ in 0..ATTEMPTS {
        let all = run_threads(case, &processors, times)?;
        let time: Duration = all.iter().map(|time| time.all).sum();
        each = time.as_nanos() as f64 / threads as f64 / times as f64;
        if !all.iter().any(ThreadTime::is_disturbed) {
            break;
        }
    }
    Ok(each)
}

/// The time that a thread took, and the part of it in which the thread waited for a processor.
struct ThreadTime {
    all: Duration,
    waiting_time: Duration,
}

impl ThreadTime {
    fn is_disturbed(&self) -> bool {
        self.waiting_time > self.all / 20
    }
}

/// Runs the case on one thread for each of the processors. Without this affinity, two short threads
/// would stay on one processor and never run at the same time.
fn run_threads(case: &Case, processors: &[Option<CpuSet>], times: u64) -> Result<Vec<ThreadTime>> {
    let ready = AtomicUsize::new(0);
    let work = |processor: &Option<CpuSet>| {
        let work = prepare(case, processor);
        ready.fetch_add(1, Ordering::AcqRel);
        while ready.load(Ordering::Acquire) < processors.len() {
            thread::yield_now();
        }
        let mut work = work?;
        let waited = waiting_time()?;
        let start = Instant::now();
        work(times)?;
        Ok(ThreadTime {
            all: start.elapsed(),
            waiting_time: waiting_time()?.saturating_sub(waited),
        })
    };
    thread::scope(|scope| {
        let threads: Vec<_> = processors
            .iter()
            .map(|processor| scope.spawn(|| work(processor)))
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|time| time.unwrap_or_else(|_| Err("a thread panicked".into())))
            .collect()
    })
}

fn prepare(case: &Case, processor: &Option<CpuSet>) -> Result<Worker> {
    if let Some(processor) = processor {
        sched_setaffinity(None, processor)?;
    }
    let mut work = case.worker()?;
    work(WARM_UP)?;
    Ok(work)
}

/// Returns `count` sets of one processor each that this process may use.
fn processors(count: usize) -> Result<Vec<CpuSet>> {
    let usable = sched_getaffinity(None)?;
    let single = (0..CpuSet::MAX_CPU)
        .filter(|processor| usable.is_set(*processor))
        .map(|processor| {
            let mut set = CpuSet::new();
            set.set(processor);
            set
        });
    let processors: Vec<CpuSet> = single.take(count).collect();
    if processors.len() < count {
        return Err(format!("this benchmark needs {count} processors").into());
    }
    Ok(processors)
}

/// Returns the time that this thread has waited for a processor since its start.
fn waiting_time() -> Result<Duration> {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = schedstat
        .split(' ')
        .nth(1)
        .ok_or("schedstat lacks the waiting time")?;
    Ok(Duration::from_nanos(nanos.parse()?))
}
