//! One of several credentials.

use std::collections::BTreeSet;

use super::aliases::Shown;
use super::partial::PartialCredentials;
use crate::error::Problem;
use crate::error::{Error, Result};

/// Credentials that can be chosen by any of their names.
pub(super) struct Candidate {
    pub(super) names: Vec<String>,
    pub(super) draft: PartialCredentials,
}

/// The one that is meant: by this name, or `current` if the whole says which that is, or the only one.
/// `None` when there is none at all; `whole` is what they are in.
pub(super) fn choose(
    mut candidates: Vec<Candidate>,
    meant: Option<&str>,
    current: Option<&str>,
    whole: &str,
) -> Result<Option<PartialCredentials>> {
    let place = |name: &str| {
        let named = |it: &Candidate| it.names.iter().any(|known| known == name);
        let mut places = candidates.iter().enumerate().filter(|(_, it)| named(it));
        let first = places.next();
        // A name that two have says nothing.
        first.filter(|_| places.next().is_none()).map(|(at, _)| at)
    };
    let at = match (meant, candidates.len()) {
        (_, 0) => None,
        (Some(name), _) => match place(name) {
            Some(at) => Some(at),
            None => return Err(unknown(&candidates, whole)),
        },
        (None, 1) => Some(0),
        (None, _) => match current.and_then(place) {
            Some(at) => Some(at),
            None => return Err(ambiguous(&candidates, whole)),
        },
    };
    Ok(at.map(|at| candidates.swap_remove(at).draft))
}

fn display(candidates: &[Candidate]) -> String {
    let names = candidates.iter().filter_map(|it| it.names.first());
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    Shown(names).to_string()
}

/// The name that was given is not repeated: it may be anything.
fn unknown(candidates: &[Candidate], whole: &str) -> Error {
    let what = format!("{whole} has no credentials by the name that was given");
    Error::new(Problem::ContextUnknown, what)
        .with_hint(format!("the names that are there: {}", display(candidates)))
}

fn ambiguous(candidates: &[Candidate], whole: &str) -> Error {
    let what = format!(
        "{whole} has {} credentials, and which are meant is not said: {}",
        candidates.len(),
        display(candidates)
    );
    Error::new(Problem::ContextAmbiguous, what)
}
