//! The progress of a run.

use aem_forms::run::Event;
use tokio::time::{Duration, Instant};

use crate::console::{Console, Progress};
use crate::context::Context;

/// Shows a line of progress, and prints failures and changes of the concurrency.
pub(crate) struct RunProgress<'a> {
    console: &'a Console,
    line: Progress,
    total: u64,
    made: u64,
    done: u64,
    failed: u64,
    parallel: Option<usize>,
    begun: Instant,
    shown: Option<Instant>,
}

/// A line that changes more often cannot be read.
const INTERVAL: Duration = Duration::from_millis(200);

impl<'a> RunProgress<'a> {
    pub(crate) fn new(total: u64, context: &'a Context) -> Self {
        Self {
            console: &context.console,
            line: context.console.progress(),
            total,
            made: 0,
            done: 0,
            failed: 0,
            parallel: None,
            begun: Instant::now(),
            shown: None,
        }
    }

    pub(crate) fn observe(&mut self, event: &Event<'_>) {
        match event {
            Event::Made { .. } => {
                self.made += 1;
                self.done += 1;
            }
            Event::Skipped { .. } => self.done += 1,
            Event::Failed { number, error, .. } => {
                self.done += 1;
                self.failed += 1;
                self.line.clear();
                self.console.event(&format!(
                    "record {number}: {error} [{}]",
                    error.cause().id()
                ));
            }
            Event::Repeated {
                number,
                error,
                wait,
            } => {
                self.line.clear();
                let wait = wait.as_secs_f64();
                self.console
                    .detail(&format!("record {number}: {error}; again in {wait:.1} s"));
            }
            Event::Parallel(count) => {
                self.parallel = Some(*count);
                self.line.clear();
                self.console
                    .detail(&format!("{count} requests at the same time"));
            }
            _ => {}
        }
        self.show();
    }

    /// Removes the line.
    pub(crate) fn finish(mut self) {
        self.line.clear();
    }

    fn show(&mut self) {
        let now = Instant::now();
        if !self.line.is_shown() || self.shown.is_some_and(|shown| now - shown < INTERVAL) {
            return;
        }
        self.shown = Some(now);
        let text = self.text(now - self.begun);
        self.line.show(&text);
    }

    fn text(&self, elapsed: Duration) -> String {
        let mut text = format!("{} of {}", self.done, self.total);
        if self.failed > 0 {
            text.push_str(&format!(", {} failed", self.failed));
        }
        let rate = self.made as f64 / elapsed.as_secs_f64().max(0.001);
        if self.made > 0 {
            text.push_str(&format!(", {rate:.1}/s"));
            let left = self.total.saturating_sub(self.done) as f64 / rate;
            let left = Duration::from_secs_f64(left.min(1e9));
            text.push_str(&format!(
                ", {} left",
                adobe_ims::internal::time::human(left)
            ));
        }
        if let Some(count) = self.parallel {
            text.push_str(&format!(", {count} at the same time"));
        }
        text
    }
}
