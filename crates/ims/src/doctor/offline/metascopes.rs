//! The metascopes of an assertion.

use adobe_ims::error::Certainty;
use adobe_ims::{Credentials, Problem};

use super::facts::Facts;
use super::names::{METASCOPES, SCOPES, nearest, separator, shown};
use crate::doctor::check::{Check, CheckId, FoundCause};

const ID: CheckId = CheckId::Metascopes;

pub(super) fn metascopes(facts: &Facts<'_>) -> Check {
    match facts.credentials_or_skip(ID) {
        Ok(Credentials::Service(service)) => decide(service.metascopes()),
        Ok(_) => Check::skipped(ID, "only assertions request metascopes"),
        Err(skipped) => skipped,
    }
}

fn decide(metascopes: &[String]) -> Check {
    if let Some(problem) = impossible(metascopes) {
        return problem;
    }
    let mut unknown = metascopes
        .iter()
        .filter(|it| !METASCOPES.contains(&it.as_str()));
    let misspelt = unknown
        .clone()
        .find_map(|it| Some((it, nearest(it, &METASCOPES, 4)?)));
    if let Some((metascope, known)) = misspelt {
        let summary = format!("the metascope {} is probably {known}", shown(metascope));
        let cause = FoundCause::new(Problem::ScopeInvalid, Certainty::Possible)
            .seen("it is none that Adobe documents; the list of these is not complete")
            .fix_first(format!("write {known}, or what the console shows"));
        return Check::warning(ID, summary).because(cause);
    }
    let shown_names: Vec<_> = metascopes.iter().map(|it| shown(it)).collect();
    let check = Check::ok(ID, format!("requested: {}", shown_names.join(", ")));
    match unknown.next() {
        Some(_) => check.seen("not all of these are documented by Adobe; the list is not complete"),
        None => check,
    }
}

/// Reports a metascope that is none.
fn impossible(metascopes: &[String]) -> Option<Check> {
    let problem = |summary: String, fix: &str| {
        let cause = FoundCause::new(Problem::ScopeInvalid, Certainty::Likely).fix_first(fix);
        Some(Check::problem(ID, summary, cause))
    };
    for metascope in metascopes {
        if metascope.contains("://") {
            let fix = "write the name of the metascope, or the claim https://HOST/s/NAME";
            return problem("a metascope is a URL without /s/".to_owned(), fix);
        }
        if let Some(separator) = separator(metascope) {
            let summary = format!("the metascopes are one text with {separator} in it");
            return problem(summary, "separate metascopes by commas or blanks");
        }
    }
    let scope = metascopes.iter().find(|it| SCOPES.contains(&it.as_str()))?;
    problem(
        format!("{scope} is a scope of OAuth server-to-server, and no metascope"),
        "pass the metascopes that the console shows, such as ent_aem_cloud_api; scopes belong to OAuth server-to-server credentials, which have no private key",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    #[test]
    fn metascopes_are_judged_by_their_names() {
        for (metascopes, verdict, summary) in [
            (
                &["ent_aem_cloud_api"][..],
                Verdict::Ok,
                "requested: ent_aem_cloud_api",
            ),
            (
                &["ent_aem_cloud_api", "ent_of_the_future"],
                Verdict::Ok,
                "requested: ent_aem_cloud_api, ent_of_the_future",
            ),
            (
                &["ent_aem_cloud_apis"],
                Verdict::Warning,
                "the metascope ent_aem_cloud_apis is probably ent_aem_cloud_api",
            ),
            (
                &["ENT_AEM_CLOUD_API"],
                Verdict::Warning,
                "the metascope ENT_AEM_CLOUD_API is probably ent_aem_cloud_api",
            ),
            (
                &["openid"],
                Verdict::Problem,
                "openid is a scope of OAuth server-to-server, and no metascope",
            ),
            (
                &["https://ims-na1.adobelogin.com/ent_user_sdk"],
                Verdict::Problem,
                "a metascope is a URL without /s/",
            ),
            (
                &["ent_user_sdk;ent_aem_cloud_api"],
                Verdict::Problem,
                "the metascopes are one text with semicolons in it",
            ),
        ] {
            let metascopes: Vec<String> = metascopes.iter().map(|&it| it.to_owned()).collect();
            let check = decide(&metascopes);
            assert_eq!(check.verdict(), verdict, "{metascopes:?}");
            assert_eq!(check.summary(), summary);
            if let Some(found) = check.causes().first() {
                assert_eq!(found.cause.id(), "scope-invalid");
                assert_ne!(found.certainty, Certainty::Certain);
            }
        }
    }
}
