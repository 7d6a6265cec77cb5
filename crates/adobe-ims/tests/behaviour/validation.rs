//! Validation, invalidation and revocation of tokens: requests and responses.

use adobe_ims::api::{Cascade, TokenType, Validation};
use adobe_ims::credentials::OauthClient;
use adobe_ims::{Environment, Error, Problem, Secret};
use serde_json::json;

use crate::canned::{Canned, NOW, run, text, token};
use crate::support::{CLIENT_ID, CLIENT_SECRET, TECHNICAL_ACCOUNT};

const TOKEN: &str = "TOKEN?%&=ü";

fn invalidate(canned: &Canned) -> Result<(), Error> {
    let ims = canned.ims();
    let token = Secret::new(TOKEN);
    let stage = Environment::stage();
    let revoked = ims.invalidate(&token, TokenType::Access, CLIENT_ID, &stage);
    run(revoked).map(drop)
}

fn validate(token: &str, canned: &Canned) -> Result<Validation, Error> {
    let ims = canned.ims();
    let token = Secret::new(token);
    let stage = Environment::stage();
    run(ims.validate(&token, TokenType::Access, CLIENT_ID, &stage))
}

#[test]
fn request_has_the_expected_bytes() {
    let canned = Canned::new(200, &[], r#"{"valid":true}"#);
    validate(TOKEN, &canned).unwrap();
    let request = canned.request();
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri(),
        "https://ims-na1-stg1.adobelogin.com/ims/validate_token/v1"
    );
    let headers = request.headers();
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(headers["x-ims-clientid"], CLIENT_ID);
    assert!(!headers.contains_key("authorization"));
    assert_eq!(
        text(&request),
        "type=access_token&client_id=client%21%2BID&token=TOKEN%3F%25%26%3D%C3%BC"
    );
}

