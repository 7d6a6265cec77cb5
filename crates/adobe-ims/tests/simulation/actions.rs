//! The actions of a history, and its end.

use std::time::Duration;

use adobe_ims::provider::{Invalidation, TokenOptions};

use crate::callers::Call;
use crate::history::Simulation;
use crate::model;
use crate::process::Process;
use crate::source::{self, ImsMode};
use crate::store::{self, StoreMode};

const MINUTE: Duration = Duration::from_secs(60);

impl Simulation {
    /// Does something.
    pub(crate) fn act(&mut self) {
        let process = self.world.below(self.processes.len());
        match self.world.below(100) {
            0..40 => self.call_at_random(process),
            40..52 => self.read(process),
            52..58 => self.call(process, Call::RefreshDue, TokenOptions::default(), false),
            58..65 => self.reject(process),
            65..71 => self.cancel(),
            71..81 => self.change_ims(),
            81..88 => self.change_store(),
            88..90 => self.lose_entry(),
            90..92 => {
                let panics = self.world.chance(50);
                self.world.log(format!("listeners panic: {panics}"));
                self.world.lock().listeners_panic = panics;
            }
            92..94 => self.set_clock(),
            94..97 => self.sleep(),
            97 => self.restart(process),
            _ => {}
        }
    }

    fn call_at_random(&mut self, process: usize) {
        for _ in 0..=self.world.below(4) {
            let mut options = TokenOptions::default();
            if self.world.chance(20) {
                let minutes = [0, 1, 10, 60, 120, 1_800][self.world.below(6)];
                options.min_ttl = Duration::from_secs(20) + minutes * MINUTE;
            }
            options.timeout = match self.world.below(8) {
                0 => Some(self.world.span(0..1_000)),
                1 => Some(self.world.span(0..60_000)),
                2 => Some(Duration::MAX),
                _ => None,
            };
            options.force_refresh = self.world.chance(8);
            let is_slow = self.world.chance(20);
            let call = if self.world.chance(10) {
                options = TokenOptions::default();
                Call::Wait
            } else {
                Call::Token
            };
            self.call(process, call, options, is_slow);
        }
    }

    fn read(&mut self, process: usize) {
        let process = &mut self.processes[process];
        if let Some(token) = process.read() {
            self.world.log(format!(
                "provider {}: a reader gets token {}",
                process.number,
                model::number(&token)
            ));
            self.world
                .handed_out(process.number, &token, &TokenOptions::default(), "a reader");
        }
    }

    /// An API rejects the token that a provider returned last, or an older one.
    fn reject(&mut self, process: usize) {
        let process = &mut self.processes[process];
        let returned = self.world.lock().providers[process.number].returned;
        let Some(mut number) = returned else {
            return;
        };
        if self.world.chance(20) {
            number = self.world.below(number + 1);
        }
        let invalidation = process.provider.invalidate(&model::token(number));
        self.world.log(format!(
            "provider {}: an API rejects token {number}: {invalidation:?}",
            process.number
        ));
        if invalidation == Invalidation::Accepted {
            {
                let model = &mut self.world.lock().providers[process.number];
                model.hold = None;
                model.due_at_once.insert(number);
                model.is_next_due = true;
            }
            // A token that is only doubtful is still served.
            let is_served = process
                .read()
                .is_some_and(|token| model::number(&token) == number);
            if !is_served {
                let model = &mut self.world.lock().providers[process.number];
                model.withdrawn.insert(number);
            }
        }
    }

    fn cancel(&mut self) {
        if !self.callers.is_empty() {
            let caller = self.callers.remove(self.world.below(self.callers.len()));
            self.world
                .log(format!("caller {} is cancelled", caller.number));
        }
    }

    fn change_ims(&mut self) {
        let mode = match self.world.below(3) {
            0 => ImsMode::Quick,
            _ => source::MODES[self.world.below(source::MODES.len())],
        };
        self.world.log(format!("IMS: {mode:?}"));
        self.world.lock().ims = mode;
    }

    fn change_store(&mut self) {
        let mode = match self.world.below(2) {
            0 => StoreMode::Works,
            _ => store::MODES[self.world.below(store::MODES.len())],
        };
        let stores = self.world.lock().stores.len();
        let number = self.world.below(stores);
        self.world.log(format!("store {number}: {mode:?}"));
        self.world.lock().stores[number].mode = mode;
    }

    fn lose_entry(&mut self) {
        let stores = self.world.lock().stores.len();
        let number = self.world.below(stores);
        self.world.log(format!("store {number} loses its entry"));
        self.world.lock().stores[number].entry = Default::default();
    }

    /// Sets the clock of one host, or of all.
    fn set_clock(&mut self) {
        let by = match self.world.below(4) {
            0 => self.world.span(0..60_000),
            1 => self.world.span(0..3_600_000),
            2 => self.world.span(0..10_000_000),
            _ => self.world.span(0..300_000_000),
        };
        let by = i64::try_from(by.as_millis()).unwrap();
        let hosts = self.world.lock().ahead.len();
        let only = self.world.below(hosts + 1);
        for host in (0..hosts).filter(|&host| only == hosts || only == host) {
            let by = if self.world.chance(50) { -by } else { by };
            let ahead = self.world.lock().ahead[host] + by;
            // Some clocks are set right again.
            let ahead = if self.world.chance(30) { 0 } else { ahead };
            self.world
                .log(format!("the clock of host {host} is set: {ahead} ms ahead"));
            self.world.lock().ahead[host] = ahead;
            self.disturb(Some(host));
        }
    }

    /// All machines sleep.
    fn sleep(&mut self) {
        let span = match self.world.below(3) {
            0 => self.world.span(0..60_000),
            1 => self.world.span(0..7_200_000),
            _ => self.world.span(0..200_000_000),
        };
        self.world.lock().slept += span;
        self.world.log(format!("the machines slept for {span:?}"));
        self.disturb(None);
    }

    fn disturb(&self, host: Option<usize>) {
        let now = self.world.monotonic();
        let mut state = self.world.lock();
        for model in &mut state.providers {
            if host.is_none_or(|host| host == model.host) {
                model.disturbed_at = Some(now);
            }
        }
    }

    /// A process ends, and another one starts.
    fn restart(&mut self, process: usize) {
        let number = self.processes[process].number;
        self.world.log(format!("provider {number} ends"));
        self.callers.retain(|caller| caller.provider != number);
        self.processes[process] = Process::start(&self.world);
    }

    /// Everything works again: after the longest hold and the longest throttle each provider has a token, and the stores have it.
    pub(crate) async fn recover(&mut self) {
        self.world.log("everything works again");
        self.callers.clear();
        {
            let mut state = self.world.lock();
            state.ims = ImsMode::Quick;
            state.listeners_panic = false;
            for store in &mut state.stores {
                store.mode = StoreMode::Works;
            }
        }
        for process in &mut self.processes {
            process.is_driven = false;
        }
        self.pass(11 * MINUTE).await;
        for index in 0..self.processes.len() {
            if self.is_over() {
                return;
            }
            let number = self.processes[index].number;
            self.world.lock().providers[number].returned = None;
            self.call(index, Call::Token, TokenOptions::default(), false);
            self.call(index, Call::Saved, TokenOptions::default(), false);
            self.pass(2 * MINUTE).await;
            let returned = self.world.lock().providers[number].returned;
            if returned.is_none() && !self.is_over() {
                self.world
                    .violated("no failure is final", format!("provider {number}"));
            }
        }
    }
}
