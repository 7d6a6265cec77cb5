//! Values that the tool shows on purpose.

/// The texts before the client id, and before the names of contexts.
const BEFORE_VALUES: [&str; 3] = [
    "as client \"",
    "the names are \"",
    "the configuration of aio calls \"",
];

/// Removes the client id, the scopes and the names of contexts. A mutation may put a secret in their place, and an
/// opaque one cannot be told from them. A document, a line of a `.env` file and a key can, so they stay.
pub(crate) fn without_public_values(text: &str) -> String {
    let text = text.replace('\\', "");
    let lines = text.lines().map(|line| {
        let (line, scopes) = match line.split_once("\" for ") {
            Some((start, scopes)) if line.contains("asking ") => (start, scopes),
            _ => (line, ""),
        };
        let scopes = if is_opaque(scopes) { "" } else { scopes };
        BEFORE_VALUES
            .into_iter()
            .fold(format!("{line} {scopes}"), without_values)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Removes the opaque ones of the values in quotation marks after a text.
fn without_values(line: String, before: &str) -> String {
    let Some((start, list)) = line.split_once(before) else {
        return line;
    };
    let (values, end) = quoted(list);
    let told_apart = values.into_iter().filter(|value| !is_opaque(value));
    let shown: Vec<&str> = [start, end].into_iter().chain(told_apart).collect();
    shown.join(" ")
}

/// Returns the texts of a list after its first quotation mark, and what follows the list.
fn quoted(list: &str) -> (Vec<&str>, &str) {
    let (value, after) = list.split_once('"').unwrap_or((list, ""));
    match after.strip_prefix(", \"") {
        Some(more) => {
            let (mut values, after) = quoted(more);
            values.push(value);
            (values, after)
        }
        None => (vec![value], after),
    }
}

fn is_opaque(value: &str) -> bool {
    let parts = ["{", "-----", "SECRET=", "secret="];
    !parts.iter().any(|part| value.contains(part))
}
