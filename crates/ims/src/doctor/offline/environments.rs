//! The check that the environments of credentials, identity service, token and target fit each other.

use adobe_ims::error::Certainty;
use adobe_ims::internal::distance;
use adobe_ims::internal::is_production_api;
use adobe_ims::{Environment, Problem};
use http::Uri;

use super::names::shown_client;
use crate::auth::ClientForm;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

pub(super) const ID: CheckId = CheckId::Environment;

/// An identity service, and what names it.
pub(super) struct Named {
    pub(super) by: String,
    pub(super) environment: Environment,
}

/// The environments that credentials, settings and variables name.
pub(super) struct EnvironmentFacts<'a> {
    /// The service that gets the requests.
    pub(super) effective: Environment,
    /// The flag, the variable or the configuration that names a service.
    pub(super) setting: Option<Named>,
    pub(super) document: Option<Environment>,
    /// The variable of other programs that names a service.
    pub(super) variable: Option<Named>,
    pub(super) client_id: Option<&'a str>,
    pub(super) has_assertion: bool,
    /// The place of the token that is used instead of credentials.
    pub(super) token_place: Option<&'a str>,
    pub(super) target: Option<&'a Uri>,
    /// The variable of the document that seems to name the service, and does not.
    pub(super) ignored: Option<String>,
}

/// Decides whether the environments fit each other.
pub(super) fn decide(facts: &EnvironmentFacts<'_>) -> Check {
    let check = mixed(facts)
        .or_else(|| suspicious(facts))
        .unwrap_or_else(|| good(facts));
    let Some(client_id) = facts.client_id.filter(|_| facts.has_assertion) else {
        return check;
    };
    let audience = match shown_client(client_id).as_str() {
        "…" => facts.effective.audience("…"),
        _ => facts.effective.audience(client_id),
    };
    check.seen(format!("the audience of the assertion (aud): {audience}"))
}

/// Returns the problem of environments that do not know each other, and of one that is none. A token of another one is the
/// matter of `given-token`.
fn mixed(facts: &EnvironmentFacts<'_>) -> Option<Check> {
    document_of_another(facts)
        .or_else(|| misspelt_service(&facts.effective))
        .or_else(|| target_of_another(facts))
}

/// Returns true if requests go to one environment of Adobe's, and this is the other one.
fn differs(facts: &EnvironmentFacts<'_>, other: &Environment) -> bool {
    let effective = &facts.effective;
    effective.is_adobe() && other.is_adobe() && other != effective
}

fn document_of_another(facts: &EnvironmentFacts<'_>) -> Option<Check> {
    let (document, setting) = (facts.document.as_ref()?, facts.setting.as_ref()?);
    if !differs(facts, document) {
        return None;
    }
    let evidence = format!(
        "the document is of {}, and {} names {}, which counts",
        name(document),
        setting.by,
        name(&setting.environment)
    );
    let fix = format!(
        "leave out {}, or pass credentials of {}",
        setting.by,
        name(&facts.effective)
    );
    let cause = FoundCause::new(CommandProblem::EnvironmentsMixed, Certainty::Likely);
    let summary = "the credentials go to another environment than that of their document";
    Some(Check::problem(
        ID,
        summary,
        cause.seen(evidence).fix_first(fix),
    ))
}

fn misspelt_service(effective: &Environment) -> Option<Check> {
    let known = misspelt(effective)?;
    let url = effective.base_url();
    let evidence = format!("{url} is no known host, and is nearly {known}");
    let cause = FoundCause::new(Problem::EndpointInvalid, Certainty::Likely).seen(evidence);
    let summary = "the identity service is probably misspelt";
    Some(Check::problem(
        ID,
        summary,
        cause.fix_first(format!("write {known}")),
    ))
}

fn target_of_another(facts: &EnvironmentFacts<'_>) -> Option<Check> {
    let is_stage = facts.effective == Environment::stage();
    let target = facts.target.filter(|_| is_stage)?;
    let host = target.host().unwrap_or_default().to_ascii_lowercase();
    if !is_production_api(&host) {
        return None;
    }
    let cause = FoundCause::new(CommandProblem::EnvironmentsMixed, Certainty::Certain).seen(
        format!("the target {host} is production, and the identity service is stage"),
    );
    let summary = "a token of stage is for an API of production";
    Some(Check::problem(ID, summary, cause))
}

