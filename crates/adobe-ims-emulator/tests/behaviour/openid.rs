//! Discovery, dynamic client registration, revocation and logout.

use http::Request;
use serde_json::{Value, json};

use crate::browser::{Browser, RedirectParameters};
use crate::support::{CLIENT_ID, FORM, SECRET, TestResponse, decode, form, get, post, send};
use crate::user_clients::{
    EMAIL, SCOPES, builder, emulator, redeem, sign_in, text, validation_result,
};

const DISCOVERY: &str = "/.well-known/openid-configuration";

fn discover(emulator: &adobe_ims_emulator::Emulator, path: &str, host: &str) -> Value {
    let request = Request::get(path).header("host", host);
    let response = send(emulator, request, b"");
    assert_eq!(response.status, 200, "{}", response.text);
    response.json
}

#[test]
fn issuer_follows_host_header() {
    let emulator = emulator();
    for path in [DISCOVERY, &format!("/ims{DISCOVERY}")] {
        for (host, issuer) in [
            ("ims.example:8080", "http://ims.example:8080"),
            ("IMS.example:80", "http://ims.example"),
            ("[::1]:9", "http://[::1]:9"),
            ("a@evil.example", emulator.url()),
            ("<x>", emulator.url()),
        ] {
            let document = discover(&emulator, path, host);
            assert_eq!(document["issuer"], issuer, "{host}");
            assert_eq!(document["token_endpoint"], format!("{issuer}/ims/token/v3"));
            assert_eq!(document["jwks_uri"], format!("{issuer}/ims/keys"));
        }
        let document = get(&emulator, path).json;
        assert_eq!(
            document["issuer"],
            emulator.url(),
            "without the header Host"
        );
        let grants = ["authorization_code", "implicit_grant", "refresh_token"];
        assert_eq!(document["grant_types_supported"], json!(grants));
    }
    let pinned = "https://ims-na1.adobelogin.com";
    let emulator = builder().issuer(pinned).start().unwrap();
    let document = discover(&emulator, DISCOVERY, "localhost:1");
    assert_eq!(document["issuer"], pinned);
    assert_eq!(
        document["token_endpoint"],
        "http://localhost:1/ims/token/v3"
    );
    let code = emulator.authorization_code(&sign_in(&["openid"])).unwrap();
    let id_token = redeem(&emulator, "/v3", &code);
    assert_eq!(decode(text(&id_token, "id_token")).1["iss"], pinned);
}

#[test]
fn every_endpoint_in_discovery_document_exists() {
    let emulator = emulator();
    let document = discover(&emulator, DISCOVERY, "h");
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "revocation_endpoint",
        "jwks_uri",
        "registration_endpoint",
    ] {
        let path = document[name].as_str().unwrap().strip_prefix("http://h");
        let response = get(&emulator, path.unwrap());
        assert_ne!(response.status, 404, "{name}");
    }
    let keys = get(&emulator, "/ims/keys").json;
    let kids = keys["keys"].as_array().unwrap().iter();
    let kids: Vec<_> = kids.map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(
        kids,
        ["emulator-key-at-1", "emulator-key-rt-1", "emulator-key-1"]
    );
    for kid in kids {
        let response = get(&emulator, &format!("/keys/prod/{kid}.cer"));
        assert!(response.text.starts_with("-----BEGIN CERTIFICATE"), "{kid}");
    }
}

fn register(emulator: &adobe_ims_emulator::Emulator, metadata: &Value) -> TestResponse {
    let json = "application/json";
    post(emulator, "/ims/register", json, metadata.to_string())
}

#[test]
fn dynamically_registered_client_works_at_once() {
    let emulator = emulator();
    let uris = ["https://new.example/cb", "http://localhost:7777/"];
    let metadata = json!({
        "client_name": "<New>",
        "redirect_uris": uris,
        "scope": "openid AdobeID offline_access",
    });
    let response = register(&emulator, &metadata);
    assert_eq!(response.status, 201, "{}", response.text);
    assert_eq!(response.json["redirect_uris"], json!(uris));
    assert_eq!(response.json["scope"], "openid AdobeID offline_access");
    let id = response.json["client_id"].as_str().unwrap();
    let secret = response.json["client_secret"].as_str().unwrap();

    let mut browser = Browser::new(&emulator);
    let pairs = [("client_id", id), ("redirect_uri", uris[1])];
    let page = browser.open("/ims/authorize/v2", &pairs);
    let redirect = RedirectParameters::of(&browser.submit(&page, EMAIL, "sign_in"), '?');
    assert_eq!(redirect.uri, uris[1]);
    let near = [
        ("client_id", id),
        ("redirect_uri", "https://newxexample/cb"),
    ];
    let response = browser.open("/ims/authorize/v2", &near);
    assert_eq!(RedirectParameters::of(&response, '?').uri, uris[0]);
    let body = form(&[
        ("client_id", id),
        ("client_secret", secret),
        ("grant_type", "authorization_code"),
        ("code", redirect.get("code").unwrap()),
    ]);
    let response = post(&emulator, "/ims/token/v3", FORM, body);
    assert!(!text(&response, "refresh_token").is_empty());
}

