//! Facts for people: a name and a value in a line.

/// The facts that are known, one in a line.
pub(crate) fn text(rows: impl IntoIterator<Item = (&'static str, Option<String>)>) -> String {
    let known = rows.into_iter().filter_map(|(name, value)| {
        let line = format!("{name:<12} {}", value?);
        Some(clean(&line))
    });
    known.collect::<Vec<_>>().join("\n")
}

/// A line of the output: a terminal must not obey what an answer or a token holds.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
