//! The products that the account of a token may use, as its profile lists them.

use adobe_ims::api::{ProductContext, Profile};
use adobe_ims::internal::server_text;
use adobe_ims::{AccessToken, Error, Secret};

use crate::doctor::check::{Check, CheckId};

const ID: CheckId = CheckId::ProductContexts;

/// The scope without which a profile lists no products.
const SCOPE: &str = "additional_info.projectedProductContext";

/// Lists the product contexts of the profile that IMS returned for a token.
pub(super) fn listed(token: &AccessToken, profile: &Profile, secrets: &[Secret]) -> Check {
    let contexts = &profile.product_contexts;
    let scopes = token.claims().map_or(&[][..], |claims| &claims.scopes);
    if contexts.is_empty() && !scopes.iter().any(|scope| scope == SCOPE) {
        let reason = format!("a profile lists no product contexts without the scope {SCOPE}");
        return Check::skipped(ID, reason);
    }
    let summary = match contexts.len() {
        0 => "the profile of the account lists no product contexts".to_owned(),
        1 => "the profile of the account lists 1 product context".to_owned(),
        number => format!("the profile of the account lists {number} product contexts"),
    };
    let products = contexts.iter().map(|context| product(context, secrets));
    products.fold(Check::ok(ID, summary), Check::seen)
}

/// Returns the check of a profile that IMS did not return. Not every token may read one.
pub(super) fn unknown(error: &Error) -> Check {
    let reason = format!("IMS did not return the profile of the account: {error}");
    Check::skipped(ID, reason)
}

fn product(context: &ProductContext, secrets: &[Secret]) -> String {
    let shown = |text: &str| server_text(text, secrets).to_string();
    let code = context.service_code.as_deref().map(shown);
    let code = code.unwrap_or_else(|| "(unnamed)".to_owned());
    match context.owning_entity.as_deref().map(shown) {
        Some(owner) => format!("{code} of {owner}"),
        None => code,
    }
}
