//! The name of the template that a name of the data may mean.

use adobe_ims::internal::distance;

use crate::fold::fold;
use crate::lint::template::{Kind, Shape};

/// The names that are compared. Beyond them a suggestion costs more than it gains.
const MAX_COMPARED: usize = 20_000;

/// Returns the hint for a name that no field takes where it stands.
pub(super) fn for_name(name: &str, shape: &Shape, filled: &[bool]) -> Option<String> {
    if let Some(id) = shape.named(name).first() {
        let kind = match shape.node(*id).kind {
            Kind::Group => "subform",
            _ => "field",
        };
        return Some(format!(
            "The template has a {kind} of this name in {:?}: put the element into an element of that path.",
            shape.path_around(*id)
        ));
    }
    let folded = fold(name);
    let length = name.chars().count();
    let limit = (length / 3).clamp(1, 3);
    let is_free = |candidate: &str| shape.named(candidate).iter().any(|id| !filled[*id]);
    let nearest = shape
        .names()
        .take(MAX_COMPARED)
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .filter_map(|candidate| {
            let steps = if fold(candidate) == folded {
                0
            } else {
                distance(name, candidate)
            };
            (steps <= limit).then(|| (steps, !is_free(candidate), candidate))
        })
        .min()?;
    let id = shape.named(nearest.2).first()?;
    Some(format!(
        "The template has {:?}: is this the name that is meant?",
        shape.path(*id)
    ))
}
