//! Items that the command shares. They are not part of the public API and may change in any release.

/// Parses a number with an optional unit from `ms` to `w`. Returns the seconds, and true if there is a unit.
pub fn parse_seconds(text: &str) -> Option<(f64, bool)> {
    crate::values::parse_seconds(text)
}
