//! A step that a person has to do.

use serde::Serialize;

use crate::console::{rows, wrap};

/// The columns of a line for a person.
const WIDTH: usize = 79;

/// One step, for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// The name of the step, which stays the same over releases.
    id: &'static str,
    text: String,
    /// Lines to copy.
    snippet: Option<String>,
}

impl Step {
    pub(crate) fn new(id: &'static str, text: impl Into<String>) -> Self {
        Self {
            id,
            text: text.into(),
            snippet: None,
        }
    }

    pub(crate) fn with_snippet(mut self, snippet: impl Into<String>) -> Self {
        self.snippet = Some(snippet.into());
        self
    }

    #[cfg(test)]
    pub(crate) fn id(&self) -> &'static str {
        self.id
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    #[cfg(test)]
    pub(crate) fn snippet(&self) -> Option<&str> {
        self.snippet.as_deref()
    }
}

/// Returns the numbered list, without control characters.
pub(crate) fn lines(steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, step) in (1..).zip(steps) {
        let text = wrap::hanging(&format!("{number:>3}. "), &rows::clean(&step.text), WIDTH);
        lines.extend(text.lines().map(str::to_owned));
        let snippet = step.snippet.iter().flat_map(|it| it.lines());
        lines.extend(snippet.map(|line| format!("       {}", rows::clean(line))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_and_clean() {
        let steps = [
            Step::new("request", "a \u{1b}b ".repeat(40).trim()).with_snippet("x\ny"),
            Step::new("secret", "w".repeat(100)),
        ];
        let lines = lines(&steps);
        assert_eq!(lines.last().unwrap(), &format!("  2. {}", "w".repeat(100)));
        assert!(lines[0].starts_with("  1. a \u{fffd}b a"), "{lines:?}");
        assert!(lines[1].starts_with("     a"), "{lines:?}");
        let all_but_last = &lines[..lines.len() - 1];
        assert!(all_but_last.iter().all(|it| it.chars().count() <= 79));
        assert_eq!(
            all_but_last[all_but_last.len() - 2..],
            ["       x", "       y"]
        );
    }
}
