//! The fault of a JSON text.

/// Returns the line, the column and the reason of a fault. A fault at the end of a line has the column behind it.
pub(crate) fn describe(fault: &serde_json::Error) -> (u32, u32, String) {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    let text = fault.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    (
        number(fault.line()),
        number(fault.column()),
        reason.to_owned(),
    )
}
