//! The scopes of OAuth server-to-server.

use adobe_ims::error::Certainty;
use adobe_ims::internal::document::ListForm;
use adobe_ims::{Credentials, Problem};

use super::facts::Facts;
use super::names::{DEFAULT_SCOPES, METASCOPES, SCOPES, nearest, separator, shown};
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

const ID: CheckId = CheckId::Scopes;

pub(super) fn scopes(facts: &Facts<'_>) -> Check {
    let credentials = match facts.credentials_or_skip(ID) {
        Ok(credentials) => credentials,
        Err(skipped) => return skipped,
    };
    let form = facts.document.as_ref().and_then(|it| it.scopes);
    match credentials {
        Credentials::OauthServerToServer(oauth) => decide(oauth.scopes(), form),
        Credentials::Service(_) => Check::skipped(ID, "an assertion requests metascopes"),
        Credentials::AccessToken(_) => Check::skipped(ID, "the token has its scopes already"),
        Credentials::User(user) => of_others(user.scopes()),
        Credentials::PermanentCode(code) => of_others(code.scopes()),
        Credentials::Device(device) => of_others(device.scopes()),
        _ => Check::skipped(ID, "the kind of the credentials is not known"),
    }
}

/// Describes the scopes of a person, a service or a device. Theirs are not those of a project.
fn of_others(scopes: &[String]) -> Check {
    match scopes {
        [] => Check::ok(ID, "no scopes are named; IMS gives those that were granted"),
        scopes => Check::ok(ID, format!("requested: {}", list(scopes))),
    }
}

fn decide(scopes: &[String], form: Option<ListForm>) -> Check {
    let check = impossible(scopes)
        .or_else(|| misspelt(scopes))
        .or_else(|| only_default(scopes))
        .unwrap_or_else(|| Check::ok(ID, format!("requested: {}", list(scopes))));
    match form {
        Some(form @ (ListForm::ListInText | ListForm::Blanks)) => check.seen(format!(
            "the document has {form}; IMS gets {} scopes, separated by commas",
            scopes.len()
        )),
        _ => check,
    }
}

/// Reports a scope that is none of OAuth.
fn impossible(scopes: &[String]) -> Option<Check> {
    let problem = |summary: String, fix: &str| {
        let cause = FoundCause::new(Problem::ScopeInvalid, Certainty::Likely).fix_first(fix);
        Some(Check::problem(ID, summary, cause))
    };
    let is_metascope =
        |scope: &&String| scope.starts_with("ent_") || METASCOPES[..25].contains(&scope.as_str());
    for scope in scopes {
        if scope.contains("://") {
            let summary = if scope.contains("/s/") {
                "a scope is the claim of a metascope (https://…/s/…), as assertions have it"
            } else {
                "a scope is a URL"
            };
            let fix =
                "write the names of scopes, such as openid and AdobeID; the console shows them";
            return problem(summary.to_owned(), fix);
        }
        if let Some(separator) = separator(scope) {
            let summary = format!("the scopes are one text with {separator} in it");
            return problem(summary, "separate scopes by commas or blanks");
        }
    }
    let metascope = scopes.iter().find(is_metascope)?;
    problem(
        format!(
            "{} is a metascope of assertions, and no scope",
            shown(metascope)
        ),
        "pass the scopes that the console shows for the OAuth server-to-server credential; for an assertion, pass --metascope and the private key",
    )
}

fn misspelt(scopes: &[String]) -> Option<Check> {
    let (scope, known) = scopes
        .iter()
        .find_map(|scope| Some((scope, nearest(scope, &SCOPES, 2)?)))?;
    let summary = format!("the scope {} is probably {known}", shown(scope));
    let cause = FoundCause::new(Problem::ScopeInvalid, Certainty::Possible)
        .fix_first(format!("write {known}; upper and lower case count"));
    Some(Check::warning(ID, summary).because(cause))
}

fn only_default(scopes: &[String]) -> Option<Check> {
    let is_default = |scope: &String| DEFAULT_SCOPES.contains(&scope.as_str());
    if !scopes.iter().all(is_default) {
        return None;
    }
    let cause = FoundCause::new(CommandProblem::ScopesDefaultOnly, Certainty::Possible);
    let summary = format!("only the scopes of every credential: {}", list(scopes));
    Some(Check::warning(ID, summary).because(cause))
}

fn list(scopes: &[String]) -> String {
    let shown: Vec<_> = scopes.iter().map(|scope| shown(scope)).collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    #[test]
    fn scopes_are_judged_by_their_names() {
        for (scopes, verdict, id, summary) in [
            (
                &["openid", "AdobeID", "read_organizations"][..],
                Verdict::Ok,
                "",
                "requested: openid, AdobeID, read_organizations",
            ),
            (
                &["openid", "event_receiver_api"],
                Verdict::Ok,
                "",
                "requested: openid, event_receiver_api",
            ),
            (
                &["openid", "AdobeID"],
                Verdict::Warning,
                "scopes-default-only",
                "only the scopes of every credential: openid, AdobeID",
            ),
            (
                &["openid", "adobeid"],
                Verdict::Warning,
                "scope-invalid",
                "the scope adobeid is probably AdobeID",
            ),
            (
                &["openid", "ent_aem_cloud_api"],
                Verdict::Problem,
                "scope-invalid",
                "ent_aem_cloud_api is a metascope of assertions, and no scope",
            ),
            (
                &["https://ims-na1.adobelogin.com/s/ent_user_sdk"],
                Verdict::Problem,
                "scope-invalid",
                "a scope is the claim of a metascope (https://…/s/…), as assertions have it",
            ),
            (
                &["openid;AdobeID"],
                Verdict::Problem,
                "scope-invalid",
                "the scopes are one text with semicolons in it",
            ),
            (
                &["openid", "SECRET?%&=ü"],
                Verdict::Ok,
                "",
                "requested: openid, …",
            ),
        ] {
            let scopes: Vec<String> = scopes.iter().map(|&it| it.to_owned()).collect();
            let check = decide(&scopes, None);
            let cause = check.causes().first().map_or("", |it| it.cause.id());
            assert_eq!((check.verdict(), cause), (verdict, id), "{scopes:?}");
            assert_eq!(check.summary(), summary);
        }
    }

    #[test]
    fn change_of_the_separator_is_a_fact() {
        let scopes = ["openid".to_owned(), "read_organizations".to_owned()];
        let evidence = |form| decide(&scopes, Some(form)).evidence().to_vec();
        assert_eq!(
            evidence(ListForm::Blanks),
            [
                "the document has one text, separated by blanks; IMS gets 2 scopes, separated by commas"
            ]
        );
        assert_eq!(
            evidence(ListForm::ListInText),
            ["the document has a list inside of a text; IMS gets 2 scopes, separated by commas"]
        );
        assert_eq!(evidence(ListForm::List), [""; 0]);
        assert_eq!(evidence(ListForm::Commas), [""; 0]);
    }
}