#[test]
fn claims_of_a_valid_token_are_read() {
    let body = json!({"valid": true, "token": {
        "client_id": CLIENT_ID, "user_id": TECHNICAL_ACCOUNT,
        "created_at": (NOW * 1000).to_string(), "expires_in": "86400000",
    }});
    let canned = Canned::new(200, &[("x-debug-id", "debug-1")], body.to_string());
    let validation = validate(TOKEN, &canned).unwrap();
    assert!(validation.valid);
    assert_eq!(validation.reason, None);
    assert_eq!(validation.client_id.as_deref(), Some(CLIENT_ID));
    assert_eq!(validation.user_id.as_deref(), Some(TECHNICAL_ACCOUNT));
    let end = validation.expires_at.unwrap();
    let end = end.duration_since(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(end.as_secs(), NOW + 86_400);
    assert_eq!(validation.server.debug_id.as_deref(), Some("debug-1"));
}

#[test]
fn invalid_token_is_a_result() {
    let no = Canned::new(200, &[], r#"{"valid":false,"reason":"bad_signature"}"#);
    let validation = validate(TOKEN, &no).unwrap();
    assert!(!validation.valid);
    assert_eq!(validation.reason.as_deref(), Some("bad_signature"));
    assert_eq!(validation.expires_at, None);
    let silent = Canned::new(200, &[], r#"{"valid":false,"reason":"","token":7}"#);
    let validation = validate(TOKEN, &silent).unwrap();
    assert_eq!((validation.valid, validation.reason), (false, None));
}

#[test]
fn echoed_token_is_redacted() {
    let jwt = token();
    let body = json!({"valid": false, "reason": format!("{TOKEN} \u{1b}[31m {jwt}"), "token":
        {"client_id": TOKEN, "user_id": jwt}});
    let validation = validate(TOKEN, &Canned::new(200, &[], body.to_string())).unwrap();
    let display = format!("{validation:?}");
    for part in ["TOKEN", "eyJ", "\u{1b}", "\\u{1b}"] {
        assert!(!display.contains(part), "{display}");
    }
}

#[test]
fn response_without_a_verdict_is_an_error() {
    for body in [
        "{}",
        r#"{"valid":"true"}"#,
        r#"{"valid":1}"#,
        r#"{"valid":null,"token":{}}"#,
        r#"{"error":"invalid_client"}"#,
    ] {
        let error = validate(TOKEN, &Canned::new(200, &[], body)).unwrap_err();
        assert_eq!(error.problem(), Problem::AnswerWithoutVerdict, "{body}");
    }
    for (status, body, problem) in [
        (400, r#"{"error":"bad_request"}"#, Problem::RefusedOtherwise),
        (
            400,
            r#"{"error":"invalid_token","error_description":"expired"}"#,
            Problem::RefusedOtherwise,
        ),
        (200, "", Problem::AnswerEmpty),
        (200, "<html>", Problem::AnswerNotJson),
        (302, "", Problem::AnswerRedirect),
        (429, "{}", Problem::Throttled),
        (503, "{}", Problem::ServerError),
    ] {
        let error = validate(TOKEN, &Canned::new(status, &[], body)).unwrap_err();
        assert_eq!(error.problem(), problem, "{status} {body}");
        assert_eq!(error.server().unwrap().status, status);
    }
}

#[test]
fn invalidation_request_has_the_expected_bytes() {
    let canned = Canned::new(200, &[], "");
    invalidate(&canned).unwrap();
    let request = canned.request();
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri(),
        "https://ims-na1-stg1.adobelogin.com/ims/invalidate_token/v2"
    );
    assert_eq!(request.headers()["x-ims-clientid"], CLIENT_ID);
    assert_eq!(
        text(&request),
        "token_type=access_token&client_id=client%21%2BID&token=TOKEN%3F%25%26%3D%C3%BC"
    );
}

fn invalidate_as_client(
    canned: &Canned,
    secrets: &[&str],
    kind: TokenType,
    cascade: Cascade,
) -> Result<(), Error> {
    let ims = canned.ims();
    let client = OauthClient::new(Environment::stage(), CLIENT_ID)
        .with_secrets(secrets.iter().copied().map(Secret::new));
    let token = Secret::new(TOKEN);
    let outcome = ims.invalidate_as(&token, kind, &client, cascade);
    run(outcome).map(drop)
}

fn bodies(canned: &Canned) -> Vec<String> {
    let requests = canned.requests();
    let bodies = requests.iter().map(|request| request.body().as_bytes());
    bodies
        .map(|body| str::from_utf8(body).unwrap().to_owned())
        .collect()
}

#[test]
fn service_token_is_invalidated_with_secret_and_cascade() {
    let canned = Canned::new(200, &[], "");
    invalidate_as_client(&canned, &[CLIENT_SECRET], TokenType::Service, Cascade::All).unwrap();
    assert_eq!(
        bodies(&canned),
        [
            "token_type=service_token&client_id=client%21%2BID&client_secret=SECRET%3F%25%26%3D%C3%BC\
            &token=TOKEN%3F%25%26%3D%C3%BC&cascading=all"
        ]
    );
    // A public client sends nothing, because IMS would refuse it.
    let canned = Canned::new(200, &[], "");
    let error = invalidate_as_client(&canned, &[], TokenType::Service, Cascade::None).unwrap_err();
    assert_eq!(error.problem(), Problem::ClientSecretMissing);
    assert!(canned.requests().is_empty());
    invalidate_as_client(&canned, &[], TokenType::Refresh, Cascade::All).unwrap();
    assert_eq!(
        bodies(&canned),
        [
            "token_type=refresh_token&client_id=client%21%2BID&token=TOKEN%3F%25%26%3D%C3%BC\
            &cascading=all"
        ]
    );
}

#[test]
fn invalidation_tries_the_next_secret_after_a_wrong_one() {
    let wrong =
        r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#;
    let canned = Canned::new(400, &[], wrong).then(Canned::new(200, &[], ""));
    let secrets = ["old", CLIENT_SECRET];
    invalidate_as_client(&canned, &secrets, TokenType::Service, Cascade::None).unwrap();
    assert_eq!(canned.requests().len(), 2);
}

fn revoke_by_rfc7009(canned: &Canned, secrets: &[&str]) -> Result<(), Error> {
    let ims = canned.ims();
    let client = OauthClient::new(Environment::stage(), CLIENT_ID)
        .with_secrets(secrets.iter().copied().map(Secret::new));
    let token = Secret::new(TOKEN);
    let outcome = ims.revoke(&token, TokenType::Refresh, &client);
    run(outcome).map(drop)
}

#[test]
fn revocation_sends_the_client_in_a_header_or_in_the_form() {
    let canned = Canned::new(200, &[], "");
    revoke_by_rfc7009(&canned, &[CLIENT_SECRET]).unwrap();
    let request = canned.request();
    assert_eq!(
        request.uri(),
        "https://ims-na1-stg1.adobelogin.com/ims/revoke"
    );
    // client%21%2BID:SECRET%3F%25%26%3D%C3%BC
    let login = &request.headers()["authorization"];
    assert_eq!(
        login,
        "Basic Y2xpZW50JTIxJTJCSUQ6U0VDUkVUJTNGJTI1JTI2JTNEJUMzJUJD"
    );
    assert!(login.is_sensitive());
    assert_eq!(
        text(&request),
        "token=TOKEN%3F%25%26%3D%C3%BC&token_type_hint=refresh_token"
    );
    let canned = Canned::new(200, &[], "");
    revoke_by_rfc7009(&canned, &[]).unwrap();
    let requests = canned.requests();
    assert!(!requests[0].headers().contains_key("authorization"));
    assert_eq!(
        str::from_utf8(requests[0].body().as_bytes()).unwrap(),
        "token=TOKEN%3F%25%26%3D%C3%BC&token_type_hint=refresh_token&client_id=client%21%2BID"
    );
    let error = revoke_by_rfc7009(&Canned::new(503, &[], ""), &[]).unwrap_err();
    assert_eq!(error.problem(), Problem::ServerError);
}

#[test]
fn each_token_type_has_its_parameter_value() {
    let kinds = [
        TokenType::Access,
        TokenType::Refresh,
        TokenType::Device,
        TokenType::Service,
        TokenType::AuthorizationCode,
    ];
    assert_eq!(
        kinds.map(TokenType::as_str),
        [
            "access_token",
            "refresh_token",
            "device_token",
            "service_token",
            "authorization_code"
        ]
    );
}

#[test]
fn empty_and_object_responses_of_an_invalidation_are_read() {
    for body in ["", " ", "{}"] {
        invalidate(&Canned::new(200, &[], body)).unwrap();
    }
    for (status, body, problem) in [
        (200, "<html>", Problem::AnswerNotJson),
        (200, r#"{"error":"TOKEN?%&=ü"}"#, Problem::RefusedOtherwise),
        (
            400,
            r#"{"error":"invalid_parameter_value"}"#,
            Problem::RefusedOtherwise,
        ),
        (400, "", Problem::AnswerEmpty),
        (204, "", Problem::AnswerEmpty),
        (302, "", Problem::AnswerRedirect),
        (429, "", Problem::Throttled),
        (500, "", Problem::ServerError),
    ] {
        let error = invalidate(&Canned::new(status, &[], body)).unwrap_err();
        assert_eq!(error.problem(), problem, "{status} {body}");
        assert!(!format!("{error} {error:?}").contains("TOKEN"), "{error:?}");
    }
}
