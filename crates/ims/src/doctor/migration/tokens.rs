//! The comparison of both tokens.

use adobe_ims::Problem;
use adobe_ims::api::Warning;
use adobe_ims::error::Certainty;

use super::fetched::{Fetched, TokenFacts};
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::Failure;

const ID: CheckId = CheckId::MigrateTokens;

/// Compares what came.
pub(super) fn tokens(old: &Fetched, new: &Fetched) -> Check {
    match (old, new) {
        (_, Fetched::NotSent(reason)) => Check::skipped(ID, reason),
        (Fetched::Token(old), Fetched::Token(new)) => both(old, new),
        (Fetched::NotSent(reason), Fetched::Token(_)) => {
            Check::ok(ID, "the new credentials get a token")
                .seen(format!("none was requested for the old ones: {reason}"))
        }
        (Fetched::Failed(failure), Fetched::Token(_)) => only_new(failure),
        (Fetched::Failed(of_old), Fetched::Failed(of_new)) if of_old.is(of_new.cause()) => {
            let summary = "IMS issued no token for either of them";
            Check::problem(ID, summary, cause(of_new))
        }
        (Fetched::Failed(of_old), Fetched::Failed(of_new)) => {
            let summary = "IMS issued no token for either of them";
            Check::problem(ID, summary, cause(of_new)).seen(format!("old: {}", of_old.line()))
        }
        (_, Fetched::Failed(failure)) => {
            let summary = "IMS issued no token for the new credentials";
            Check::problem(ID, summary, cause(failure))
        }
    }
}

/// Returns the check for old credentials that get no token any more. For a client that was converted, that is what
/// Adobe announced.
fn only_new(failure: &Failure) -> Check {
    let summary = "IMS issued a token for the new ones only";
    let expected = [Problem::ClientMigrated, Problem::GrantNotAllowed];
    if expected.iter().any(|problem| failure.is(*problem)) {
        Check::warning(ID, summary)
            .seen(format!("old: {}", failure.line()))
            .fix("the old credentials may have ended: use the new ones everywhere now")
    } else {
        Check::problem(ID, summary, cause(failure))
    }
}

fn cause(failure: &Failure) -> FoundCause {
    // The response of IMS then is that of an outage, too.
    let certainty = if failure.is(Problem::ClientMigrated) {
        Certainty::Likely
    } else {
        Certainty::Certain
    };
    FoundCause::of(failure, certainty)
}

fn both(old: &TokenFacts, new: &TokenFacts) -> Check {
    let lost = difference(&old.scopes, &new.scopes);
    let refused = new.warnings.iter().find_map(|it| match it {
        Warning::MissingScopes(scopes) => Some(scopes.join(", ")),
        _ => None,
    });
    let check = if let Some(refused) = refused {
        Check::warning(ID, format!("IMS did not grant {refused}"))
            .fix("compare the scopes of the document with those that the console shows, and download it again")
    } else if !lost.is_empty() {
        Check::warning(ID, format!("the new token lacks {lost}"))
            .fix("if a program needs them, add their API to the project in the console")
    } else {
        match (old.unit, new.unit) {
            (Some(one), Some(other)) if one != other => {
                Check::ok(ID, "both get a token; the unit of expires_in changes")
            }
            _ => Check::ok(ID, "both get a token"),
        }
    };
    let evidence = [
        row("expires_in", old.lifetime(), new.lifetime()),
        row("client id", old.client_id.clone(), new.client_id.clone()),
        row("user id", old.user_id.clone(), new.user_id.clone()),
        row(
            "organisation",
            old.organization_id.clone(),
            new.organization_id.clone(),
        )
        .or_else(|| Some("organisation: neither token names it".to_owned())),
        row("type", old.kind.clone(), new.kind.clone()),
        scopes_row("granted to both", &common(&old.scopes, &new.scopes)),
        scopes_row("granted to the old one only", &lost),
        scopes_row(
            "granted to the new one only",
            &difference(&new.scopes, &old.scopes),
        ),
    ];
    let odd = new
        .warnings
        .iter()
        .filter(|it| !matches!(it, Warning::MissingScopes(_)));
    let odd = odd.map(|warning| format!("new: {warning}"));
    evidence
        .into_iter()
        .flatten()
        .chain(odd)
        .fold(check, Check::seen)
}

fn row(name: &str, old: Option<String>, new: Option<String>) -> Option<String> {
    let shown = |value: Option<String>| value.unwrap_or_else(|| "not stated".to_owned());
    match (old, new) {
        (None, None) => None,
        (Some(one), Some(other)) if one == other => Some(format!("{name}: {one} in both")),
        (old, new) => Some(format!("{name}: old {}, new {}", shown(old), shown(new))),
    }
}

