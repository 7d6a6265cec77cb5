//! Lines with a name and a value, for people.

/// Returns a line for each known value.
pub(crate) fn text(rows: impl IntoIterator<Item = (&'static str, Option<String>)>) -> String {
    let known = rows.into_iter().filter_map(|(name, value)| {
        let line = format!("{name:<12} {}", value?);
        Some(clean(&line))
    });
    known.collect::<Vec<_>>().join("\n")
}

/// Replaces control characters: a terminal must not obey what a response or a token contains.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
