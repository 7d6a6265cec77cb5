//! One case on one thread, or on two that really run at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Result;
use crate::case::{Case, Worker};

/// What the first token of a thread and its caches take is not counted.
const WARM_UP: u64 = 300;

/// How often something else may come between.
const ATTEMPTS: usize = 5;

/// Does it so many times on each of the threads; gives the nanoseconds for each time. When something
/// else has had one of the processors meanwhile, which is no fault of the case, it is done again.
///
/// # Errors
/// Those of the case.
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

/// How long a thread was at it, and for how much of that it could have run but was not let.
struct ThreadTime {
    all: Duration,
    waiting_time: Duration,
}

impl ThreadTime {
    fn is_disturbed(&self) -> bool {
        self.waiting_time > self.all / 20
    }
}

/// On a thread for each of the processors. Left alone, two threads that live so shortly stay on one
/// and never meet.
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

/// So many of those that this process may use, each alone.
fn processors(wanted: usize) -> Result<Vec<CpuSet>> {
    let usable = sched_getaffinity(None)?;
    let alone = (0..CpuSet::MAX_CPU)
        .filter(|processor| usable.is_set(*processor))
        .map(|processor| {
            let mut alone = CpuSet::new();
            alone.set(processor);
            alone
        });
    let processors: Vec<CpuSet> = alone.take(wanted).collect();
    if processors.len() < wanted {
        return Err(format!("it takes {wanted} processors").into());
    }
    Ok(processors)
}

/// How long this thread has been able to run without being let, since it exists.
fn waiting_time() -> Result<Duration> {
    let known = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = known.split(' ').nth(1).ok_or("the system does not tell")?;
    Ok(Duration::from_nanos(nanos.parse()?))
}
