//! The grant `client_credentials`.

use std::time::Duration;

use adobe_ims_emulator::{AemTier, Emulator, OauthClient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Value, json};

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, NOW, SECRET, TestResponse, decode, form, frozen_builder,
    multipart, post, send,
};

const PATHS: [&str; 7] = [
    "/ims/token/v2",
    "/ims/token/v2/",
    "/ims/token/v3",
    "/ims/token/v3/",
    "/ims/token/v4",
    "/ims/token/v4/",
    "//ims/token/v2/",
];
const V3: &str = PATHS[2];
const ORG: &str = "0123456789ABCDEF01234567@AdobeOrg";

const NO_GRANT_TYPE: &str =
    r#"{"error_description":"The parameter grant_type is missing.","error":"invalid_request"}"#;
const OTHER_GRANT_TYPE: &str = r#"{"error_description":"The emulator does not know this grant_type at this path.","error":"unsupported_grant_type"}"#;
const BAD_ID: &str =
    r#"{"error_description":"invalid client_id parameter","error":"invalid_client"}"#;
const BAD_SECRET: &str =
    r#"{"error_description":"invalid client_secret parameter","error":"invalid_client"}"#;
const OTHER_CLIENT: &str = r#"{"error_description":"The client is not registered for the grant client_credentials.","error":"unauthorized_client"}"#;
const OTHER_ORG: &str = r#"{"error_description":"The org_id parameter is not the organization of the client, and that organization has not consented to the client.","error":"invalid_request"}"#;
const BAD_SCOPE: &str = r#"{"error_description":"Invalid scope value","error":"invalid_scope"}"#;
const MIGRATED: &str = r#"{"error_description":"Please try again later","error":"internal_error"}"#;

type Changes<'a> = [(&'a str, Option<&'a str>)];

fn hostile_client() -> OauthClient {
    OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .client_secret("second")
        .scopes(["openid", "AdobeID", "additional_info.roles"])
        .organization(ORG)
}

fn emulator() -> Emulator {
    frozen_builder()
        .oauth_client(hostile_client())
        .start()
        .unwrap()
}

/// Returns a valid request with some parameters replaced or added. `None` removes the parameter.
fn request_with(changes: &Changes<'_>) -> String {
    let mut pairs = vec![
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("scope", "openid,AdobeID"),
    ];
    for (name, value) in changes {
        pairs.retain(|(present, _)| present != name);
        pairs.extend(value.map(|value| (*name, value)));
    }
    form(&pairs)
}

fn claims(response: &TestResponse) -> Value {
    assert_eq!(response.status, 200, "{}", response.text);
    decode(response.json["access_token"].as_str().unwrap()).1
}