/// Returns the warning about an environment that is probably not the one that was meant.
fn suspicious(facts: &EnvironmentFacts<'_>) -> Option<Check> {
    let effective = &facts.effective;
    let warning = |summary: String, problem: CommandProblem, certainty, evidence: String| {
        let cause = FoundCause::new(problem, certainty).seen(evidence);
        Some(Check::warning(ID, summary).because(cause))
    };
    let form = facts.client_id.map(ClientForm::of);
    if form == Some(ClientForm::Aem { is_stage: true }) && *effective == Environment::production() {
        return warning(
            "the client id is of stage, and the identity service is production".to_owned(),
            CommandProblem::EnvironmentsMixed,
            Certainty::Possible,
            "the client id has the part `cmstg`, which was seen with stage (ims-na1-stg1)"
                .to_owned(),
        );
    }
    if let Some(variable) = &facts.variable
        && variable.environment != *effective
        && effective.is_adobe()
    {
        let by = match &facts.setting {
            Some(setting) => setting.by.as_str(),
            None => "the document",
        };
        return warning(
            format!(
                "{} names {}, and is ignored",
                variable.by,
                name(&variable.environment)
            ),
            CommandProblem::EnvironmentsMixed,
            Certainty::Possible,
            format!("{by} names {}, which counts", name(effective)),
        );
    }
    let ignored = facts.ignored.as_ref()?;
    let summary = format!(
        "{ignored} of the document is ignored; requests go to {}",
        name(effective)
    );
    let fix = "IMS_ENV and IMS_HOST name the identity service; --url and IMS_URL do so, too";
    Some(Check::warning(ID, summary).fix(fix))
}

/// Returns the host of Adobe's that a similar one probably means.
fn misspelt(environment: &Environment) -> Option<&'static str> {
    const KNOWN: [&str; 2] = ["ims-na1.adobelogin.com", "ims-na1-stg1.adobelogin.com"];
    let url = environment.base_url();
    let host = url.strip_prefix("https://")?;
    if KNOWN.contains(&host) || !host.ends_with(".adobelogin.com") {
        return None;
    }
    // Adobe has identity services in other regions: ims-eu1.
    let label = host.strip_suffix(".adobelogin.com")?;
    let is_region = label.strip_prefix("ims-").is_some_and(|region| {
        let letters = region.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() == 2 && letters.len() < region.len()
    });
    if is_region {
        return None;
    }
    KNOWN.into_iter().find(|known| distance(known, host) <= 2)
}

fn good(facts: &EnvironmentFacts<'_>) -> Check {
    let effective = &facts.effective;
    let by = if let Some(place) = facts.token_place {
        format!("of the token in {place}")
    } else if let Some(setting) = &facts.setting {
        format!("named by {}", setting.by)
    } else if facts.document.is_some() {
        "named by the document".to_owned()
    } else if let Some(variable) = facts
        .variable
        .as_ref()
        .filter(|it| it.environment == *effective)
    {
        format!("named by {}", variable.by)
    } else {
        "nothing names another".to_owned()
    };
    let check = Check::ok(ID, format!("requests go to {}", name(effective))).seen(by);
    if effective.is_known() {
        check
    } else {
        check.seen("it is neither Adobe's nor on this machine")
    }
}

