//! Requests with a token: profile, userinfo and organisations of its owner and of others; registration; discovery.

use adobe_ims::api::{
    AdminOrganizationsVersion, AdminProfileVersion, OrganizationsVersion, Profile, ProfileVersion,
    Registration, UnpackError, UserReference, UserinfoVersion,
};
use adobe_ims::{AccessToken, Environment, Error, ImsClient, Problem, Secret};
use http::Request;
use serde_json::{Value, json};

use crate::canned::{Canned, run, text, token};
use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION};

const TOKEN: &str = "TOKEN?%&=";
fn user() -> UserReference<'static> {
    UserReference::new("GUID+ü", "Adobe&ID")
}

fn ims(canned: &Canned) -> (ImsClient, AccessToken, Environment) {
    let ims = canned.ims();
    let token = AccessToken::new(Secret::new(TOKEN)).unwrap();
    (ims, token, Environment::stage())
}

fn profile(canned: &Canned) -> Result<Profile, Error> {
    let (ims, token, stage) = ims(canned);
    run(ims.profile(&token, ProfileVersion::V1, None, &stage))
}

fn only_request(canned: &Canned) -> Request<adobe_ims::transport::Body> {
    let mut requests = canned.requests();
    assert_eq!(requests.len(), 1);
    let request = requests.remove(0);
    let host = "ims-na1-stg1.adobelogin.com";
    assert_eq!(request.uri().authority().unwrap(), host);
    assert_eq!(request.headers()["accept"], "application/json");
    request
}

#[test]
fn request_about_the_token_owner_has_the_expected_bytes() {
    let ok = || Canned::new(200, &[], "{}");
    let list = || Canned::new(200, &[], "[]");
    let assert_get = |canned: &Canned, path: &str| {
        let request = only_request(canned);
        assert_eq!(request.method(), "GET");
        assert_eq!(request.uri().path_and_query().unwrap(), path);
        assert_eq!(request.headers()["authorization"], "Bearer TOKEN?%&=");
        assert!(request.headers()["authorization"].is_sensitive());
        assert!(request.body().as_bytes().is_empty());
    };
    for version in ProfileVersion::ALL {
        let canned = ok();
        let (ims, token, stage) = ims(&canned);
        run(ims.profile(&token, *version, None, &stage)).unwrap();
        assert_get(&canned, &format!("/ims/profile/{version}"));
    }
    for version in UserinfoVersion::ALL {
        let canned = ok();
        let (ims, token, stage) = ims(&canned);
        run(ims.userinfo(&token, *version, Some(CLIENT_ID), &stage)).unwrap();
        let path = format!("/ims/userinfo/{version}?client_id=client%21%2BID");
        assert_get(&canned, &path);
    }
    for version in OrganizationsVersion::ALL {
        let canned = list();
        let (ims, token, stage) = ims(&canned);
        run(ims.organizations(&token, *version, &stage)).unwrap();
        assert_get(&canned, &format!("/ims/organizations/{version}"));
    }
}

