//! The client credentials grant: requests, secrets and scopes.

use std::time::Duration;

use adobe_ims::api::{TokenResponse, Warning};
use adobe_ims::cache::MemoryStore;
use adobe_ims::credentials::OauthCredentials;
use adobe_ims::credentials::TokenVersion;
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::provider::SourceOptions;
use adobe_ims::source::{ClientCredentialsSource, TokenSource};
use adobe_ims::{Clock, Credentials, Error, ManualClock, Problem, TokenProvider};
use serde_json::json;

use crate::canned::{Canned, NOW, run, text, token_with};
use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, oauth_document};

const WRONG: &str =
    r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#;

fn credentials(secrets: &[&str]) -> OauthCredentials {
    let mut document = oauth_document();
    document["CLIENT_SECRETS"] = json!(secrets);
    match Credentials::parse(document.to_string().as_bytes()).unwrap() {
        Credentials::OauthServerToServer(credentials) => credentials,
        other => panic!("{other:?}"),
    }
}

fn fetch(secrets: &[&str], canned: &Canned) -> Result<TokenResponse, Error> {
    run(canned.ims().client_credentials(&credentials(secrets)))
}

fn success(scopes: &str) -> Canned {
    let token = token_with(json!({"scope": scopes}));
    let body = json!({"access_token": token, "token_type": "bearer", "expires_in": 86_399});
    Canned::new(200, &[("x-debug-id", "debug-1")], body.to_string())
}

const ALL: &str = "read_organizations,openid,AdobeID";

fn refusal() -> Canned {
    Canned::new(400, &[], WRONG)
}

#[test]
fn request_has_the_expected_bytes() {
    let canned = success(ALL);
    fetch(&[CLIENT_SECRET], &canned).unwrap();
    let request = canned.request();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://ims-na1.adobelogin.com/ims/token/v3");
    let headers = request.headers();
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(headers["accept"], "application/json");
    assert_eq!(
        text(&request),
        "client_id=client%21%2BID&client_secret=SECRET%3F%25%26%3D%C3%BC\
         &grant_type=client_credentials&scope=openid%2CAdobeID%2Cread_organizations"
    );
}

#[test]
fn each_version_of_the_endpoint_answers_in_seconds() {
    for (version, path) in [
        (TokenVersion::V2, "/ims/token/v2"),
        (TokenVersion::V3, "/ims/token/v3"),
        (TokenVersion::V4, "/ims/token/v4"),
    ] {
        let canned = success(ALL);
        let credentials = credentials(&[CLIENT_SECRET]).at_version(version);
        let response = run(canned.ims().client_credentials(&credentials)).unwrap();
        assert_eq!(canned.requests()[0].uri().path(), path);
        let now = ManualClock::at_unix(NOW).now();
        let remaining = response.token.remaining(now).unwrap();
        assert_eq!(remaining, Duration::from_secs(86_399), "{path}");
    }
}

