//! One history: random actions, and time that passes between them.

use std::sync::Arc;
use std::time::Duration;

use adobe_ims::Result;
use adobe_ims::provider::{RefreshStatus, TokenOptions};
use tokio::runtime::Builder;
use tokio::time::Instant;

use crate::callers::{Answer, Call, Caller};
use crate::model;
use crate::process::Process;
use crate::store::StoreState;
use crate::world::World;

const ACTIONS: usize = 160;

/// The longest pause of a loop that calls `refresh_due`.
const MAX_PAUSE: Duration = Duration::from_secs(100_000);

/// The log of a history that was played.
pub(crate) struct History {
    lines: Vec<String>,
    pub(crate) violation: Option<String>,
}

impl History {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }
}

/// Plays the history of a seed, until its end or until a promise is broken.
pub(crate) fn play(seed: u64) -> History {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    let world = runtime.block_on(async {
        let mut simulation = Simulation::new(seed);
        simulation.run().await;
        simulation.world
    });
    drop(runtime);
    let mut state = world.lock();
    History {
        lines: std::mem::take(&mut state.log),
        violation: state.violation.take(),
    }
}

pub(crate) struct Simulation {
    pub(crate) world: Arc<World>,
    pub(crate) processes: Vec<Process>,
    pub(crate) callers: Vec<Caller>,
    called: usize,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let hosts = 1 + usize::try_from(seed % 2).unwrap();
        let world = World::new(seed, hosts);
        for number in 0..=hosts {
            let is_network = number == 0 && world.chance(60);
            world.lock().stores.push(StoreState::new(is_network));
        }
        let mut simulation = Self {
            world,
            processes: Vec::new(),
            callers: Vec::new(),
            called: 0,
        };
        for _ in 0..=simulation.world.below(4) {
            let process = Process::start(&simulation.world);
            simulation.processes.push(process);
        }
        simulation
    }

    async fn run(&mut self) {
        for _ in 0..ACTIONS {
            self.act();
            let span = self.next_span();
            self.pass(span).await;
            if self.is_over() {
                return;
            }
        }
        self.recover().await;
    }

    pub(crate) fn is_over(&self) -> bool {
        self.world.lock().violation.is_some()
    }

    fn next_span(&self) -> Duration {
        match self.world.below(16) {
            0..4 => Duration::ZERO,
            4..7 => self.world.span(0..50),
            7..12 => self.world.span(0..20_000),
            12..14 => self.world.span(0..600_000),
            14 => self.world.span(0..7_200_000),
            _ => self.world.span(0..90_000_000),
        }
    }

    /// Lets time pass. Callers are polled when they are woken, or later.
    pub(crate) async fn pass(&mut self, span: Duration) {
        let end = Instant::now() + span;
        for process in &mut self.processes {
            process.drives = 0;
        }
        loop {
            self.poll_callers();
            self.check_arrivals();
            self.drive();
            if self.is_over() {
                return;
            }
            let next = self.next_event().map_or(end, |next| next.min(end));
            if next <= Instant::now() && next < end {
                continue;
            }
            tokio::select! {
                biased;
                () = self.world.notify.notified() => {}
                () = tokio::time::sleep_until(next) => {
                    if next >= end && self.callers.iter().all(|caller| !caller.is_woken() || caller.is_slow) {
                        return;
                    }
                }
            }
        }
    }

    /// Returns the time of the next late poll or of the next call of a loop.
    fn next_event(&self) -> Option<Instant> {
        let polls = self.callers.iter().filter_map(|caller| caller.poll_at);
        let drives = self
            .processes
            .iter()
            .filter_map(|process| process.drive_at.filter(|_| process.is_driven));
        polls.chain(drives).min()
    }

    fn poll_callers(&mut self) {
        let mut index = 0;
        while index < self.callers.len() {
            match self.poll_caller(index) {
                Some(answer) => {
                    let caller = self.callers.remove(index);
                    self.answered(&caller, answer);
                }
                None => index += 1,
            }
        }
    }

    fn poll_caller(&mut self, index: usize) -> Option<Answer> {
        let caller = &mut self.callers[index];
        let now = Instant::now();
        if caller.is_slow && caller.is_woken() && caller.poll_at.is_none() {
            let delay = match self.world.below(6) {
                0 => Duration::ZERO,
                1 | 2 => self.world.span(0..1_000),
                3 | 4 => self.world.span(0..60_000),
                _ => self.world.span(0..8_000_000),
            };
            caller.poll_at = Some(now + delay);
        }
        let is_its_turn = match caller.poll_at {
            Some(at) => at <= now,
            None => caller.is_woken() && !caller.is_slow,
        };
        let answer = is_its_turn
            .then(|| caller.poll(self.world.truth()))
            .flatten();
        if answer.is_none() && caller.is_overdue() && (is_its_turn || !caller.is_slow) {
            let detail = format!("caller {} ({:?})", caller.number, caller.call);
            self.world
                .violated("no caller waits beyond its timeout", detail);
        }
        answer
    }

    pub(crate) fn call(
        &mut self,
        process: usize,
        call: Call,
        options: TokenOptions,
        is_slow: bool,
    ) {
        let process = &self.processes[process];
        let provider = (process.number, process.provider.clone());
        let now = self.world.monotonic();
        if options.force_refresh || !options.min_ttl.is_zero() {
            let timeout = options
                .timeout
                .unwrap_or_default()
                .min(Duration::from_secs(60));
            let slow = if is_slow {
                Duration::from_secs(40_000)
            } else {
                Duration::ZERO
            };
            let until = now + timeout + slow + Duration::from_secs(120);
            let model = &mut self.world.lock().providers[process.number];
            model.demanding_until = model.demanding_until.max(until);
            if options.force_refresh {
                model.forced_until = model.forced_until.max(until);
            }
        }
        let mut caller = Caller::new(provider, call, options, &self.world.notify);
        caller.number = self.called;
        caller.is_slow = is_slow;
        self.called += 1;
        self.world.log(format!(
            "caller {} of provider {}: {call:?} {:?}{}",
            caller.number,
            caller.provider,
            caller.options,
            if is_slow { ", polled late" } else { "" },
        ));
        self.callers.push(caller);
    }

    fn answered(&mut self, caller: &Caller, answer: Answer) {
        let (number, provider) = (caller.number, caller.provider);
        match answer {
            Answer::Token(Ok(token)) => {
                let token_number = model::number(&token);
                self.world
                    .log(format!("caller {number} gets token {token_number}"));
                self.world
                    .handed_out(provider, &token, &caller.options, "a caller");
                let arrived_at = self.world.lock().tokens[token_number].arrived_at;
                if caller.options.force_refresh
                    && caller.called_at.is_some_and(|at| arrived_at < at)
                {
                    let detail = format!("caller {number} gets token {token_number}");
                    self.world
                        .violated("a forced caller gets a newer token", detail);
                }
            }
            Answer::Token(Err(error)) => {
                self.world
                    .log(format!("caller {number} gets an error: {error}"));
                let process = self
                    .processes
                    .iter_mut()
                    .find(|process| process.number == provider);
                let other = process.and_then(Process::read);
                self.world
                    .refused(provider, other.as_ref(), &caller.options, &error);
            }
            Answer::Status(status) => self.refreshed(caller, &status),
            Answer::Saved => self.world.log(format!("caller {number}: saved")),
        }
    }

    /// A call of `refresh_due` ended. A loop of the host that sleeps as long as it is told must not spin.
    fn refreshed(&mut self, caller: &Caller, status: &RefreshStatus) {
        let outcome = status.outcome.as_ref().map(Result::is_ok);
        let (number, next) = (caller.number, status.next);
        self.world.log(format!(
            "caller {number}: outcome {outcome:?}, next in {next:?}"
        ));
        if !caller.is_slow && self.world.is_spinning(caller.provider, status) {
            let detail = format!("caller {number}");
            self.world.violated("refresh_due does not spin", detail);
        }
        let mut processes = self.processes.iter_mut();
        let process = processes.find(|process| process.number == caller.provider);
        if let Some(process) = process
            && process.drive_at.is_none()
        {
            process.drives += 1;
            // Tokens that live for seconds would make a long history of this.
            let least = if process.drives < 12 { 10 } else { 1_800_000 };
            let least = Duration::from_millis(least);
            process.drive_at = Some(Instant::now() + next.clamp(least, MAX_PAUSE));
        }
    }

    /// Lets hosts call `refresh_due` in their loops.
    fn drive(&mut self) {
        for index in 0..self.processes.len() {
            let process = &mut self.processes[index];
            if process.is_driven && process.drive_at.is_some_and(|at| at <= Instant::now()) {
                process.drive_at = None;
                self.call(index, Call::RefreshDue, TokenOptions::default(), false);
            }
        }
    }

    /// A token that was fetched is there as soon as its refresh has ended.
    fn check_arrivals(&mut self) {
        for process in &mut self.processes {
            for number in self.world.take_arriving(process.number) {
                if self.world.was_disturbed(process.number) {
                    continue;
                }
                let token = process.read();
                let is_there = token
                    .as_ref()
                    .is_some_and(|token| self.world.is_as_good(token, number));
                if !is_there {
                    let detail = format!("provider {}, token {number}", process.number);
                    self.world.violated("no valid token is dropped", detail);
                }
            }
        }
    }
}
