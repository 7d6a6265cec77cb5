//! The access of AEM: tokens, environments, rights.

use std::time::Duration;

use adobe_ims_emulator::{Account, AemGroup, Emulator, SignIn};
use http::Request;
use serde_json::json;

use crate::support::{AssertionSigner, FORM, TestResponse, emulator, frozen_builder, post, send};

pub(crate) const PATHS: [&str; 2] = ["/content/dam.json", "/api/assets.json"];

pub(crate) fn call(
    emulator: &Emulator,
    path: &str,
    host: &str,
    authorization: Option<&str>,
) -> TestResponse {
    let mut request = Request::get(path).header("host", host);
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    send(emulator, request, b"")
}

fn status(emulator: &Emulator, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let statuses = PATHS.map(|path| call(emulator, path, "localhost", Some(&bearer)).status);
    assert_eq!(statuses[0], statuses[1]);
    statuses[0]
}

#[test]
fn token_that_is_missing_or_wrong_is_401_without_body() {
    let emulator = frozen_builder().start().unwrap();
    for authorization in [
        None,
        Some("Bearer "),
        Some("Bearer x.y.z"),
        Some("Basic YTpi"),
        Some("x"),
    ] {
        for path in PATHS {
            let response = call(&emulator, path, "localhost", authorization);
            assert_eq!(
                (response.status, &*response.text),
                (401, ""),
                "{authorization:?}"
            );
            assert!(!response.headers.contains_key("content-type"));
        }
    }
    assert_eq!(emulator.aem_users(), []);
}

#[test]
fn new_account_is_contributor_and_reads() {
    let emulator = frozen_builder().start().unwrap();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    assert_eq!(status(&emulator, &token), 200);
    let user = &emulator.aem_users()[0];
    let account = &emulator.accounts()[0];
    assert_eq!(user.login, account.email());
    assert_eq!(user.groups, ["contributors"]);
    let bearer = format!("bEARER {token}");
    let dam = call(&emulator, PATHS[0], "localhost", Some(&bearer));
    assert_eq!(dam.json["jcr:primaryType"], "sling:Folder");
    assert_eq!(dam.json["jcr:title"], "Assets");
    let assets = call(&emulator, PATHS[1], "localhost", Some(&bearer));
    assert_eq!(assets.json["class"], json!(["assets/folder"]));
    let head = Request::head(PATHS[1]).header("authorization", &bearer);
    assert_eq!(send(&emulator, head, b"").status, 200);
}

/// The requests that change something, each with its status for those who may.
const WRITES: [(&str, &str, &str, &str, u16); 7] = [
    (
        "POST",
        "/api/assets/new",
        "application/json",
        r#"{"class":"assetFolder"}"#,
        201,
    ),
    (
        "PUT",
        "/api/assets/new",
        "application/json",
        r#"{"class":"assetFolder","properties":{"a":1}}"#,
        200,
    ),
    ("COPY", "/api/assets/new", "", "", 412),
    ("MOVE", "/api/assets/new", "", "", 412),
    ("POST", "/content/dam/new", FORM, "a=1", 200),
    (
        "POST",
        "/content/dam/new.initiateUpload.json",
        FORM,
        "fileName=a&fileSize=1",
        201,
    ),
    ("DELETE", "/api/assets/new", "", "", 200),
];

#[test]
fn groups_decide_who_writes() {
    let emulator = frozen_builder().start().unwrap();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    let statuses = |host: &str, with_token: bool| {
        WRITES.map(|(method, path, content_type, body, _)| {
            let mut request = Request::builder()
                .method(method)
                .uri(path)
                .header("host", host)
                .header("content-type", content_type);
            if with_token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            send(&emulator, request, body.as_bytes()).status
        })
    };
    let groups = |groups: &[AemGroup]| {
        let groups = groups.iter().copied();
        assert!(emulator.set_aem_groups(&signer.id, groups, Duration::ZERO));
    };
    let allowed = WRITES.map(|(.., status)| status);
    assert_eq!(statuses("localhost", false), [401; 7]);
    assert_eq!(statuses("localhost", true), [403; 7]);
    groups(&[AemGroup::FormsUsers]);
    assert_eq!(statuses("localhost", true), [403; 7]);
    groups(&[AemGroup::DamUsers]);
    assert_eq!(statuses("localhost", true), allowed);
    groups(&[AemGroup::Administrators]);
    assert_eq!(statuses("localhost", true), allowed);
    let publish = "publish-p12345-e67890.adobeaemcloud.com";
    assert_eq!(statuses(publish, true), [404; 7], "author alone writes");
}

#[test]
fn rights_can_be_granted_before_first_call_to_registered_users_only() {
    let emulator = frozen_builder().start().unwrap();
    let account = &emulator.accounts()[0];
    assert!(emulator.grant_aem_rights(account.email()));
    assert!(!emulator.grant_aem_rights("nobody@techacct.adobe.com"));
    assert_eq!(emulator.aem_users(), []);
    let signer = AssertionSigner::of(&emulator);
    assert_eq!(status(&emulator, &signer.token(&emulator)), 200);
    let groups = &emulator.aem_users()[0].groups;
    assert_eq!(groups, &["contributors", "forms-users"]);
}

