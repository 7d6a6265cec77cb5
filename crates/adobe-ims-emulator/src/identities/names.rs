//! The names of scopes and metascopes.

/// Returns whether a text is the name of a metascope.
pub(crate) fn is_metascope(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// Checks a scope by RFC 6749 §3.3. The comma is not allowed, because it separates scopes at IMS.
pub(crate) fn is_scope(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b",\"\\".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}
