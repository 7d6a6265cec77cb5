//! Metascopes of a JWT and the scopes that take their place.

use super::side::Pair;
use crate::doctor::check::{Check, CheckId};

/// The published facts about the scopes that take the place of a metascope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counterpart {
    /// These scopes (documented by Adobe).
    Scopes(&'static [&'static str]),
    /// A scope for each API of AEM, beside common ones (documented by Adobe). None is published for classic paths.
    ScopesOfAem,
    NotKnown,
}

impl Counterpart {
    fn of(metascope: &str) -> Self {
        match metascope {
            // User Management API, "Authentication"; umapi-client has the same default.
            "ent_user_sdk" => Self::Scopes(&["openid", "AdobeID", "user_management_sdk"]),
            "ent_aem_cloud_api" => Self::ScopesOfAem,
            _ => Self::NotKnown,
        }
    }
}

/// The beginning of the names of scopes of AEM.
pub(super) const AEM_SCOPE: &str = "aem.";

/// Compares the metascopes with the scopes.
pub(super) fn scopes(pair: Pair<'_>) -> Check {
    const ID: CheckId = CheckId::MigrateScopes;
    let (metascopes, scopes) = (&pair.old.own.metascopes, &pair.new.own.scopes);
    let missing = missing(metascopes, scopes).join(", ");
    let is_copied = |scope: &&String| scope.starts_with("ent_") && metascopes.contains(scope);
    let check = if !missing.is_empty() {
        Check::warning(ID, format!("the new credentials lack {missing}"))
            .fix("add the API to the project in the console, and download the document again")
    } else if let Some(copied) = scopes.iter().find(is_copied) {
        Check::warning(ID, format!("{copied} is a metascope, not a scope"))
            .fix("request the scopes that the console shows for the API")
    } else {
        Check::ok(ID, "no scope is known to be missing")
    };
    let mut seen = vec![format!("requested: {}", scopes.join(", "))];
    seen.extend(metascopes.iter().flat_map(|it| replacement(it, scopes)));
    if metascopes.is_empty() {
        seen.push("the old document has no metascopes to compare with".to_owned());
    }
    if pair.has_same_client() {
        seen.push("a converted credential keeps its scopes (documented)".to_owned());
    }
    seen.into_iter().fold(check, Check::seen)
}

/// Returns the scopes that are known to be needed and are not requested.
fn missing(metascopes: &[String], scopes: &[String]) -> Vec<&'static str> {
    let needed = metascopes.iter().flat_map(|it| match Counterpart::of(it) {
        Counterpart::Scopes(needed) => needed,
        Counterpart::ScopesOfAem | Counterpart::NotKnown => &[],
    });
    let is_missing = |needed: &&str| !scopes.iter().any(|it| it == needed);
    needed.copied().filter(is_missing).collect()
}

/// Says what takes the place of a metascope.
fn replacement(metascope: &str, scopes: &[String]) -> Vec<String> {
    match Counterpart::of(metascope) {
        Counterpart::Scopes(needed) => {
            vec![format!("{metascope}: replaced by {}", needed.join(", "))]
        }
        Counterpart::ScopesOfAem => {
            let own = scopes.iter().filter(|it| it.starts_with(AEM_SCOPE));
            let own: Vec<_> = own.map(String::as_str).collect();
            let own = if own.is_empty() {
                "none here".to_owned()
            } else {
                own.join(", ")
            };
            vec![
                format!("{metascope}: replaced by one scope for each API ({own})"),
                format!("{metascope}: none is published for /content and /api/assets"),
            ]
        }
        Counterpart::NotKnown => vec![format!("{metascope}: which scopes replace it is not known")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;
    use crate::doctor::migration::side::examples;

    fn check(metascopes: &[&str], requested: &[&str]) -> Check {
        let (mut old, mut new) = (examples::old(), examples::new());
        let owned = |names: &[&str]| names.iter().map(|&it| it.to_owned()).collect();
        old.own.metascopes = owned(metascopes);
        new.own.scopes = owned(requested);
        scopes(Pair {
            old: &old,
            new: &new,
        })
    }

    #[test]
    fn known_counterpart_must_be_complete() {
        let complete = ["AdobeID", "openid", "user_management_sdk"];
        assert_eq!(check(&["ent_user_sdk"], &complete).verdict(), Verdict::Ok);
        let lacking = check(&["ent_user_sdk"], &["openid"]);
        assert_eq!(lacking.verdict(), Verdict::Warning);
        let summary = "the new credentials lack AdobeID, user_management_sdk";
        assert_eq!(lacking.summary(), summary);
    }

    #[test]
    fn unknown_counterpart_is_not_guessed() {
        let check = check(&["ent_dataservices_sdk"], &["openid"]);
        assert_eq!(check.verdict(), Verdict::Ok);
        assert!(check.evidence()[1].ends_with("is not known"));
    }

    #[test]
    fn scopes_of_aem_are_named() {
        let none = check(&["ent_aem_cloud_api"], &["openid"]);
        assert!(none.evidence()[1].contains("(none here)"));
        let some = check(&["ent_aem_cloud_api"], &["openid", "aem.document"]);
        assert!(some.evidence()[1].contains("(aem.document)"), "{some:?}");
        assert_eq!((none.verdict(), some.verdict()), (Verdict::Ok, Verdict::Ok));
    }

    #[test]
    fn copied_metascope_is_a_warning() {
        let copied = check(&["ent_x_sdk"], &["openid", "ent_x_sdk"]);
        assert_eq!(copied.verdict(), Verdict::Warning);
        // The scope of I/O Events has the name of its metascope.
        let same_name = check(&["event_receiver_api"], &["event_receiver_api"]);
        assert_eq!(same_name.verdict(), Verdict::Ok);
    }
}