fn scopes_row(name: &str, scopes: &str) -> Option<String> {
    (!scopes.is_empty()).then(|| format!("{name}: {scopes}"))
}

/// Returns the scopes of the first list that the other does not have.
fn difference(one: &[String], other: &[String]) -> String {
    let only = one.iter().filter(|scope| !other.contains(scope));
    only.cloned().collect::<Vec<_>>().join(", ")
}

fn common(one: &[String], other: &[String]) -> String {
    let both = one.iter().filter(|scope| other.contains(scope));
    both.cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use adobe_ims::{AccessToken, Error};

    use super::*;
    use crate::doctor::check::Verdict;
    use crate::doctor::migration::fetched::Unit;

    fn facts(scopes: &[&str], expires_in: &str, unit: Option<Unit>) -> TokenFacts {
        TokenFacts {
            token: AccessToken::new("eyJ0".into()).unwrap(),
            user_id: Some("A@techacct.adobe.com".to_owned()),
            client_id: Some("client!+ID".to_owned()),
            organization_id: None,
            kind: Some("access_token".to_owned()),
            scopes: scopes.iter().map(|&it| it.to_owned()).collect(),
            expires_in: Some(expires_in.to_owned()),
            unit,
            warnings: Vec::new(),
        }
    }

    fn old() -> TokenFacts {
        facts(&["openid"], "86399998", Some(Unit::Milliseconds))
    }

    fn token(facts: TokenFacts) -> Fetched {
        Fetched::Token(Box::new(facts))
    }

    fn failed(problem: Problem) -> Fetched {
        Fetched::Failed(Error::new(problem, "what").into())
    }

    #[test]
    fn change_of_the_unit_is_named() {
        let new = facts(&["openid", "AdobeID"], "86399", Some(Unit::Seconds));
        let check = tokens(&token(old()), &token(new));
        assert_eq!(check.verdict(), Verdict::Ok);
        let summary = "both get a token; the unit of expires_in changes";
        assert_eq!(check.summary(), summary);
        assert_eq!(
            check.evidence(),
            [
                "expires_in: old 86399998 (milliseconds), new 86399 (seconds)",
                "client id: client!+ID in both",
                "user id: A@techacct.adobe.com in both",
                "organisation: neither token names it",
                "type: access_token in both",
                "granted to both: openid",
                "granted to the new one only: AdobeID",
            ]
        );
    }

    #[test]
    fn scopes_that_are_lost_are_a_warning() {
        let check = tokens(&token(old()), &token(facts(&["AdobeID"], "1", None)));
        assert_eq!(check.verdict(), Verdict::Warning);
        assert_eq!(check.summary(), "the new token lacks openid");
        let mut new = facts(&["openid"], "1", None);
        new.warnings = vec![Warning::MissingScopes(vec!["aem.document".to_owned()])];
        let check = tokens(&token(old()), &token(new));
        assert_eq!(check.summary(), "IMS did not grant aem.document");
    }

    #[test]
    fn failures_are_told_apart() {
        let ok = || token(old());
        let not_sent = || Fetched::NotSent("no key".to_owned());
        let (network, ended) = (Problem::NameUnknown, Problem::ClientMigrated);
        let wrong = Problem::ClientSecretWrong;
        for (old, new, verdict, id) in [
            (
                ok(),
                failed(wrong),
                Verdict::Problem,
                Some("client-secret-wrong"),
            ),
            (failed(ended), ok(), Verdict::Warning, None),
            (
                failed(Problem::GrantNotAllowed),
                ok(),
                Verdict::Warning,
                None,
            ),
            (
                failed(wrong),
                ok(),
                Verdict::Problem,
                Some("client-secret-wrong"),
            ),
            (
                failed(network),
                failed(network),
                Verdict::Problem,
                Some("name-unknown"),
            ),
            (
                failed(network),
                failed(wrong),
                Verdict::Problem,
                Some("client-secret-wrong"),
            ),
            (
                not_sent(),
                failed(wrong),
                Verdict::Problem,
                Some("client-secret-wrong"),
            ),
            (not_sent(), ok(), Verdict::Ok, None),
            (ok(), not_sent(), Verdict::Skipped, None),
        ] {
            let check = tokens(&old, &new);
            let found = check.causes().first().map(|it| it.cause.id());
            assert_eq!((check.verdict(), found), (verdict, id), "{check:?}");
        }
    }

    #[test]
    fn migrated_client_is_not_certain() {
        let check = tokens(&token(old()), &failed(Problem::ClientMigrated));
        assert_eq!(check.causes()[0].certainty, Certainty::Likely);
    }
}
