//! Suggests the known name that a misspelt one probably means.

use adobe_ims::internal::distance;

/// Names that other tools use, and the key of the configuration for each.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("account", "technical_account_id"),
    ("env", "environment"),
    ("hosts", "targets"),
    ("ims_org_id", "org_id"),
    ("imsEndpoint", "environment"),
    ("kind", "type"),
    ("meta_scopes", "metascopes"),
    ("organization", "org_id"),
    ("privateKey", "private_key"),
    ("secret", "client_secrets"),
    ("technical_account", "technical_account_id"),
    ("url", "environment"),
];

/// Returns the known name that `name` probably means.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
    let other = other.and_then(|(_, ours)| known.iter().find(|known| *known == ours));
    if other.is_some() {
        return other.copied();
    }
    let name = plain(name);
    let near = known
        .iter()
        .map(|known| (distance(&name, &plain(known)), known));
    let (distance, known) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + name.len() / 5 && distance < name.len()).then_some(known)
}

/// Returns true if the text looks like a name. Any other text may be a secret in the wrong place.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=24).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || b"_-".contains(&byte))
}

/// Returns the text for a message, or `…` if it may be a secret.
pub(crate) fn shown(text: &str) -> &str {
    if is_name(text) { text } else { "…" }
}

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names_are_recognised_and_unrelated_ones_are_not() {
        let known = [
            "client_id",
            "client_secrets",
            "scopes",
            "environment",
            "org_id",
        ];
        for (typed, meant) in [
            ("clientid", Some("client_id")),
            ("client-id", Some("client_id")),
            ("client_secret", Some("client_secrets")),
            ("scope", Some("scopes")),
            ("enviroment", Some("environment")),
            ("url", Some("environment")),
            ("organization", Some("org_id")),
            ("password", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, &known), meant, "{typed}");
        }
    }
}
