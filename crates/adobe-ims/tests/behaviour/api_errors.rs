//! The causes of errors of APIs: the answers of `tests/scenarios/api_errors.json`, and what holds for any answer.

use std::time::{Duration, SystemTime};

use adobe_ims::api_error::{
    ApiCause, ApiProblem, ApiRequest, ApiResponse, BodyStart, CredentialKind, Diagnosis,
    TokenFacts, check_host, diagnose,
};
use adobe_ims::error::Certainty;
use adobe_ims::http::{Request, Response};
use adobe_ims::{AccessToken, Environment, Secret};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Map, Value};

const SCENARIOS: &str = include_str!("../scenarios/api_errors.json");
/// 2026-11-28T12:00:00Z, the `now` of the scenarios.
const NOW: u64 = 1_795_867_200;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Returns the facts about a token with these claims, or about this text.
fn facts(claims: &Value) -> TokenFacts {
    let text = match claims {
        Value::String(text) => text.clone(),
        claims => {
            let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let payload = part(&claims.to_string());
            format!("{}.{payload}.c2ln", part(r#"{"alg":"RS256"}"#))
        }
    };
    TokenFacts::of_text(&Secret::new(text))
}

fn body(value: Option<&Value>) -> BodyStart {
    let mut body = BodyStart::default();
    match value {
        None => {}
        Some(Value::String(text)) => body.push(text.as_bytes()),
        Some(json) => body.push(json.to_string().as_bytes()),
    }
    body
}

/// A row of the table, or a case of a test.
struct Case {
    request: Request<()>,
    response: Response<()>,
    body: BodyStart,
    token: TokenFacts,
}

impl Case {
    fn from_row(row: &Value, tokens: &Map<String, Value>) -> Self {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let pairs = |name: &str| {
            let fields = row.get(name).and_then(Value::as_object);
            fields
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap()))
        };
        let method = text("method").unwrap_or("GET");
        let mut request = Request::builder().method(method).uri(text("url").unwrap());
        for (name, value) in pairs("headers") {
            request = request.header(name, value);
        }
        let status = u16::try_from(row["status"].as_u64().unwrap()).unwrap();
        let mut response = Response::builder().status(status);
        for (name, value) in pairs("answer_headers") {
            response = response.header(name, value);
        }
        let token = facts(&tokens[text("token").unwrap()]);
        Self {
            request: request.body(()).unwrap(),
            response: response.body(()).unwrap(),
            body: body(row.get("body")),
            token: match text("organization") {
                Some(id) => token.with_organization_id(id),
                None => token,
            },
        }
    }

    fn new(url: &str, status: u16, text: &str, token: TokenFacts) -> Self {
        Self {
            request: Request::get(url).body(()).unwrap(),
            response: Response::builder().status(status).body(()).unwrap(),
            body: body(Some(&Value::from(text))),
            token,
        }
    }

    fn diagnose(&self) -> Option<Diagnosis> {
        let request = ApiRequest::new(&self.request, &self.token, now());
        diagnose(&request, &ApiResponse::new(&self.response, &self.body))
    }
}

fn causes(diagnosis: Option<&Diagnosis>) -> Vec<String> {
    let causes = diagnosis.into_iter().flat_map(Diagnosis::causes);
    causes
        .map(|cause| format!("{} {}", cause.problem(), cause.certainty()))
        .collect()
}

/// Returns all texts of a diagnosis.
fn texts(diagnosis: &Diagnosis) -> String {
    let mut text = format!("{diagnosis:?}");
    for step in diagnosis.causes().iter().flat_map(|cause| cause.steps()) {
        text.push_str(step);
    }
    text
}

