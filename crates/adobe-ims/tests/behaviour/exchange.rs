//! The exchange of an assertion: each response of IMS, or of something in its place, and its result.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use adobe_ims::api::{TokenResponse, Warning};
use adobe_ims::assertion::{Assertion, AssertionOptions, TechnicalAccount};
use adobe_ims::{Clock, Error, ErrorClass, ImsClient, ManualClock, Problem};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::canned::{Canned, NOW, run, text, token};
use crate::support::{self, CLIENT_SECRET};

fn clock() -> ManualClock {
    ManualClock::at_unix(NOW)
}

fn fetch(canned: Canned) -> Result<TokenResponse, Error> {
    fetch_for(&support::account(), canned)
}

fn fetch_for(account: &TechnicalAccount, canned: Canned) -> Result<TokenResponse, Error> {
    let ims = ImsClient::new(canned).with_clock(clock());
    run(ims.token(account))
}

fn fetch_response(status: u16, body: &str) -> Result<TokenResponse, Error> {
    fetch(Canned::new(status, &[], body.to_owned()))
}

fn success() -> String {
    json!({"token_type": "bearer", "access_token": token(), "expires_in": 86_399_998}).to_string()
}

#[test]
fn request_has_the_expected_fields() {
    let canned = Canned::new(200, &[], success());
    fetch(canned.clone()).unwrap();
    let request = canned.requests().remove(0);
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri(),
        "https://ims-na1.adobelogin.com/ims/exchange/jwt"
    );
    assert_eq!(
        request.headers()["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(request.headers()["accept"], "application/json");
    let body = text(&request);
    let encoded = "client_id=client%21%2BID&client_secret=SECRET%3F%25%26%3D%C3%BC&jwt_token=eyJ";
    assert!(body.starts_with(encoded), "{body}");
    let fields: BTreeMap<_, _> = form_urlencoded::parse(request.body().as_bytes()).collect();
    assert_eq!(fields.len(), 3);
    assert_eq!(fields["client_secret"], CLIENT_SECRET);
}

#[test]
fn expires_in_is_read_in_milliseconds() {
    let response = fetch(Canned::new(200, &[("x-debug-id", "debug-1")], success())).unwrap();
    let remaining = response.token.remaining(clock().now()).unwrap();
    assert_eq!(remaining, Duration::from_millis(86_399_998));
    assert_eq!(response.token.as_secret().expose(), token());
    assert_eq!(response.server.debug_id.as_deref(), Some("debug-1"));
    assert_eq!(response.raw_expires_in.as_deref(), Some("86399998"));
    assert_eq!(response.warnings, []);
    let claims = response.token.claims().unwrap();
    assert_eq!(claims.scopes, ["openid", "AdobeID"]);
    assert_eq!(claims.authorization_server.as_deref(), Some("ims-na1"));
    assert!(!format!("{response:?}").contains("eyJ"));
}

#[test]
fn opaque_token_expires_by_the_response() {
    let response =
        fetch_response(200, r#"{"access_token":"opaque","expires_in":3600000}"#).unwrap();
    let remaining = response.token.remaining(clock().now()).unwrap();
    assert_eq!(remaining, Duration::from_secs(3600));
    assert!(response.token.claims().is_none());
}

#[test]
fn expired_token_in_a_response_is_an_error() {
    for expires_in in [0, 500] {
        let body = json!({"access_token": "opaque", "expires_in": expires_in}).to_string();
        let error = fetch_response(200, &body).unwrap_err();
        assert_eq!(error.problem(), Problem::TokenDeadOnArrival);
        assert_eq!(error.class(), ErrorClass::Expired);
    }
}

#[test]
fn token_with_odd_claims_is_returned_with_warnings() {
    let claims = json!({"type": "refresh_token", "client_id": "other"});
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!("{}.{}.x", part(json!({})), part(claims));
    let body = json!({"access_token": token, "expires_in": 86_399_998}).to_string();
    let response = fetch_response(200, &body).unwrap();
    assert_eq!(
        response.warnings,
        [Warning::OtherType, Warning::OtherClient]
    );
}

#[test]
fn unknown_account_error_names_odd_fields_of_the_document() {
    let mut document = support::document();
    document["integration"]["org"] = json!("0123456789ABCDEF");
    document["integration"]["id"] = document["integration"]["email"].clone();
    document["integration"]["certificateExpirationDate"] = json!("2020-01-02T03:04:05.000Z");
    let account = support::open(&document);
    let body = r#"{"error_description":"x","error":"invalid_signature"}"#;
    let error = fetch_for(&account, Canned::new(400, &[], body)).unwrap_err();
    let message = error.to_string();
    let odd = "integration.org does not end in @AdobeOrg; integration.id is an e-mail address, not the id of a technical account (…@techacct.adobe.com); IMS refused";
    assert!(message.starts_with(odd), "{message}");
    let hints: Vec<_> = error.hints().take(2).collect();
    assert_eq!(
        hints,
        [
            "the certificate of these credentials expired on 2020-01-02T03:04:05Z",
            "`id` of the document holds the e-mail address instead of the account id",
        ]
    );
}

#[test]
fn each_refusal_has_its_problem_and_is_not_transient() {
    let bindings = "Could not match JWT signature to any of the bindings";
    for (status, code, description, problem) in [
        (
            400,
            "invalid_client",
            "invalid client_id parameter",
            Problem::ClientUnknown,
        ),
        (
            400,
            "invalid_client",
            "invalid client_secret parameter",
            Problem::ClientSecretWrong,
        ),
        (
            401,
            "invalid_client",
            "invalid client_secret parameter",
            Problem::ClientSecretWrong,
        ),
        (401, "invalid_client", "", Problem::ClientInvalid),
        (
            400,
            "invalid_client",
            "The client credentials are invalid",
            Problem::ClientInvalid,
        ),
        (400, "unauthorized_client", "", Problem::GrantNotAllowed),
        (400, "invalid_token", bindings, Problem::SignatureNotBound),
        (
            400,
            "invalid_token",
            "Could not match signature to any of the bindings",
            Problem::SignatureNotBound,
        ),
        (400, "invalid_signature", "", Problem::SignatureNotBound),
        (
            400,
            "invalid_token",
            "JWT token is incorrectly formatted, and can not be decoded.",
            Problem::AssertionMalformed,
        ),
        (
            400,
            "invalid_token",
            "JWT token has expired",
            Problem::AssertionExpired,
        ),
        (400, "invalid_jti", "", Problem::AssertionReplayed),
        (
            400,
            "invalid_scope",
            "The metascopes in the JWT are not a subset of the metascopes in the binding.",
            Problem::MetascopeNotBound,
        ),
        (
            400,
            "invalid_client",
            "The JWT token must contain a valid claims for audience",
            Problem::ClientInvalid,
        ),
        (
            400,
            "invalid_scope",
            "Invalid scope value",
            Problem::ScopeInvalid,
        ),
        (400, "bad_request", "", Problem::IdentityMalformed),
        (400, "access_denied", "no", Problem::RefusedOtherwise),
        (403, "", "forbidden", Problem::RefusedOtherwise),
        (404, "not_found", "", Problem::RefusedOtherwise),
    ] {
        let body = json!({"error_description": description, "error": code}).to_string();
        let error = fetch_response(status, &body).unwrap_err();
        assert_eq!(error.problem(), problem, "{body}: {error}");
        assert_eq!(error.class(), ErrorClass::Refused);
        assert!(!error.is_transient());
        let server = error.server().unwrap();
        assert_eq!(server.status, status);
        assert_eq!(server.code.as_deref().unwrap_or_default(), code);
        assert!(error.to_string().contains(description), "{error}");
    }
}

#[test]
fn error_fields_of_gateways_are_read() {
    let error = fetch_response(
        403,
        r#"{"error_code":"403003","message":"Api Key is invalid"}"#,
    )
    .unwrap_err();
    let server = error.server().unwrap();
    assert_eq!(server.code.as_deref(), Some("403003"));
    assert_eq!(server.description.as_deref(), Some("Api Key is invalid"));
    let error = fetch_response(400, r#"{"error_code":401013,"title":"x"}"#).unwrap_err();
    assert_eq!(error.server().unwrap().code.as_deref(), Some("401013"));
    assert_eq!(
        fetch_response(400, "{}").unwrap_err().problem(),
        Problem::RefusedOtherwise
    );
}

#[test]
fn unusable_response_is_not_a_refusal() {
    let deep = "[".repeat(1000);
    for (status, body, problem, part) in [
        (200, "", Problem::AnswerEmpty, "is empty"),
        (400, " \n", Problem::AnswerEmpty, "is empty"),
        (
            200,
            "<html><title>Sign in &amp; go</title></html>",
            Problem::AnswerNotJson,
            "Sign in &amp; go",
        ),
        (
            403,
            "<!DOCTYPE html><TITLE>Blocked</TITLE>",
            Problem::AnswerNotJson,
            "Blocked",
        ),
        (200, "null", Problem::AnswerNotJson, "not an object"),
        (200, "\"null\"", Problem::AnswerNotJson, "not an object"),
        (200, "[]", Problem::AnswerNotJson, "not an object"),
        (200, "access_token=x", Problem::AnswerNotJson, "not JSON"),
        (200, deep.as_str(), Problem::AnswerNotJson, ""),
        (
            200,
            "{\"access_token\":\"ey",
            Problem::AnswerTruncated,
            "stops in the middle",
        ),
        (200, "{", Problem::AnswerTruncated, "stops in the middle"),
        (
            200,
            "{}",
            Problem::AnswerWithoutToken,
            "without an access token",
        ),
        (
            200,
            "{\"access_token\":null}",
            Problem::AnswerWithoutToken,
            "",
        ),
        (
            200,
            "{\"access_token\":\"\"}",
            Problem::AnswerWithoutToken,
            "",
        ),
        (
            200,
            "{\"access_token\":{}}",
            Problem::AnswerWithoutToken,
            "",
        ),
        (
            200,
            "{\"error\":\"invalid_token\"}",
            Problem::AnswerWithoutToken,
            "\"invalid_token\"",
        ),
        (302, "", Problem::AnswerRedirect, "elsewhere"),
        (500, "<html>", Problem::ServerError, "500"),
        (503, "", Problem::ServerError, "503"),
        (
            500,
            r#"{"error":"internal_error","error_description":"Please try again later"}"#,
            Problem::ClientMigrated,
            "Please try again later",
        ),
        (
            500,
            r#"{"error":"internal_error","error_description":"Something else"}"#,
            Problem::InternalError,
            "Something else",
        ),
        (
            503,
            r#"{"error":"internal_error","error_description":"Please try again later"}"#,
            Problem::InternalError,
            "Please try again later",
        ),
        (500, r#"{"message":"boom"}"#, Problem::ServerError, "boom"),
        (407, "", Problem::ProxyAuthentication, "proxy"),
    ] {
        let error = fetch_response(status, body).unwrap_err();
        assert_eq!(error.problem(), problem, "{status} {body}: {error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(!matches!(
            error.class(),
            ErrorClass::Refused | ErrorClass::Configuration
        ));
    }
}

#[test]
fn migrated_client_is_reported_and_stays_transient() {
    let body = r#"{"error":"internal_error","error_description":"please try again later."}"#;
    let error = fetch_response(500, body).unwrap_err();
    assert_eq!(error.problem(), Problem::ClientMigrated);
    assert!(error.is_transient(), "an outage may say the same");
    assert_eq!(error.server().unwrap().status, 500);
    let first = error.hints().next().unwrap();
    assert!(first.contains("OAuth server-to-server") && first.contains("CLIENT_SECRETS"));
}

#[test]
fn status_decides_whether_an_error_is_transient() {
    for (status, body, transient) in [
        (404, "<html>", false),
        (400, "", false),
        (408, r#"{"error":"timeout"}"#, true),
        (429, "", true),
        (200, "<html>", true),
        (503, "<html>", true),
    ] {
        let error = fetch_response(status, body).unwrap_err();
        assert_eq!(error.is_transient(), transient, "{status} {error}");
    }
}

#[test]
fn debug_of_requests_and_responses_hides_their_content() {
    let canned = Canned::new(200, &[], success());
    let response = format!("{canned:?}");
    fetch(canned.clone()).unwrap();
    let request = format!("{:?}", canned.requests());
    for shown in [request, response] {
        assert!(shown.contains("Body("), "{shown}");
        assert!(
            !shown.contains("SECRET") && !shown.contains("eyJ"),
            "{shown}"
        );
    }
}

#[test]
fn redirect_error_names_the_location_without_its_query() {
    let canned = Canned::new(302, &[("location", "https://login.example/?secret=1")], "");
    let error = fetch(canned).unwrap_err();
    assert!(
        error.to_string().ends_with("to https://login.example/"),
        "{error}"
    );
}

#[test]
fn throttling_error_has_retry_after() {
    let in_a_minute = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 60);
    let date = httpdate::fmt_http_date(in_a_minute);
    let endless = u64::MAX.to_string();
    for (retry_after, seconds) in [
        ("60", Some(60)),
        (&date, Some(60)),
        (&endless, Some(86_400)),
        ("soon", None),
    ] {
        let error = fetch(Canned::new(429, &[("retry-after", retry_after)], "")).unwrap_err();
        assert_eq!(error.problem(), Problem::Throttled);
        assert!(error.is_transient());
        let wait = error.server().unwrap().retry_after;
        assert_eq!(wait, seconds.map(Duration::from_secs), "{retry_after}");
    }
}

#[test]
fn echoed_secrets_are_not_in_the_error() {
    let account = support::account();
    let options = AssertionOptions::default();
    let assertion = Assertion::sign(&account, clock().now(), &options).unwrap();
    let assertion = assertion.as_secret().expose();
    let encoded = "SECRET%3F%25%26%3D%C3%BC";
    let echo = format!("no: {CLIENT_SECRET} {encoded} {assertion}");
    for body in [
        json!({"error": "invalid_client", "error_description": echo}).to_string(),
        json!({"error": echo, "message": "x"}).to_string(),
        format!("<html><title>{echo}</title>"),
    ] {
        let canned = Canned::new(400, &[("x-debug-id", encoded)], body);
        let error = fetch(canned).unwrap_err();
        let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
        for secret in [CLIENT_SECRET, encoded, "eyJ"] {
            assert!(!everything.contains(secret), "{everything}");
        }
        assert!(everything.contains("[redacted]"), "{everything}");
    }
}

#[test]
fn server_texts_are_shortened_and_cleaned() {
    let body = json!({"error": "x\u{1b}[31m\r\nims: fake", "error_description": "y".repeat(5000)});
    let error = fetch_response(400, &body.to_string()).unwrap_err();
    let text = error.to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(text.chars().count() < 500, "{text}");
}

/// A response that calls the assertion expired, from a clock that is an hour ahead.
fn expired_an_hour_ahead() -> Canned {
    let body = r#"{"error":"invalid_token","error_description":"JWT token is expired."}"#;
    let ahead = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 3600);
    Canned::new(400, &[("date", &httpdate::fmt_http_date(ahead))], body)
}

const AN_HOUR_BEHIND: &str = "the clock of this machine is 1 h 0 min behind the server's";

#[test]
fn wrong_clock_is_corrected_once_with_a_warning() {
    let canned = expired_an_hour_ahead().then(Canned::new(200, &[], success()));
    let response = fetch(canned.clone()).unwrap();
    assert_eq!(response.warnings.len(), 1, "{:?}", response.warnings);
    assert_eq!(response.warnings[0].to_string(), AN_HOUR_BEHIND);
    let sent = canned.requests().remove(1);
    let form: BTreeMap<_, _> = form_urlencoded::parse(sent.body().as_bytes())
        .into_owned()
        .collect();
    let payload = form["jwt_token"].split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(claims["exp"], NOW + 3600 + 300);
}

#[test]
fn wrong_clock_is_a_hint_when_the_second_assertion_expired() {
    let error = fetch(expired_an_hour_ahead().then(expired_an_hour_ahead())).unwrap_err();
    assert_eq!(error.problem(), Problem::AssertionExpired);
    assert_eq!(error.hints().next().unwrap(), AN_HOUR_BEHIND);
}

#[test]
fn expired_assertion_is_not_retried_with_a_right_clock() {
    let body = r#"{"error":"invalid_token","error_description":"JWT token is expired."}"#;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 10);
    let error = fetch(Canned::new(
        400,
        &[("date", &httpdate::fmt_http_date(now))],
        body,
    ));
    assert_eq!(error.unwrap_err().problem(), Problem::AssertionExpired);
}