#[test]
fn consenting_organisation_and_audiences_are_sent() {
    let canned = success(ALL);
    let other = "AAAAAAAAAAAAAAAAAAAAAAAA@AdobeOrg";
    let plain = credentials(&[CLIENT_SECRET]);
    let named = plain
        .clone()
        .for_organization(other)
        .for_resources(["https://a.example/?x=1".to_owned(), "b".to_owned()]);
    let ims = canned.ims();
    let response = run(ims.client_credentials(&named)).unwrap();
    assert_eq!(response.token.organization_id(), Some(other));
    let requests = canned.requests();
    let body = str::from_utf8(requests[0].body().as_bytes()).unwrap();
    let tail = "&grant_type=client_credentials&org_id=AAAAAAAAAAAAAAAAAAAAAAAA%40AdobeOrg\
        &scope=openid%2CAdobeID%2Cread_organizations\
        &resource=https%3A%2F%2Fa.example%2F%3Fx%3D1&resource=b";
    assert!(body.ends_with(tail), "{body}");
    // Each of these has a token of its own.
    let ids = [
        plain.store_key(),
        plain.clone().for_organization(other).store_key(),
        plain.for_resources(["b".to_owned()]).store_key(),
        named.store_key(),
    ];
    let ids: std::collections::HashSet<_> = ids.iter().map(|key| key.id().to_owned()).collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn expires_in_is_read_in_seconds() {
    let response = fetch(&[CLIENT_SECRET], &success(ALL)).unwrap();
    let now = ManualClock::at_unix(NOW).now();
    assert_eq!(
        response.token.remaining(now),
        Some(Duration::from_secs(86_399))
    );
    assert_eq!(response.raw_expires_in.as_deref(), Some("86399"));
    assert_eq!(response.server.debug_id.as_deref(), Some("debug-1"));
    assert_eq!(response.warnings, []);
    assert_eq!(response.token.organization_id(), Some(ORGANIZATION));
    assert!(!format!("{response:?}").contains("eyJ"));
    // An opaque token has no claims to check against.
    let opaque = Canned::new(200, &[], r#"{"access_token":"opaque","expires_in":3599}"#);
    let response = fetch(&[CLIENT_SECRET], &opaque).unwrap();
    assert_eq!(
        response.token.remaining(now),
        Some(Duration::from_secs(3599))
    );
    assert_eq!(response.warnings, []);
}

#[test]
fn next_secret_is_tried_after_a_wrong_one() {
    let canned = refusal().then(success(ALL));
    let response = fetch(&["old", CLIENT_SECRET], &canned).unwrap();
    assert_eq!(response.warnings, [Warning::SecretRefused]);
    let sent: Vec<_> = canned.requests().iter().map(secret_of).collect();
    assert_eq!(sent, ["old", CLIENT_SECRET]);
}

#[test]
fn next_secret_is_not_tried_after_another_failure() {
    for (status, body) in [
        (
            400,
            r#"{"error":"invalid_client","error_description":"invalid client_id parameter"}"#,
        ),
        (401, r#"{"error":"invalid_client"}"#),
        (400, r#"{"error":"invalid_scope"}"#),
        (400, r#"{"error":"unauthorized_client"}"#),
        (429, ""),
        (500, WRONG),
        (503, ""),
        (200, "{}"),
        (400, "<html>invalid client_secret parameter"),
    ] {
        let canned = Canned::new(status, &[], body).then(success(ALL));
        fetch(&["old", CLIENT_SECRET], &canned).unwrap_err();
        assert_eq!(canned.requests().len(), 1, "{status} {body}");
    }
    let canned = success(ALL).then(success(ALL));
    fetch(&["old", CLIENT_SECRET], &canned).unwrap();
    assert_eq!(canned.requests().len(), 1);
}

#[test]
fn hint_says_that_each_secret_was_refused() {
    let canned = refusal().then(refusal());
    let error = fetch(&["old", CLIENT_SECRET], &canned).unwrap_err();
    assert_eq!(error.problem(), Problem::ClientSecretWrong);
    assert_eq!(
        error.hints().next(),
        Some("the credentials have 2 client secrets; IMS refused each of them")
    );
    let error = fetch(&[CLIENT_SECRET], &refusal()).unwrap_err();
    assert!(error.hints().all(|hint| !hint.contains("each of them")));
}

#[test]
fn error_of_the_second_secret_is_returned() {
    let canned = refusal().then(Canned::new(503, &[], ""));
    let error = fetch(&["old", CLIENT_SECRET], &canned).unwrap_err();
    assert_eq!(error.problem(), Problem::ServerError);
    assert!(error.is_transient());
}

#[test]
fn missing_scopes_are_a_warning() {
    let response = fetch(&[CLIENT_SECRET], &success("AdobeID,system")).unwrap();
    let missing = ["openid", "read_organizations"].map(str::to_owned);
    assert_eq!(response.warnings, [Warning::MissingScopes(missing.into())]);
    assert_eq!(
        response.warnings[0].to_string(),
        "the token lacks requested scopes: openid, read_organizations"
    );
    assert_eq!(fetch(&[CLIENT_SECRET], &success("")).unwrap().warnings, []);
}

#[test]
fn refusal_names_the_requested_scopes_and_client() {
    for (body, hint) in [
        (
            json!({"error": "invalid_scope"}),
            "requested scopes: openid, AdobeID, read_organizations",
        ),
        (
            json!({"error": "invalid_client", "error_description": "invalid client_id parameter"}),
            "requested as client \"client!+ID\" at https://ims-na1.adobelogin.com",
        ),
        (
            json!({"error": "unauthorized_client"}),
            "requested as client \"client!+ID\" at https://ims-na1.adobelogin.com",
        ),
    ] {
        let canned = Canned::new(400, &[], body.to_string());
        let error = fetch(&[CLIENT_SECRET], &canned).unwrap_err();
        assert_eq!(error.hints().next(), Some(hint));
    }
}

#[test]
fn echoed_secret_is_not_in_the_error() {
    let other = "OTHER?%&=ü";
    let echo = format!("{CLIENT_SECRET} SECRET%3F%25%26%3D%C3%BC {other}");
    let body = json!({"error": "invalid_scope", "error_description": echo}).to_string();
    let error = fetch(&[CLIENT_SECRET, other], &Canned::new(400, &[], body)).unwrap_err();
    let everything = format!("{error} {error:?}");
    assert!(!everything.contains("SECRET"), "{everything}");
    assert!(!everything.contains("OTHER"), "{everything}");
}

#[test]
fn provider_keeps_the_token_and_store_shares_it() {
    let document = oauth_document().to_string();
    let read = Credentials::parse(document.as_bytes()).unwrap();
    let canned = success(ALL);
    let crypto = Crypto::ring();
    let source = read
        .source(canned.ims(), &SourceOptions::new(crypto.clone()))
        .unwrap();
    assert_eq!(
        source.store_key().unwrap(),
        &read.store_key(&KeyContext::default()).unwrap()
    );
    let store = MemoryStore::default();
    let provider = TokenProvider::builder(source)
        .store(store.clone())
        .clock(ManualClock::at_unix(NOW))
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let first = runtime.block_on(provider.token()).unwrap();
    let second = runtime.block_on(provider.token()).unwrap();
    assert!(first.is_same(&second));
    let headers = first.headers();
    assert_eq!(headers.api_key().unwrap(), CLIENT_ID);
    // The transport has no response remaining.
    let source = ClientCredentialsSource::new(canned.ims(), credentials(&[CLIENT_SECRET]));
    let other = TokenProvider::builder(source)
        .store(store)
        .clock(ManualClock::at_unix(NOW))
        .build();
    assert!(first.is_same(&runtime.block_on(other.token()).unwrap()));
    assert_eq!(canned.requests().len(), 1);
}

fn secret_of(request: &http::Request<adobe_ims::transport::Body>) -> String {
    let mut fields = form_urlencoded::parse(request.body().as_bytes());
    let secret = fields.find(|(name, _)| name == "client_secret");
    secret.unwrap().1.into_owned()
}
