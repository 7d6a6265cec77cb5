//! The address of the API, compared with the credentials before anything is sent.

use adobe_ims::api_error::{ApiProblem, TokenFacts, check_host};
use adobe_ims::error::Certainty;
use adobe_ims::internal::{is_loopback, is_on_wrong_tier, is_path_doubled};
use adobe_ims::{Credentials, Environment, Problem};
use http::Uri;

use super::evidence::quoted;
use super::given_token::GivenToken;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::error::Cause;

const ID: CheckId = CheckId::TargetHost;

/// Says what speaks against the address.
pub(super) fn target_host(subject: &Subject<'_>, url: &Uri, given: Option<&GivenToken>) -> Check {
    judge(url, &facts(subject, given))
}

/// Returns what is known about the token that would be sent.
fn facts(subject: &Subject<'_>, given: Option<&GivenToken>) -> TokenFacts {
    if let Some(given) = given {
        return TokenFacts::of(&given.token);
    }
    let (client_id, environment) = match subject.credentials() {
        Some(Credentials::Service(it)) => (it.client_id(), it.environment()),
        Some(Credentials::OauthServerToServer(it)) => {
            (it.client().client_id(), it.client().environment())
        }
        _ => return TokenFacts::default(),
    };
    let facts = TokenFacts::default().with_client_id(client_id);
    of_environment(facts, environment)
}

/// Only the environments of Adobe tell anything about a host of Adobe's.
fn of_environment(facts: TokenFacts, environment: &Environment) -> TokenFacts {
    if environment.is_adobe() {
        facts.with_environment(environment.clone())
    } else {
        facts
    }
}

fn judge(url: &Uri, facts: &TokenFacts) -> Check {
    let host = url.host().unwrap_or_default();
    let mut causes: Vec<FoundCause> = check_host(url, facts)
        .iter()
        .map(FoundCause::from)
        .collect();
    if is_path_doubled(url.path()) {
        causes.push(FoundCause::new(
            Cause::Api(ApiProblem::PathDoubled),
            Certainty::Certain,
        ));
    }
    if is_on_wrong_tier(url) {
        causes.push(
            FoundCause::new(Cause::Api(ApiProblem::WrongTier), Certainty::Certain)
                .seen("the batch API exists on author only"),
        );
    }
    if url.scheme_str() == Some("http") && !is_loopback(host) {
        causes.push(
            FoundCause::new(Problem::EndpointInsecure, Certainty::Certain)
                .seen("the address begins with http"),
        );
    }
    let shown = quoted(host);
    let mut causes = causes.into_iter();
    match causes.next() {
        None => Check::ok(ID, format!("nothing speaks against the host {shown}")),
        Some(first) => {
            let summary = format!("the address of the API on {shown} is not right");
            causes.fold(Check::problem(ID, summary, first), Check::because)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(url: &str, client_id: &str, environment: &Environment) -> String {
        let facts = of_environment(TokenFacts::default().with_client_id(client_id), environment);
        let check = judge(&url.parse().unwrap(), &facts);
        let causes = check.causes().iter();
        let causes = causes.map(|it| format!(" {} {}", it.certainty, it.cause.id()));
        format!("{}{}", check.verdict().as_str(), causes.collect::<String>())
    }

    #[test]
    fn address_is_compared_with_the_credentials() {
        let production = Environment::production();
        let author = "https://author-p1-e2.adobeaemcloud.com";
        let aem = "cm-p1-e2-integration-0";
        let path = "/adobe/forms/doc/v1/generatePDFOutput";
        for (url, client_id, expected) in [
            (author.to_owned(), aem, "ok"),
            (author.to_owned(), "0123456789abcdef0123456789abcdef", "ok"),
            (format!("{author}{path}"), aem, "ok"),
            (
                format!("{author}{path}{path}"),
                aem,
                "problem certain aem-path-doubled",
            ),
            (
                author.replace("https", "http"),
                aem,
                "problem certain endpoint-insecure",
            ),
            (
                author.replace("com", "net"),
                aem,
                "problem likely aem-host-misspelt",
            ),
            (
                author.replace("author", "autor"),
                aem,
                "problem likely aem-host-malformed",
            ),
            (
                author.to_owned(),
                "cm-p1-e3-integration-0",
                "problem likely aem-wrong-environment",
            ),
            (
                "http://localhost:4502/content/dam.json".to_owned(),
                aem,
                "ok",
            ),
            ("http://[::1]:4502/".to_owned(), aem, "ok"),
            (
                "https://www.example.com/api/assets.json".to_owned(),
                aem,
                "ok",
            ),
        ] {
            assert_eq!(judged(&url, client_id, &production), expected, "{url}");
        }
    }

    #[test]
    fn environment_of_the_credentials_is_compared_if_it_is_of_adobe() {
        let judged =
            |environment: &Environment| judged("https://platform.adobe.io/", "x", environment);
        let other = "problem certain api-token-of-other-environment";
        assert_eq!(judged(&Environment::stage()), other);
        assert_eq!(judged(&Environment::production()), "ok");
        let local = Environment::parse("http://127.0.0.1:1").unwrap();
        assert_eq!(judged(&local), "ok");
    }
}
