//! Lengths such as `25.4mm`.

/// Returns a length in points. A number without unit is in inches, as XFA says. Lengths of hostile
/// templates are bounded.
pub(crate) fn points(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text
        .find(|character: char| !(character.is_ascii_digit() || "+-.".contains(character)))
        .unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "" | "in" | "inch" => 72.0,
        "mm" => 72.0 / 25.4,
        "cm" => 72.0 / 2.54,
        "pt" => 1.0,
        "pc" => 12.0,
        "mp" => 0.001,
        _ => return None,
    };
    let points = number * unit;
    points
        .is_finite()
        .then(|| points.clamp(-14_400.0, 14_400.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_all_units() {
        for (text, expected) in [
            ("25.4mm", Some(72.0)),
            ("2.54 cm", Some(72.0)),
            ("1in", Some(72.0)),
            ("1", Some(72.0)),
            ("10pt", Some(10.0)),
            ("-3pt", Some(-3.0)),
            (".5in", Some(36.0)),
            ("1000mp", Some(1.0)),
            ("1pc", Some(12.0)),
            ("1e9in", None),
            ("99999999in", Some(14_400.0)),
            ("1em", None),
            ("mm", None),
            ("", None),
        ] {
            assert_eq!(points(text), expected, "{text}");
        }
    }
}
