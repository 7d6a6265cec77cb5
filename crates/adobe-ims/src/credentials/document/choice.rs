use std::collections::BTreeSet;

use super::aliases::NameList;
use super::partial::PartialCredentials;
use crate::error::{Error, Problem, Result};

/// Credentials beside others in a document. Any of their names selects them.
pub(super) struct Candidate {
    pub(super) names: Vec<String>,
    pub(super) partial: PartialCredentials,
}

/// Chooses one of several credentials: the one with this name, else the one that the document calls current, else
/// the only one. Returns `None` if there are no candidates. `container` names the document in messages.
///
/// # Errors
/// [`Problem::ContextUnknown`] if no candidate, or more than one, has the name. [`Problem::ContextAmbiguous`] if
/// there is no name and more than one candidate.
pub(super) fn choose(
    mut candidates: Vec<Candidate>,
    name: Option<&str>,
    current: Option<&str>,
    container: &str,
) -> Result<Option<PartialCredentials>> {
    let index = match (name, candidates.len()) {
        (_, 0) => return Ok(None),
        (Some(name), _) => {
            index_of(&candidates, name).ok_or_else(|| unknown(&candidates, container))?
        }
        (None, 1) => 0,
        (None, _) => current
            .and_then(|current| index_of(&candidates, current))
            .ok_or_else(|| ambiguous(&candidates, container))?,
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

fn ambiguous(candidates: &[Candidate], container: &str) -> Error {
    let message = format!(
        "{container} has {} credentials, and none is selected: {}",
        candidates.len(),
        names(candidates)
    );
    Error::new(Problem::ContextAmbiguous, message)
}
