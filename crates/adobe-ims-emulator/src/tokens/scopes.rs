//! Lists of scopes.

use crate::http::error_response::ErrorResponse;

/// The scope with which a sign-in gives a refresh token (documented by Adobe).
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// The scope with which a sign-in gives an id token (documented by Adobe).
pub(crate) const OPENID: &str = "openid";

/// Returns the names in a list. Adobe's clients separate them by commas, others by spaces. The
/// emulator accepts both, though Adobe's token endpoint was reported to refuse spaces.
pub(crate) fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ']).filter(|name| !name.is_empty())
}

/// Returns the requested scopes, each name once, or all of `allowed` if the request names none
/// (inferred). Any other name is an `invalid_scope` (observed; the description is from the tests of
/// a published client).
pub(crate) fn granted(requested: &str, allowed: &[String]) -> Result<Vec<String>, ErrorResponse> {
    let mut granted: Vec<String> = Vec::new();
    for name in names(requested) {
        if !contains(allowed, name) {
            return Err(ErrorResponse::bad_request(
                "invalid_scope",
                "Invalid scope value",
            ));
        }
        if !contains(&granted, name) {
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