#[test]
fn response_is_in_seconds_and_token_has_adobe_form() {
    let emulator = emulator();
    let response = post(&emulator, V3, FORM, request_with(&[]));
    assert_eq!(
        response.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    assert_eq!(response.headers["cache-control"], "no-store");
    assert!(response.headers.contains_key("x-debug-id"));
    assert!(response.text.starts_with(r#"{"access_token":"ey"#));
    assert!(
        response
            .text
            .ends_with(r#"","token_type":"bearer","expires_in":86399}"#),
        "{}",
        response.text
    );
    let claims = claims(&response);
    let client = &emulator.oauth_clients()[0];
    assert_eq!(claims["type"], "access_token");
    assert_eq!(claims["client_id"], CLIENT_ID);
    assert_eq!(claims["user_id"], client.technical_account_id());
    assert_eq!(claims["as"], "ims-na1");
    assert_eq!(claims["scope"], "openid,AdobeID");
    assert_eq!(claims["created_at"], json!((NOW * 1000).to_string()));
    assert_eq!(claims["expires_in"], "86400000");
    for absent in ["exp", "iat", "iss", "aud"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
    let resources = format!("{}&resource=a&resource=b", request_with(&[]));
    let response = post(&emulator, V3, FORM, resources);
    assert_eq!(self::claims(&response)["aud"], json!(["a", "b"]));
}

#[test]
fn every_path_and_encoding_gives_same_claims() {
    let emulator = emulator();
    let lasting = |response: &TestResponse| {
        let mut claims = claims(response);
        for fresh in ["id", "fg", "moi"] {
            claims.as_object_mut().unwrap().remove(fresh).unwrap();
        }
        claims
    };
    let good = request_with(&[]);
    let expected = lasting(&post(&emulator, V3, FORM, &good));
    let parts = [
        ("client_secret", SECRET),
        ("grant_type", "client_credentials"),
        ("scope", "openid,AdobeID"),
        ("client_id", CLIENT_ID),
    ];
    let node = format!("{}123456789012345678901234", "-".repeat(26));
    let of_node = format!("multipart/form-data;boundary={node}");
    let id = form(&parts[3..]);
    let mut minted = 1;
    for path in PATHS {
        let queried = format!("{path}?{good}");
        let split = format!("{path}?{id}");
        let rest = form(&parts[..3]);
        let unencoded = rest.replace("%2C", ",");
        let charset = format!("{FORM};charset=UTF-8");
        for (uri, content_type, body) in [
            (path, Some(FORM), good.clone()),
            (path, Some(&charset), form(&parts)),
            (path, None, format!("&{good}&")),
            (path, Some(FORM), format!("{good}&{good}&unknown=1")),
            (path, Some(&of_node), multipart(&node, "\r\n", &parts)),
            (&split, Some(&of_node), multipart(&node, "", &parts[..3])),
            (&split, Some(FORM), rest),
            (&split, None, unencoded),
            (&queried, None, String::new()),
        ] {
            let mut request = Request::post(uri);
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            let response = send(&emulator, request, body.as_bytes());
            assert_eq!(lasting(&response), expected, "{uri} {content_type:?}");
            minted += 1;
        }
    }
    assert_eq!(emulator.tokens_minted(), minted);
    let json = post(&emulator, V3, "application/json", "{}");
    assert_eq!(json.error().0, 415);
    for path in ["/ims/token", "/ims/token/v1"] {
        let response = post(&emulator, path, FORM, &good);
        assert_eq!(response.text, OTHER_GRANT_TYPE);
    }
    assert_eq!(post(&emulator, "/ims/token/v5", FORM, &good).error().0, 404);
    let get = send(&emulator, Request::get(format!("{V3}?{good}")), b"");
    assert_eq!(get.error().0, 405);
    assert_eq!(get.headers["allow"], "POST");
    assert_eq!(emulator.tokens_minted(), minted);
}

#[test]
fn errors_have_texts_of_live_service() {
    let emulator = emulator();
    let account = emulator.accounts().remove(0);
    let account_id = Some(account.client_id());
    let account_secret = Some(account.client_secret());
    let joined = format!("{SECRET},second");
    let upper = CLIENT_ID.to_uppercase();
    let cases: &[(&Changes<'_>, &str)] = &[
        (&[("grant_type", None)], NO_GRANT_TYPE),
        (&[("grant_type", Some(""))], NO_GRANT_TYPE),
        (&[("grant_type", None), ("client_id", None)], NO_GRANT_TYPE),
        (
            &[("grant_type", Some("Client_Credentials"))],
            OTHER_GRANT_TYPE,
        ),
        (&[("grant_type", Some("password"))], OTHER_GRANT_TYPE),
        (&[("client_id", None)], BAD_ID),
        (&[("client_id", Some("client! ID"))], BAD_ID),
        (&[("client_id", Some(&upper))], BAD_ID),
        (&[("client_id", Some("x")), ("scope", Some("x"))], BAD_ID),
        (&[("client_secret", None)], BAD_SECRET),
        (&[("client_secret", Some("SECRET?%&=u"))], BAD_SECRET),
        (&[("client_secret", Some(&joined))], BAD_SECRET),
        (&[("client_secret", account_secret)], BAD_SECRET),
        (&[("client_id", account_id)], BAD_SECRET),
        (
            &[("client_id", account_id), ("client_secret", account_secret)],
            OTHER_CLIENT,
        ),
        (&[("org_id", Some("other@AdobeOrg"))], OTHER_ORG),
        (&[("scope", Some("openid,other"))], BAD_SCOPE),
        (&[("scope", Some("OpenID"))], BAD_SCOPE),
        (&[("scope", Some("openid;AdobeID"))], BAD_SCOPE),
        (&[("scope", Some("additional_info"))], BAD_SCOPE),
    ];
    for documented in [false, true] {
        let emulator = frozen_builder()
            .documented_statuses(documented)
            .oauth_client(hostile_client())
            .start()
            .unwrap();
        for (changes, expected) in cases {
            for path in PATHS {
                let response = post(&emulator, path, FORM, request_with(changes));
                assert_eq!(response.error().0, 400, "{changes:?}");
                assert_eq!(response.text, *expected, "{changes:?}");
            }
        }
        assert_eq!(emulator.tokens_minted(), 0);
    }
    for conflict in ["grant_type", "client_id", "client_secret", "scope"] {
        let twice = format!("{}&{conflict}=x", request_with(&[]));
        let response = post(&emulator, V3, FORM, twice);
        assert_eq!(response.error().1, "invalid_request", "{conflict}");
    }
}

#[test]
fn scopes_are_limited_to_those_of_client() {
    let emulator = emulator();
    let every = "openid,AdobeID,additional_info.roles";
    for (asked, granted) in [
        (Some("AdobeID"), "AdobeID"),
        (Some("AdobeID,openid"), "AdobeID,openid"),
        (Some("AdobeID, openid"), "AdobeID,openid"),
        (Some("AdobeID openid"), "AdobeID,openid"),
        (Some(",openid,,openid AdobeID,"), "openid,AdobeID"),
        (Some(every), every),
        (Some(""), every),
        (None, every),
    ] {
        let body = match asked {
            Some("") => format!("{}&scope=", request_with(&[("scope", None)])),
            asked => request_with(&[("scope", asked), ("org_id", Some(ORG))]),
        };
        let response = post(&emulator, V3, FORM, body);
        assert_eq!(claims(&response)["scope"], granted, "{asked:?}");
    }
}

#[test]
fn http_basic_is_accepted_encoded_and_raw() {
    let emulator = emulator();
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let request_token = |id: &str, secret: &str, more: &str| {
        let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let request = Request::post(V3).header("authorization", basic);
        let body = format!("grant_type=client_credentials&scope=openid+AdobeID{more}");
        send(&emulator, request, body.as_bytes())
    };
    assert_eq!(request_token(CLIENT_ID, SECRET, "").status, 200);
    assert_eq!(
        request_token(&encode(CLIENT_ID), &encode(SECRET), "").status,
        200
    );
    assert_eq!(
        request_token(CLIENT_ID, "second", "&client_secret=second").status,
        200
    );
    assert_eq!(request_token(CLIENT_ID, "wrong", "").text, BAD_SECRET);
    assert_eq!(request_token("wrong", SECRET, "").text, BAD_ID);
    let twice = request_token(CLIENT_ID, SECRET, "&client_secret=second");
    assert_eq!(twice.error().1, "invalid_request");
}

#[test]
fn token_expires_to_the_second_and_its_client_needs_listing_in_aem() {
    let emulator = frozen_builder()
        .token_lifetime(Duration::from_secs(3600))
        .oauth_client(hostile_client())
        .start()
        .unwrap();
    let response = post(&emulator, V3, FORM, request_with(&[]));
    assert_eq!(response.json["expires_in"], 3599);
    let bearer = format!("Bearer {}", response.json["access_token"].as_str().unwrap());
    let call = || {
        let request = Request::get("/api/assets.json").header("authorization", &bearer);
        send(&emulator, request, b"").status
    };
    assert_eq!(call(), 403);
    let client = emulator.oauth_clients().remove(0);
    emulator.allow_client(client.client_id(), [AemTier::Author]);
    assert_eq!(call(), 200);
    assert_eq!(emulator.aem_users()[0].login, client.email());
    emulator.clock().advance(Duration::from_secs(3599));
    assert_eq!(call(), 200);
    emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(call(), 401);
}

#[test]
fn jwt_exchange_of_oauth_client_is_internal_error() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let jwt = signer.sign(&signer.claims());
    let exchange = |secret| {
        let pairs = [
            ("client_id", CLIENT_ID),
            ("client_secret", secret),
            ("jwt_token", &jwt),
        ];
        post(&emulator, "/ims/exchange/jwt", FORM, form(&pairs))
    };
    let response = exchange(SECRET);
    assert_eq!((response.status, response.text.as_str()), (500, MIGRATED));
    assert_eq!(exchange("wrong").text, BAD_SECRET);
    assert_eq!(emulator.tokens_minted(), 0);
}
