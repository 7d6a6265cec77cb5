//! Lists of scopes.

use crate::http::response::ErrorResponse;

/// With it a sign-in gives a refresh token (documented by Adobe).
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// With it a sign-in gives an id token (documented by Adobe).
pub(crate) const OPENID: &str = "openid";

/// The names in a list. Adobe's clients separate them by commas, others by spaces; both are taken,
/// though lists with spaces were reported to have failed at Adobe's token endpoint.
pub(crate) fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ']).filter(|name| !name.is_empty())
}

/// What is granted of `allowed` to who asks for `asked`, each name once: all of it if nothing is
/// asked for (inferred). A name beyond it is refused with `invalid_scope` (observed; the text is
/// from a client's tests).
pub(crate) fn granted(asked: &str, allowed: &[String]) -> Result<Vec<String>, ErrorResponse> {
    let mut granted: Vec<String> = Vec::new();
    for name in names(asked) {
        if !allowed.iter().any(|own| own == name) {
            return Err(ErrorResponse::bad_request(
                "invalid_scope",
                "Invalid scope value",
            ));
        }
        if !granted.iter().any(|known| known == name) {
            granted.push(name.to_owned());
        }
    }
    if granted.is_empty() {
        granted.extend_from_slice(allowed);
    }
    Ok(granted)
}

pub(crate) fn contains(scopes: &[String], name: &str) -> bool {
    scopes.iter().any(|scope| scope == name)
}