#[test]
fn person_gets_access_like_technical_account() {
    let emulator = frozen_builder().start().unwrap();
    let (client, person) = (&emulator.user_clients()[0], &emulator.people()[0]);
    let sign_in = SignIn::new(client.client_id(), person.email());
    let token = emulator.user_tokens(&sign_in).unwrap().access_token;
    assert_eq!(status(&emulator, &token), 200);
    let user = &emulator.aem_users()[0];
    assert_eq!(
        (user.login.as_str(), user.user_id.as_str()),
        (person.email(), person.user_id())
    );
}

#[test]
fn access_token_lives_24_hours() {
    let emulator = frozen_builder().start().unwrap();
    let signer = AssertionSigner::of(&emulator);
    emulator.grant_aem_rights(&signer.id);
    let token = signer.token(&emulator);
    emulator.clock().advance(Duration::from_millis(86_399_999));
    assert_eq!(status(&emulator, &token), 200);
    emulator.clock().advance(Duration::from_millis(1));
    assert_eq!(status(&emulator, &token), 401);
    assert_eq!(status(&emulator, &signer.token(&emulator)), 200);
}

#[test]
fn foreign_token_is_refused() {
    let emulator = frozen_builder().start().unwrap();
    let signer = AssertionSigner::of(&emulator);
    emulator.grant_aem_rights(&signer.id);
    let token = signer.token(&emulator);
    assert_eq!(status(&emulator, &token), 200);
    let assertion = signer.sign(&signer.claims());
    assert_eq!(
        status(&emulator, &assertion),
        401,
        "an assertion is no token"
    );
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let (_, claims) = assertion.split_once('.').unwrap();
    let (claims, _) = claims.split_once('.').unwrap();
    assert_eq!(
        status(&emulator, &format!("{header}.{claims}.{signature}")),
        401
    );

    let another = Emulator::builder()
        .clock(emulator.clock().clone())
        .seed(2)
        .start()
        .unwrap();
    let foreign = AssertionSigner::of(&another).token(&another);
    assert_eq!(status(&emulator, &foreign), 401);
}

#[test]
fn token_is_valid_in_environment_of_its_client_only() {
    let emulator = frozen_builder()
        .aem_environment(1, 2)
        .account(Account::new())
        .account(Account::new().client_id("cm-p3-e4-integration-0"))
        .start()
        .unwrap();
    let customers: Vec<_> = emulator
        .accounts()
        .iter()
        .map(|account| {
            emulator.grant_aem_rights(account.technical_account_id());
            let document = emulator.credentials_json_of(account.client_id()).unwrap();
            let token = AssertionSigner::from_document(&document).token(&emulator);
            format!("Bearer {token}")
        })
        .collect();
    let statuses =
        |host: &str| [0, 1].map(|at| call(&emulator, PATHS[0], host, Some(&customers[at])).status);
    assert_eq!(emulator.accounts()[0].client_id(), "cm-p1-e2-integration-0");
    assert_eq!(statuses("127.0.0.1"), [200, 401]);
    assert_eq!(statuses("author-p1-e2.adobeaemcloud.com:443"), [200, 401]);
    assert_eq!(statuses("publish-p1-e2.adobeaemcloud.com"), [200, 401]);
    assert_eq!(statuses("author-p3-e4.adobeaemcloud.com"), [401, 200]);
    assert_eq!(statuses("author-p5-e6.adobeaemcloud.com"), [401, 401]);
}

#[test]
fn rights_are_granted_over_http() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    assert_eq!(status(&emulator, &token), 200);
    let groups = || emulator.aem_users().remove(0).groups;
    let path = "/_emu/aem/rights";
    for (content_type, body, expected) in [
        (FORM, "", 400),
        (FORM, "technical_account_id=nobody", 404),
        (FORM, r#"{"technical_account_id":"nobody"}"#, 404),
        (FORM, r#"{"account":"nobody"}"#, 400),
        ("application/json", "technical_account_id=nobody", 400),
        ("application/json", "{", 400),
        (
            "application/json; charset=utf-8",
            r#"{"technical_account_id":"nobody"}"#,
            404,
        ),
    ] {
        let response = post(&emulator, path, content_type, body);
        assert_eq!(response.error().0, expected);
    }
    assert_eq!(groups(), ["contributors"]);
    let json = json!({ "technical_account_id": signer.id }).to_string();
    let response = post(&emulator, path, "application/json", json);
    assert_eq!((response.status, response.text.as_str()), (204, ""));
    assert_eq!(groups(), ["contributors", "forms-users"]);
    let form = crate::support::form(&[("technical_account_id", &signer.id)]);
    assert_eq!(post(&emulator, path, FORM, form).status, 204);

    let health = crate::support::get(&emulator, "/_emu/health");
    assert_eq!(
        (health.status, &health.json["tokens_minted"]),
        (200, &json!(1))
    );
}