/// Returns the name of an environment, with its address.
fn name(environment: &Environment) -> String {
    let url = environment.base_url();
    if *environment == Environment::production() {
        format!("production ({url})")
    } else if *environment == Environment::stage() {
        format!("stage ({url})")
    } else {
        url.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    fn parse(text: &str) -> Environment {
        match text {
            "production" => Environment::production(),
            "stage" => Environment::stage(),
            other => Environment::parse(other).unwrap(),
        }
    }

    fn named(by: &str, text: &str) -> Option<Named> {
        (!text.is_empty()).then(|| Named {
            by: by.to_owned(),
            environment: parse(text),
        })
    }

    /// The effective environment, and those that a flag, the document and a variable name; then the environment of a
    /// token, the client and the target. An empty text names none.
    type Row<'a> = [&'a str; 7];

    #[test]
    fn environments_that_do_not_fit_are_found() {
        const LOCAL: &str = "http://127.0.0.1:1";
        const EU: &str = "ims-eu1.adobelogin.com";
        const AT_STAGE: &str = "cm-p1-e2-cmstg-integration-0";
        const API: &str = "https://platform.adobe.io/x";
        const STAGE_API: &str = "https://platform-stage.adobe.io/x";
        const AEM: &str = "https://author-p1-e2.adobeaemcloud.com/";
        let good: &[Row<'_>] = &[
            ["production", "", "", "", "", "", ""],
            ["production", "", "production", "", "", "", ""],
            ["stage", "", "stage", "", "", "", ""],
            [LOCAL, LOCAL, "production", "", "", "", ""],
            ["stage", "", "", "stage", "", "", ""],
            [EU, "", EU, "", "", "", ""],
            [LOCAL, LOCAL, "", "stage", "", "", ""],
            ["stage", "", "", "", "", AT_STAGE, ""],
            [LOCAL, "", "", "", "", AT_STAGE, ""],
            ["stage", "", "", "", "", "", STAGE_API],
            ["stage", "", "", "", "", "", AEM],
            ["production", "", "", "", "", "", STAGE_API],
            ["production", "production", "", "", "production", "", ""],
            [LOCAL, LOCAL, "", "", "stage", "", ""],
        ];
        for row in good {
            assert_eq!(result(*row), (Verdict::Ok, ""), "{row:?}");
        }
        let (problem, warning) = (Verdict::Problem, Verdict::Warning);
        for (row, verdict, id) in [
            (
                ["production", "production", "stage", "", "", "", ""],
                problem,
                "environments-mixed",
            ),
            (
                ["stage", "stage", "production", "", "", "", ""],
                problem,
                "environments-mixed",
            ),
            (
                ["stage", "", "", "", "", "", API],
                problem,
                "environments-mixed",
            ),
            (
                ["ims-nal.adobelogin.com", "", "", "", "", "", ""],
                problem,
                "endpoint-invalid",
            ),
            (
                ["production", "", "production", "stage", "", "", ""],
                warning,
                "environments-mixed",
            ),
            (
                ["production", "", "", "", "", AT_STAGE, ""],
                warning,
                "environments-mixed",
            ),
        ] {
            assert_eq!(result(row), (verdict, id), "{row:?}");
        }
    }

    fn result(row: Row<'_>) -> (Verdict, &'static str) {
        let [
            effective,
            setting,
            document,
            variable,
            token,
            client_id,
            target,
        ] = row;
        let target: Option<Uri> = target.parse().ok();
        let check = decide(&EnvironmentFacts {
            effective: parse(effective),
            setting: named("--url", setting),
            document: named("", document).map(|it| it.environment),
            variable: named("IMS_ENV", variable),
            client_id: Some(client_id),
            has_assertion: true,
            token_place: (!token.is_empty()).then_some("IMS_ACCESS_TOKEN"),
            target: target.as_ref(),
            ignored: None,
        });
        let first = check.causes().first();
        (check.verdict(), first.map_or("", |it| it.cause.id()))
    }

    #[test]
    fn audience_and_source_are_shown() {
        let check = decide(&EnvironmentFacts {
            effective: Environment::production(),
            setting: None,
            document: Some(Environment::production()),
            variable: None,
            client_id: Some("client!+ID"),
            has_assertion: true,
            token_place: None,
            target: None,
            ignored: None,
        });
        assert_eq!(
            check.summary(),
            "requests go to production (https://ims-na1.adobelogin.com)"
        );
        assert_eq!(
            check.evidence(),
            [
                "named by the document",
                "the audience of the assertion (aud): https://ims-na1.adobelogin.com/c/client!+ID"
            ]
        );
    }
}
