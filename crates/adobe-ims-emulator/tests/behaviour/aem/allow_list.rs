//! The allow list of clients of OAuth server-to-server.

use adobe_ims_emulator::{Account, AemTier, Emulator, GrantType, OauthClient};
use http::Request;
use serde_json::json;

use crate::aem::support::put;
use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, TestResponse, form, frozen_builder, get,
    hostile_account, post, send,
};

const AUTHOR: &str = "author-p12345-e67890.adobeaemcloud.com";
const PUBLISH: &str = "publish-p12345-e67890.adobeaemcloud.com";
const LISTING: &str = "/_emu/aem/allow_list/client%21%2BID";
const REFUSAL: &str =
    "IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.";

fn client() -> OauthClient {
    OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
}

fn oauth_token(emulator: &Emulator) -> String {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("scope", "openid"),
    ];
    let response = post(emulator, "/ims/token/v3", FORM, form(&pairs));
    let token = response.json["access_token"].as_str();
    token
        .unwrap_or_else(|| panic!("{}", response.text))
        .to_owned()
}

fn call(emulator: &Emulator, host: &str, token: &str) -> TestResponse {
    let request = Request::get("/content/dam.json")
        .header("host", host)
        .header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"")
}

#[test]
fn client_is_refused_until_its_tier_lists_it() {
    let emulator = frozen_builder().oauth_client(client()).start().unwrap();
    let token = oauth_token(&emulator);
    let statuses = || [AUTHOR, PUBLISH].map(|host| call(&emulator, host, &token).status);
    let refused = call(&emulator, AUTHOR, &token);
    assert_eq!((refused.status, &*refused.text), (403, REFUSAL));
    assert_eq!(statuses(), [403, 403]);
    assert_eq!(emulator.aem_users(), [], "the proxy refuses before AEM");
    for path in ["/api/assets.json", "/graphql/list.json", "/content/dam/x"] {
        let request = Request::get(path).header("authorization", format!("Bearer {token}"));
        assert_eq!(send(&emulator, request, b"").text, REFUSAL, "{path}");
    }

    assert_eq!(
        get(&emulator, "/_emu/aem/allow_list").json,
        json!({"clients": {}})
    );
    assert_eq!(
        put(&emulator, LISTING, &json!({"tiers": ["author"]})).status,
        204
    );
    assert_eq!(statuses(), [200, 403]);
    let both = json!({"tiers": ["publish", "author"]});
    assert_eq!(put(&emulator, LISTING, &both).status, 204);
    assert_eq!(statuses(), [200, 200]);
    assert_eq!(
        get(&emulator, "/_emu/aem/allow_list").json,
        json!({"clients": {CLIENT_ID: ["author", "publish"]}})
    );
    assert_eq!(send(&emulator, Request::delete(LISTING), b"").status, 204);
    assert_eq!(
        send(&emulator, Request::delete(LISTING), b"").error().0,
        404
    );
    assert_eq!(statuses(), [403, 403]);
    emulator.allow_client(CLIENT_ID, [AemTier::Publish]);
    assert_eq!(statuses(), [403, 200]);
    assert!(emulator.disallow_client(CLIENT_ID));
    assert!(!emulator.disallow_client(CLIENT_ID));
    for (body, words) in [
        (json!({"tiers": ["authors"]}), "authors"),
        (json!({"tier": "author"}), "tier"),
        (json!({}), "tiers"),
    ] {
        let response = put(&emulator, LISTING, &body);
        assert_eq!(response.error().0, 400);
        assert!(response.text.contains(words), "{}", response.text);
    }
}

#[test]
fn builder_lists_clients_and_turns_the_check_off() {
    let listed = frozen_builder().oauth_client(client());
    let unchecked = listed.clone().check_allow_list(false).start().unwrap();
    assert_eq!(
        call(&unchecked, AUTHOR, &oauth_token(&unchecked)).status,
        200
    );
    let settings = crate::time::patch(
        &unchecked,
        "/_emu/aem/settings",
        &json!({"check_allow_list": true}),
    );
    assert_eq!(settings.json["check_allow_list"], true);
    assert_eq!(
        call(&unchecked, AUTHOR, &oauth_token(&unchecked)).status,
        403
    );
    let listed = listed.allow_client(CLIENT_ID).start().unwrap();
    let token = oauth_token(&listed);
    assert_eq!(
        [AUTHOR, PUBLISH].map(|host| call(&listed, host, &token).status),
        [200, 200]
    );
}

#[test]
fn client_in_migration_needs_no_listing_and_migrated_client_does() {
    for (grants, status) in [
        (
            vec![GrantType::JwtExchange, GrantType::ClientCredentials],
            200,
        ),
        (vec![GrantType::ClientCredentials], 403),
    ] {
        let account: Account = hostile_account().grants(grants.clone());
        let emulator = frozen_builder().account(account).start().unwrap();
        let token = oauth_token(&emulator);
        assert_eq!(call(&emulator, AUTHOR, &token).status, status, "{grants:?}");
    }
    let emulator = frozen_builder().start().unwrap();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    assert_eq!(call(&emulator, AUTHOR, &token).status, 200);
}

#[cfg(feature = "forms")]
#[test]
fn forms_are_closed_to_a_client_that_is_not_listed() {
    let emulator = frozen_builder().oauth_client(client()).start().unwrap();
    let id = emulator.oauth_clients()[0]
        .technical_account_id()
        .to_owned();
    emulator.grant_aem_rights(&id);
    let token = oauth_token(&emulator);
    let post = || {
        let request = Request::post("/adobe/forms/doc/v1/generatePDFOutput");
        let request = request.header("authorization", format!("Bearer {token}"));
        send(&emulator, request, b"")
    };
    assert_eq!(post().text, REFUSAL);
    emulator.allow_client(CLIENT_ID, AemTier::ALL);
    assert_eq!(post().status, 415);
}
