//! The faults of an emulator, and the choice among them.

use crate::faults::checked_step::CheckedStep;
use crate::faults::fault::{Fault, When};
use crate::faults::invalid_fault::InvalidFault;
use crate::journal::filter::path_matches;

/// The number of faults.
const MAX_FAULTS: usize = 256;

/// The number of steps of a fault.
const MAX_STEPS: usize = 1000;

/// The properties of a request that the conditions of a fault look at.
pub(crate) struct RequestFacts<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) grant: Option<&'a str>,
}

/// A step that acts on a request.
#[derive(Clone, Debug)]
pub(crate) struct ActingStep {
    /// The id of the fault.
    pub(crate) fault: String,
    pub(crate) step: CheckedStep,
}

/// The faults in the order of their registration.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultStore {
    faults: Vec<StoredFault>,
    added: u64,
}

/// A fault with its progress.
#[derive(Clone, Debug)]
pub(crate) struct StoredFault {
    pub(crate) id: String,
    pub(crate) fault: Fault,
    steps: Vec<CheckedStep>,
    seed: u64,
    draws: u64,
    /// The number of matching requests, and of those that got the fault.
    pub(crate) matched: u64,
    pub(crate) acted: u64,
}

impl FaultStore {
    /// Adds a fault. `seed` chooses if the fault has none of its own.
    pub(crate) fn add(&mut self, fault: Fault, seed: u64) -> Result<&StoredFault, InvalidFault> {
        check_conditions(&fault.when)?;
        if fault.then.is_empty() || fault.then.len() > MAX_STEPS {
            let reason = format!("a fault has from 1 to {MAX_STEPS} steps");
            return Err(InvalidFault::new("then", reason));
        }
        if self.faults.len() == MAX_FAULTS {
            let reason = format!("the emulator has {MAX_FAULTS} faults. Delete some of them first");
            return Err(InvalidFault::new(".", reason));
        }
        let steps = fault.then.iter().enumerate();
        let steps = steps
            .map(|(index, step)| CheckedStep::new(step, &format!("then[{index}]")))
            .collect::<Result<_, _>>()?;
        self.added += 1;
        let index = self.faults.len();
        self.faults.push(StoredFault {
            id: format!("fault-{}", self.added),
            seed: fault.when.seed.unwrap_or(seed),
            fault,
            steps,
            draws: 0,
            matched: 0,
            acted: 0,
        });
        Ok(&self.faults[index])
    }

    pub(crate) fn all(&self) -> &[StoredFault] {
        &self.faults
    }

    /// Removes a fault. Returns whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        self.faults.len() < before
    }

    /// Removes all faults. The ids go on.
    pub(crate) fn clear(&mut self) {
        self.faults = Vec::new();
    }

    /// Returns the step of the first fault that acts on a request.
    pub(crate) fn choose(&mut self, request: &RequestFacts<'_>) -> Option<ActingStep> {
        let mut faults = self.faults.iter_mut();
        faults.find_map(|fault| {
            let step = fault.next_step(request)?.clone();
            let fault = fault.id.clone();
            Some(ActingStep { fault, step })
        })
    }
}

impl StoredFault {
    /// Returns the step that acts on a request. A request that the probability spares costs nothing
    /// but a draw.
    fn next_step(&mut self, request: &RequestFacts<'_>) -> Option<&CheckedStep> {
        let when = &self.fault.when;
        let is_spent = when.times.is_some_and(|times| self.acted >= times);
        if is_spent || !when.matches(request) {
            return None;
        }
        self.matched += 1;
        if self.matched <= when.after.unwrap_or_default() {
            return None;
        }
        if let Some(probability) = when.probability {
            self.draws += 1;
            if draw(self.seed, self.draws) >= probability {
                return None;
            }
        }
        let last = self.steps.len() - 1;
        let index = usize::try_from(self.acted).unwrap_or(last).min(last);
        self.acted += 1;
        Some(&self.steps[index])
    }
}

impl When {
    fn matches(&self, request: &RequestFacts<'_>) -> bool {
        let is = |wanted: &Option<String>, value: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == value
        };
        let path = self.path.as_deref();
        let method = self.method.as_deref();
        path.is_none_or(|path| path_matches(path, request.path))
            && method.is_none_or(|method| method.eq_ignore_ascii_case(request.method))
            && is(&self.client_id, request.client_id)
            && is(&self.grant, request.grant)
    }
}

fn check_conditions(when: &When) -> Result<(), InvalidFault> {
    let probability = when.probability.unwrap_or_default();
    if !(0.0..=1.0).contains(&probability) {
        let reason = "it has to be from 0 to 1";
        return Err(InvalidFault::new("when.probability", reason));
    }
    if when.seed.is_some() && when.probability.is_none() {
        let reason = "a seed is for a probability, which is missing";
        return Err(InvalidFault::new("when.seed", reason));
    }
    if when
        .path
        .as_ref()
        .is_some_and(|path| !path.starts_with(['/', '*']))
    {
        let reason = "a path begins with a slash, and may end in *";
        return Err(InvalidFault::new("when.path", reason));
    }
    Ok(())
}

/// Returns a number from 0 to 1, without 1, by SplitMix64.
fn draw(seed: u64, number: u64) -> f64 {
    let mut bits = seed.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    // The 53 bits that a number of 64 bits holds exactly.
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}