#[test]
fn invalid_client_metadata_is_refused() {
    let emulator = emulator();
    let before = emulator.user_clients().len();
    let uris = json!(["https://a.example/"]);
    for (metadata, error) in [
        (json!([]), "invalid_client_metadata"),
        (
            json!({"redirect_uris": "https://a.example"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": uris, "grant_types": ["client_credentials"]}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": uris, "token_endpoint_auth_method": "tls"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": uris, "scope": "a\"b"}),
            "invalid_client_metadata",
        ),
        (json!({}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": ["http://a.example/"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": ["https://a.example/", "javascript:x"]}),
            "invalid_redirect_uri",
        ),
    ] {
        let response = register(&emulator, &metadata);
        assert_eq!(response.error().1, error, "{metadata}");
    }
    assert_eq!(emulator.user_clients().len(), before);
    let public = json!({"redirect_uris": uris, "token_endpoint_auth_method": "none"});
    let response = register(&emulator, &public);
    assert_eq!(response.json.get("client_secret"), None);
    assert_eq!(emulator.user_clients().len(), before + 1);
}

fn revoke(emulator: &adobe_ims_emulator::Emulator, token: &str) -> TestResponse {
    let pairs = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("token", token),
        ("token_type_hint", "access_token"),
    ];
    post(emulator, "/ims/revoke", FORM, form(&pairs))
}

#[test]
fn revocation_response_has_no_content() {
    let emulator = emulator();
    let tokens = || emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let valid = |kind, token: &str| validation_result(&emulator, kind, CLIENT_ID, token);
    let (one, two) = (tokens(), tokens());
    let (one_refresh, two_refresh) = (one.refresh_token.unwrap(), two.refresh_token.unwrap());
    let response = revoke(&emulator, &one.access_token);
    assert_eq!((response.status, &*response.text), (200, ""));
    assert_eq!(valid("access_token", &one.access_token), "revoked");
    assert_eq!(valid("refresh_token", &one_refresh), "valid");
    assert_eq!(revoke(&emulator, &two_refresh).status, 200);
    assert_eq!(valid("refresh_token", &two_refresh), "revoked");
    assert_eq!(valid("access_token", &two.access_token), "revoked");
    for nothing in [&*two_refresh, "x", "a.b.c"] {
        assert_eq!(revoke(&emulator, nothing).status, 200);
    }
    let machine = &emulator.oauth_clients()[0];
    let body = |token: &str| {
        form(&[
            ("client_id", machine.client_id()),
            ("client_secret", machine.client_secret()),
            ("token", token),
        ])
    };
    let response = post(&emulator, "/ims/revoke", FORM, body(&one_refresh));
    assert_eq!(response.error().1, "invalid_grant");
    let response = post(&emulator, "/ims/revoke", FORM, body(""));
    assert_eq!(response.error().1, "invalid_request");
    assert_eq!(valid("refresh_token", &one_refresh), "valid");
}

#[test]
fn logout_ends_sessions_of_browser_and_token() {
    let emulator = emulator();
    let mut browser = Browser::new(&emulator);
    let client = ("client_id", CLIENT_ID);
    let page = browser.open("/ims/authorize/v2", &[client]);
    browser.submit(&page, EMAIL, "sign_in");
    let quiet = [client, ("prompt", "none")];
    let response = browser.open("/ims/authorize/v2", &quiet);
    assert!(RedirectParameters::of(&response, '?').get("code").is_some());
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let token = ("access_token", &*tokens.access_token);
    let response = browser.open("/ims/logout/v1", &[client, token]);
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["cache-control"], "no-store");
    let response = browser.open("/ims/authorize/v2", &quiet);
    assert_eq!(
        RedirectParameters::of(&response, '?').get("error"),
        Some("login_required")
    );
    let reason = validation_result(&emulator, "access_token", CLIENT_ID, &tokens.access_token);
    assert_eq!(reason, "revoked");
    assert_eq!(post(&emulator, "/ims/logout/v1/", FORM, "").status, 200);
    for (asked, expected) in [
        ("https://my.example/bye", "https://my.example/bye"),
        ("https://evil.example/", "https://my.example/callback?a=b"),
    ] {
        let response = browser.open("/ims/logout", &[client, ("redirect_uri", asked)]);
        assert_eq!(response.status, 302);
        assert_eq!(response.headers["location"], expected);
    }
    let unknown = [
        ("client_id", "x"),
        ("redirect_uri", "https://evil.example/"),
    ];
    assert_eq!(browser.open("/ims/logout/v1", &unknown).status, 200);
}

#[test]
fn logout_without_redirect_answers_with_json_or_calls_back() {
    let emulator = emulator();
    let logout = |query: &str| get(&emulator, &format!("/ims/logout/v1/token{query}"));
    let plain = logout("");
    assert_eq!((plain.status, &*plain.text), (200, "{}"));
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let response = logout(&format!(
        "?access_token={}&callback=my.$back_1",
        tokens.access_token
    ));
    assert_eq!(response.text, "my.$back_1({});");
    let header = |name: &str| response.headers[name].to_str().unwrap();
    assert_eq!(
        header("content-type"),
        "application/javascript;charset=UTF-8"
    );
    assert!(header("p3p").starts_with("CP="));
    let reason = validation_result(&emulator, "access_token", CLIENT_ID, &tokens.access_token);
    assert_eq!(reason, "revoked");
    for callback in ["alert(1)//", "a..b", "1a", "", "ü", &"a".repeat(129)] {
        let response = logout(&format!("?{}", form(&[("callback", callback)])));
        let is_default = callback.is_empty() && response.status == 200;
        assert!(is_default || response.error().1 == "invalid_request");
    }
}
