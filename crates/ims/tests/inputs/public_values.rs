//! Values that the tool shows on purpose.

/// What stands before the client id, and before the names of contexts.
const BEFORE_VALUES: [&str; 2] = ["as client \"", "the names are \""];

/// Removes the client id, the scopes and the names of contexts. A mutation may put a secret in their place, and an
/// opaque one cannot be told from them. A document, a line of a `.env` file and a key can, so they stay.
pub(crate) fn without_public_values(text: &str) -> String {
    let text = text.replace('\\', "");
    let lines = text.lines().map(|line| {
        let (line, scopes) = match line.split_once("\" for ") {
            Some((start, scopes)) if line.contains("asking ") => (start, scopes),
            _ => (line, ""),
        };
        let values = BEFORE_VALUES
            .iter()
            .find_map(|before| line.split_once(before));
        let (before, list) = values.unwrap_or((line, ""));
        let (values, after) = quoted(list);
        let mut told_apart = vec![before, after];
        let values = values.into_iter().chain([scopes]);
        told_apart.extend(values.filter(|value| !is_opaque(value)));
        told_apart.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
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