#[test]
fn request_about_another_person_has_the_expected_bytes() {
    let assert_post = |canned: &Canned, path: &str| {
        let request = only_request(canned);
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri().path_and_query().unwrap(), path);
        assert_eq!(request.headers()["authorization"], "Bearer TOKEN?%&=");
        assert_eq!(request.headers()["x-ims-clientid"], CLIENT_ID);
        assert_eq!(
            request.headers()["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert_eq!(
            request.body().as_bytes(),
            b"guid=GUID%2B%C3%BC&auth_src=Adobe%26ID"
        );
    };
    let canned = Canned::new(200, &[], r#"{"userId":"GUID@AdobeID"}"#);
    let (client, token, stage) = ims(&canned);
    let version = AdminProfileVersion::default();
    let response = run(client.admin_profile(&token, CLIENT_ID, user(), version, &stage)).unwrap();
    assert_eq!(response.user_id.as_deref(), Some("GUID@AdobeID"));
    assert_post(&canned, "/ims/admin_profile/v1");

    let canned = Canned::new(200, &[], r#"[{"orgName":"Ü"}]"#);
    let (client, token, stage) = ims(&canned);
    let version = AdminOrganizationsVersion::default();
    let response =
        run(client.admin_organizations(&token, CLIENT_ID, user(), version, &stage)).unwrap();
    assert_eq!(response.list[0].name.as_deref(), Some("Ü"));
    assert_post(&canned, "/ims/admin_organizations/v5");
}

#[test]
fn profile_is_read_and_unknown_fields_are_kept() {
    let body = json!({
        "userId": "0123@AdobeID", "email": "jane@example.com", "name": "n", "displayName": "Jane Ü",
        "first_name": "Jane", "last_name": "Ü", "countryCode": "CH", "account_type": "ent",
        "emailVerified": "true", "new": {"field": [1, null]},
        "roles": [{"organization": ORGANIZATION, "named_role": "org_admin", "x": 1}, "odd"],
        "projectedProductContext": [
            {"prodCtx": {"serviceCode": "dma_aem_cloud", "owningEntity": ORGANIZATION, "fulfillable_data": "broken"}},
            {"prodCtx": {"serviceCode": "dma_other", "owningEntity": "OTHER@AdobeOrg"}},
        ],
    });
    let canned = Canned::new(200, &[("x-debug-id", "debug-1")], body.to_string());
    let response = profile(&canned).unwrap();
    assert_eq!(response.user_id.as_deref(), Some("0123@AdobeID"));
    assert_eq!(response.email.as_deref(), Some("jane@example.com"));
    assert_eq!(response.name.as_deref(), Some("Jane Ü"));
    assert_eq!(response.first_name.as_deref(), Some("Jane"));
    assert_eq!(response.last_name.as_deref(), Some("Ü"));
    assert_eq!(response.country.as_deref(), Some("CH"));
    assert_eq!(response.account_type.as_deref(), Some("ent"));
    assert_eq!(response.roles.len(), 1);
    assert_eq!(response.roles[0].name.as_deref(), Some("org_admin"));
    assert_eq!(response.organizations(), [ORGANIZATION, "OTHER@AdobeOrg"]);
    let [aem, other] = &response.product_contexts[..] else {
        panic!("{response:?}");
    };
    assert_eq!(aem.fulfillable_data(), Some(Err(UnpackError::Base64)));
    assert_eq!(aem.raw["fulfillable_data"], "broken");
    assert_eq!(other.fulfillable_data(), None);
    assert_eq!(Value::Object(response.raw), body);
    assert_eq!(response.server.debug_id.as_deref(), Some("debug-1"));

    let nothing = profile(&Canned::new(200, &[], r#"{"email":"","roles":7}"#)).unwrap();
    assert_eq!((nothing.user_id, nothing.email), (None, None));
    assert!(nothing.roles.is_empty() && nothing.product_contexts.is_empty());
}

#[test]
fn userinfo_fields_are_read() {
    for verified in [json!(true), json!("true")] {
        let body = json!({
            "sub": "0123@AdobeID", "account_type": "ind", "email_verified": verified,
            "address": {"country": "CH"}, "name": "Jane Ü", "given_name": "Jane",
            "family_name": "Ü", "email": "jane@example.com",
        });
        let canned = Canned::new(200, &[], body.to_string());
        let (ims, token, stage) = ims(&canned);
        let response = run(ims.userinfo(&token, UserinfoVersion::V2, None, &stage)).unwrap();
        assert_eq!(response.subject.as_deref(), Some("0123@AdobeID"));
        assert_eq!(response.email_verified, Some(true));
        assert_eq!(response.country.as_deref(), Some("CH"));
        assert_eq!(response.given_name.as_deref(), Some("Jane"));
        assert_eq!(response.family_name.as_deref(), Some("Ü"));
        assert_eq!(response.account_type.as_deref(), Some("ind"));
        assert_eq!(Value::Object(response.raw), body);
    }
}

#[test]
fn organizations_and_groups_are_read() {
    let body = json!([
        {"orgRef": {"ident": "0123", "authSrc": "AdobeOrg"}, "orgName": "Ü Inc.", "orgType": "Enterprise",
         "countryCode": "CH", "groups": [
            {"groupName": "g", "role": "GRP_ADMIN", "ident": 7, "groupType": "ORG_ADMIN", "groupDisplayName": "Admins"},
            {"groupName": "plain", "ident": "8"}]},
        {"orgRef": {"ident": "4567"}, "new": 1},
        {},
    ]);
    let canned = Canned::new(200, &[], body.to_string());
    let (ims, token, stage) = ims(&canned);
    let response = run(ims.organizations(&token, OrganizationsVersion::default(), &stage)).unwrap();
    assert_eq!(
        response.server.endpoint,
        format!("{stage}/ims/organizations/v6")
    );
    let [first, second, third] = &response.list[..] else {
        panic!("{response:?}");
    };
    assert_eq!(first.id.as_deref(), Some("0123@AdobeOrg"));
    assert_eq!(first.name.as_deref(), Some("Ü Inc."));
    assert_eq!(first.kind.as_deref(), Some("Enterprise"));
    assert_eq!(first.country.as_deref(), Some("CH"));
    assert_eq!(first.groups[0].name.as_deref(), Some("Admins"));
    assert_eq!(first.groups[0].id.as_deref(), Some("7"));
    assert_eq!(first.groups[0].kind.as_deref(), Some("ORG_ADMIN"));
    assert_eq!(first.groups[0].role.as_deref(), Some("GRP_ADMIN"));
    assert_eq!(first.groups[1].name.as_deref(), Some("plain"));
    assert_eq!(second.id.as_deref(), Some("4567"));
    assert_eq!(third.id, None);
    assert_eq!(serde_json::to_value(response.raw).unwrap(), body);
}

#[test]
fn echoed_token_is_redacted() {
    let jwt = token();
    let body =
        json!({"userId": TOKEN, "email": jwt, TOKEN: [jwt], "new": {"deep": format!("x {TOKEN}")}});
    let response = profile(&Canned::new(200, &[], body.to_string())).unwrap();
    let display = format!("{response:?}");
    for part in [TOKEN, "eyJ"] {
        assert!(!display.contains(part), "{display}");
    }
    assert_eq!(response.user_id.as_deref(), Some("[redacted]"));
}

#[test]
fn each_failure_of_a_request_with_a_token_has_its_problem() {
    let expired = r#"{"error":"invalid_token","error_description":"Invalid or expired token."}"#;
    for (status, body, problem) in [
        (401, expired, Problem::TokenRefused),
        (400, expired, Problem::TokenRefused),
        (401, "", Problem::TokenRefused),
        (401, r#"{"error_code":"401013"}"#, Problem::AnswerOfGateway),
        (401, "<html>", Problem::AnswerNotJson),
        (400, r#"{"error":"bad_request"}"#, Problem::RefusedOtherwise),
        (403, r#"{"error":"forbidden"}"#, Problem::RefusedOtherwise),
        (
            403,
            r#"{"error":"insufficient_scope"}"#,
            Problem::TokenLacksScope,
        ),
        (200, "[]", Problem::AnswerUnexpected),
        (200, "7", Problem::AnswerUnexpected),
        (200, "", Problem::AnswerEmpty),
        (200, "{", Problem::AnswerTruncated),
        (200, "<html>", Problem::AnswerNotJson),
        (302, "", Problem::AnswerRedirect),
        (429, "{}", Problem::Throttled),
        (503, "", Problem::ServerError),
    ] {
        let error = profile(&Canned::new(status, &[], body)).unwrap_err();
        assert_eq!(error.problem(), problem, "{status} {body}");
        assert_eq!(error.server().unwrap().status, status);
    }
    for body in ["{}", "[7]", "7", r#"[{},"x"]"#] {
        let canned = Canned::new(200, &[], body);
        let (ims, token, stage) = ims(&canned);
        let error = run(ims.organizations(&token, OrganizationsVersion::V5, &stage));
        assert_eq!(
            error.unwrap_err().problem(),
            Problem::AnswerUnexpected,
            "{body}"
        );
    }
}

#[test]
fn registration_is_json_and_debug_hides_the_secret() {
    let body = json!({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "registration_access_token": "R"});
    let redirect_uris = [
        "http://127.0.0.1:7777/ü".to_owned(),
        "https://x/*".to_owned(),
    ];
    let scopes = ["openid".to_owned(), "AdobeID".to_owned()];
    let registration = Registration::new("a \"name\" ü").redirect_uris(redirect_uris);
    let without_scopes = registration.clone();
    let registration = registration.scopes(scopes);
    for status in [200, 201, 202] {
        let canned = Canned::new(status, &[], body.to_string());
        let (ims, _, stage) = ims(&canned);
        let client = run(ims.register(&registration, &stage)).unwrap();
        assert_eq!(client.client_id.as_deref(), Some(CLIENT_ID));
        assert_eq!(
            client.client_secret.as_ref().unwrap().expose(),
            CLIENT_SECRET
        );
        let raw: Value = serde_json::from_str(client.raw.expose()).unwrap();
        assert_eq!(raw, body);
        assert!(!format!("{client:?}").contains(CLIENT_SECRET));
        let request = only_request(&canned);
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri().path_and_query().unwrap(), "/ims/register");
        assert_eq!(request.headers()["content-type"], "application/json");
        assert!(!request.headers().contains_key("authorization"));
        assert_eq!(
            text(&request),
            r#"{"client_name":"a \"name\" ü","redirect_uris":["http://127.0.0.1:7777/ü","https://x/*"],"scope":"openid AdobeID"}"#
        );
    }
    let registration = without_scopes;
    let canned = Canned::new(200, &[], "{}");
    let (client, _, stage) = ims(&canned);
    let registered = run(client.register(&registration, &stage)).unwrap();
    assert_eq!(registered.client_id, None);
    let sent = only_request(&canned);
    assert!(!String::from_utf8_lossy(sent.body().as_bytes()).contains("scope"));
    let canned = Canned::new(400, &[], r#"{"error":"invalid_redirect_uri"}"#);
    let (client, _, stage) = ims(&canned);
    let error = run(client.register(&registration, &stage)).unwrap_err();
    assert_eq!(error.problem(), Problem::RegistrationRefused);
}

#[test]
fn discovery_document_is_read_and_not_followed() {
    let body = json!({
        "issuer": "https://ims-na1.adobelogin.com", "jwks_uri": "https://evil.example/keys",
        "authorization_endpoint": "a", "token_endpoint": "t", "userinfo_endpoint": "u",
        "revocation_endpoint": "r", "registration_endpoint": "g", "scopes_supported": ["openid", 7],
        "grant_types_supported": ["authorization_code", "implicit_grant"], "new": {"x": 1},
    });
    let canned = Canned::new(200, &[], body.to_string());
    let (client, _, stage) = ims(&canned);
    let response = run(client.discovery(&stage)).unwrap();
    assert_eq!(
        response.issuer.as_deref(),
        Some("https://ims-na1.adobelogin.com")
    );
    assert_eq!(
        response.jwks_uri.as_deref(),
        Some("https://evil.example/keys")
    );
    let endpoints = [
        &response.authorization_endpoint,
        &response.token_endpoint,
        &response.userinfo_endpoint,
        &response.revocation_endpoint,
        &response.registration_endpoint,
    ];
    assert_eq!(
        endpoints.map(|url| url.as_deref().unwrap()),
        ["a", "t", "u", "r", "g"]
    );
    assert_eq!(response.scopes, ["openid"]);
    assert_eq!(
        response.grant_types,
        ["authorization_code", "implicit_grant"]
    );
    assert_eq!(Value::Object(response.raw), body);
    let request = only_request(&canned);
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.uri().path_and_query().unwrap(),
        "/ims/.well-known/openid-configuration"
    );
    assert!(!request.headers().contains_key("authorization"));
}
