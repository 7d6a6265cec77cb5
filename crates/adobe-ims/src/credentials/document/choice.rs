use std::collections::BTreeSet;

use super::aliases::NameList;
use super::partial::PartialCredentials;
use crate::error::{Error, Problem, Result};

/// Credentials beside others in a document. Any of their names selects them.
pub(super) struct Candidate {
    pub(super) names: Vec<String>,
    pub(super) partial: PartialCredentials,
    pub(super) rank: Rank,
}

/// The rule by which credentials are chosen without their name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// They are chosen if there are no others.
    Credentials,
    /// They lack so much that they are chosen only where a document has nothing else.
    Fragment,
}

/// The names that select credentials: that of the caller counts more than the one that the document calls current.
#[derive(Clone, Copy)]
pub(super) struct Selection<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) current: Option<&'a str>,
}

/// Chooses one of several credentials: the one with the selected name, else the only one. Returns `None` if there are no
/// candidates. `container` names the document in messages.
///
/// # Errors
/// [`Problem::ContextUnknown`] if no candidate, or more than one, has the selected name: credentials of another name are
/// never used instead. [`Problem::ContextAmbiguous`] if no name is selected and there is more than one candidate.
pub(super) fn choose(
    mut candidates: Vec<Candidate>,
    selection: Selection<'_>,
    container: &str,
) -> Result<Option<PartialCredentials>> {
    if candidates.is_empty() {
        return Ok(None);
    }
    let index = if let Some(name) = selection.name {
        index_of(&candidates, name).ok_or_else(|| unknown(&candidates, container))?
    } else if let Some(current) = selection.current {
        index_of(&candidates, current)
            .ok_or_else(|| current_unknown(&candidates, current, container))?
    } else {
        if candidates.iter().any(|it| it.rank == Rank::Credentials) {
            candidates.retain(|it| it.rank == Rank::Credentials);
        }
        if candidates.len() > 1 {
            return Err(ambiguous(&candidates, container));
        }
        0
    };
    Ok(Some(candidates.swap_remove(index).partial))
}

/// Returns the index of the only candidate with this name.
fn index_of(candidates: &[Candidate], name: &str) -> Option<usize> {
    let has_name = |candidate: &Candidate| candidate.names.iter().any(|known| known == name);
    let mut matches = (0..candidates.len()).filter(|index| has_name(&candidates[*index]));
    let first = matches.next()?;
    matches.next().is_none().then_some(first)
}

fn names(candidates: &[Candidate]) -> String {
    let names = candidates
        .iter()
        .filter_map(|candidate| candidate.names.first());
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    NameList(names).to_string()
}

/// Creates the error of an unknown name. The name is not repeated, because it may be a secret.
fn unknown(candidates: &[Candidate], container: &str) -> Error {
    let message = format!("{container} has no credentials of this name");
    Error::new(Problem::ContextUnknown, message)
        .with_hint(format!("the names are {}", names(candidates)))
}

/// Creates the error of a document that calls credentials current which it does not have.
fn current_unknown(candidates: &[Candidate], current: &str, container: &str) -> Error {
    let current = NameList([current].into());
    let message =
        format!("{container} calls {current} current, and has no credentials of this name");
    Error::new(Problem::ContextUnknown, message)
        .with_hint(format!("the names are {}", names(candidates)))
}

fn ambiguous(candidates: &[Candidate], container: &str) -> Error {
    let message = format!(
        "{container} has {} credentials, and none is selected: {}",
        candidates.len(),
        names(candidates)
    );
    Error::new(Problem::ContextAmbiguous, message)
}