#[test]
fn every_answer_of_the_table_has_its_causes() {
    let table: Value = serde_json::from_str(SCENARIOS).unwrap();
    let tokens = table["tokens"].as_object().unwrap();
    let rows = table["answers"].as_array().unwrap();
    assert!(rows.len() >= 60, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let found = causes(Case::from_row(row, tokens).diagnose().as_ref());
        let expected: Vec<_> = row["causes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap())
            .collect();
        if found != expected {
            wrong.push(format!(
                "{}\n  found    {found:?}\n  expected {expected:?}",
                row["name"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_entry_of_the_catalogue_is_a_cause_in_the_table_and_states_how_certain_it_can_be() {
    let certainties = [Certainty::Certain, Certainty::Likely, Certainty::Possible];
    for problem in ApiProblem::ALL {
        let is_named = |it: &Certainty| SCENARIOS.contains(&format!("\"{problem} {it}\""));
        let most_certain = certainties.into_iter().find(is_named);
        assert_eq!(most_certain, Some(problem.certainty()), "{problem}");
    }
}

fn of_client(client_id: &str) -> TokenFacts {
    let claims = serde_json::json!({"type": "access_token", "client_id": client_id});
    facts(&claims)
}

#[test]
fn client_that_is_not_allowed_gets_the_yaml_to_add() {
    let text = "IMS Client ID not allowlisted.";
    let yaml = |url: &str, client_id: &str| {
        let case = Case::new(url, 403, text, of_client(client_id));
        let found = case.diagnose().unwrap();
        found.causes()[0].steps().next().unwrap().to_owned()
    };
    assert_eq!(
        yaml(
            "https://publish-p1-e2.adobeaemcloud.com/adobe/folders",
            "0123-ab"
        ),
        "`config/api.yaml` with the client id:\n    \
         kind: \"API\"\n    \
         version: \"1\"\n    \
         metadata:\n      \
         envTypes: [\"dev\", \"stage\", \"prod\"]\n    \
         data:\n      \
         allowedClientIDs:\n        \
         publish:\n          \
         - \"0123-ab\""
    );
    // A claim that anybody can write does not get into the file.
    let hostile = yaml(
        "https://author-p1-e2.adobeaemcloud.com/adobe/folders",
        "client!+ID\"\n - x",
    );
    assert!(
        hostile.ends_with("author:\n          - \"CLIENT_ID\""),
        "{hostile}"
    );
}

#[test]
fn known_expiry_of_a_token_counts_more_than_its_claims() {
    let claims = serde_json::json!({"type": "access_token", "exp": NOW + 60});
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let text = format!("e30.{}.c2ln", part(claims.to_string()));
    let token = AccessToken::new(text.as_str().into()).unwrap();
    let first = |token: &AccessToken| {
        let mut case = Case::new("https://a.adobe.io/", 401, "", TokenFacts::of(token));
        let date = "Sat, 28 Nov 2026 12:00:00 GMT".parse().unwrap();
        case.response.headers_mut().insert("date", date);
        causes(case.diagnose().as_ref())[0].clone()
    };
    assert_eq!(first(&token), "api-token-revoked likely");
    let token = token.with_expiry(now() - Duration::from_secs(1));
    assert_eq!(first(&token), "api-token-expired certain");
}

#[test]
fn account_is_named_by_its_login() {
    let url = "https://author-p1-e2.adobeaemcloud.com/adobe/forms/doc/v1/generatePDFOutput";
    let token = of_client("cm-p1-e2-integration-0").with_email("1-2@techacct.adobe.com");
    let found = Case::new(url, 403, "", token).diagnose().unwrap();
    let step = found.causes()[0].steps().next().unwrap();
    assert_eq!(step, "The account is 1-2@techacct.adobe.com in AEM.");
}

#[test]
fn kind_of_the_credentials_is_taken_from_the_caller_too() {
    let url = "https://www.example.com/adobe/document/assure/encrypt";
    let first =
        |token: TokenFacts| causes(Case::new(url, 403, "{}", token).diagnose().as_ref())[0].clone();
    let opaque = TokenFacts::default();
    assert_eq!(first(opaque.clone()), "aem-account-lacks-rights likely");
    let jwt = opaque.clone().with_client_id("cm-p1-e2-integration-0");
    assert_eq!(first(jwt), "aem-needs-oauth likely");
    let oauth = opaque.with_credential_kind(CredentialKind::OauthServerToServer);
    assert_eq!(first(oauth), "aem-token-lacks-scopes likely");
}

#[test]
fn host_is_checked_before_anything_is_sent() {
    let check = |url: &str, client_id: &str| {
        let causes = check_host(&url.parse().unwrap(), &of_client(client_id));
        let causes = causes
            .iter()
            .map(|it| format!("{} {:?}", it.problem(), it.evidence()));
        causes.collect::<Vec<_>>()
    };
    let client = "cm-p1-e2-integration-0";
    assert!(check("https://author-p1-e2.adobeaemcloud.com/", client).is_empty());
    assert!(
        check(
            "https://author-p3-e4.adobeaemcloud.com/",
            "0123456789abcdef"
        )
        .is_empty()
    );
    assert_eq!(
        check("https://auhtor-p1-e2.adobeaemcloud.com/", client),
        ["aem-host-malformed [\"there is no tier auhtor\"]"]
    );
    assert_eq!(
        check("https://author-p3-e4.adobeaemcloud.net/", client),
        [
            "aem-host-misspelt []",
            "aem-wrong-environment [\"the host is of p3-e4, the client id of p1-e2\"]"
        ]
    );
}

#[test]
fn environment_of_the_credentials_counts_where_the_token_names_none() {
    let url = "https://platform.adobe.io/".parse().unwrap();
    let check = |token: TokenFacts| {
        let causes = check_host(&url, &token.with_environment(Environment::stage()));
        causes.first().map(ApiCause::problem)
    };
    let other = Some(ApiProblem::TokenOfOtherEnvironment);
    assert_eq!(check(TokenFacts::default()), other);
    assert_eq!(check(of_client("x")), other);
    let claims = serde_json::json!({"type": "access_token", "as": "ims-na1"});
    assert_eq!(check(facts(&claims)), None);
}

#[test]
fn echoed_token_is_not_in_the_diagnosis() {
    // A token that is no JWT is recognised because it is the one of the request.
    for secret in [
        "OPAQUE?%&=SECRET",
        "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl",
    ] {
        let token = TokenFacts::of_text(&Secret::new(secret));
        for text in [
            format!(
                "{{\"error_code\":\"{secret}\",\"message\":\"bad {secret}\",\"requestId\":\"{secret}\"}}"
            ),
            format!("<html><title>{secret}</title></html>"),
            format!("no: {secret}"),
        ] {
            for (url, status) in [
                ("https://a.adobe.io/", 401),
                ("https://author-p1-e2.adobeaemcloud.com/x", 403),
            ] {
                let found = Case::new(url, status, &text, token.clone())
                    .diagnose()
                    .unwrap();
                let shown = texts(&found);
                assert!(
                    !shown.contains(secret) && !shown.contains("SECRET"),
                    "{shown}"
                );
            }
        }
    }
}

#[test]
fn echoed_headers_and_queries_are_not_in_the_diagnosis() {
    let secret = "SECRET?%&=ü";
    let text = format!(
        "{{\"error_code\":\"401013\",\"message\":\"no {secret} and COOKIE-VALUE, but key-of-client\"}}"
    );
    let url = "https://a.adobe.io/?sig=SECRET%3F%25%26%3D%C3%BC";
    let mut case = Case::new(url, 401, &text, TokenFacts::default());
    let headers = case.request.headers_mut();
    headers.insert("cookie", "COOKIE-VALUE".parse().unwrap());
    headers.insert("x-api-key", "key-of-client".parse().unwrap());
    let found = case.diagnose().unwrap();
    assert_eq!(
        found.answer().message.as_deref(),
        Some("no [redacted] and [redacted], but key-of-client")
    );
}

#[test]
fn answer_is_shown_on_one_line_and_cut() {
    let text = format!("{{\"message\":\"a\\nb\\u001b[31m{}\"}}", "x y ".repeat(200));
    let found = Case::new("https://a.adobe.io/", 401, &text, TokenFacts::default())
        .diagnose()
        .unwrap();
    let message = found.answer().message.as_deref().unwrap();
    assert!(message.starts_with("a b [31mx y x y"), "{message}");
    assert!(
        message.chars().count() <= 301 && message.ends_with('…'),
        "{message}"
    );
}

proptest! {
    #[test]
    fn certain_causes_stand_alone_for_any_answer(
        row in any::<prop::sample::Index>(),
        status in 100_u16..=599,
        noise in prop::collection::vec(any::<u8>(), 0..200),
        cut in any::<prop::sample::Index>(),
    ) {
        let table: Value = serde_json::from_str(SCENARIOS).unwrap();
        let rows = table["answers"].as_array().unwrap();
        let mut case = Case::from_row(row.get(rows), table["tokens"].as_object().unwrap());
        *case.response.status_mut() = status.try_into().unwrap();
        // The body breaks off somewhere, and foreign bytes follow.
        let whole = case.body.as_bytes().to_vec();
        case.body = BodyStart::default();
        case.body.push(&whole[..cut.index(whole.len() + 1)]);
        case.body.push(&noise);
        if let Some(found) = case.diagnose() {
            let certain = found.causes().iter().filter(|it| it.certainty() == Certainty::Certain).count();
            prop_assert!(certain == 0 || certain == found.causes().len());
            prop_assert!(!found.causes().is_empty());
        }
    }
}
