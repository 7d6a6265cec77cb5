//! The number of times that a subform occurs.

use roxmltree::Node;

use crate::xfa::content::child;

/// The number of times that a subform occurs.
#[derive(Clone, Copy)]
pub(crate) struct Occur {
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) initial: usize,
}

impl Occur {
    /// Reads `occur`, whose default is once. A negative `max` means any number.
    pub(crate) fn of(node: Node<'_, '_>) -> Self {
        let occur = child(node, "occur");
        let number = |name| occur.and_then(|occur| occur.attribute(name)?.parse::<i64>().ok());
        let min = usize::try_from(number("min").unwrap_or(1)).unwrap_or(1);
        let max = match number("max") {
            None => min.max(1),
            Some(max) => usize::try_from(max).unwrap_or(usize::MAX),
        };
        let initial = number("initial").and_then(|initial| usize::try_from(initial).ok());
        Self {
            min,
            max,
            initial: initial.unwrap_or(min),
        }
    }
}
