//! The grant `authorization_code`.

use std::time::Duration;

use adobe_ims_emulator::ims_settings::ServiceTokenForm;
use adobe_ims_emulator::{GrantType, SignIn};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, FORM, NOW, SECRET, decode, form, multipart, post, send};
use crate::user_clients::{
    CHALLENGE, EMAIL, PUBLIC, REDIRECT, SCOPES, VERIFIER, assert_published_key, builder, emulator,
    redeem, request_tokens, sign_in, text, validation_result,
};

const DENIED: (u16, &str, &str) = (
    400,
    "access_denied",
    "The code is not a valid code of this client.",
);

#[test]
fn code_gives_tokens_of_the_person() {
    let emulator = emulator();
    let person = &emulator.people()[0];
    let sign_in = sign_in(&SCOPES).nonce("n?&=ü");
    let code = emulator.authorization_code(&sign_in).unwrap();
    let (_, claims) = decode(&code);
    assert_eq!(claims["type"], "authorization_code");
    assert_eq!(claims["expires_in"], "600000");
    assert_published_key(&emulator, &code);

    let response = redeem(&emulator, "/v3", &code);
    let access_token = text(&response, "access_token");
    assert_eq!(response.json["token_type"], "bearer");
    assert_eq!(response.json["expires_in"], 86_399);
    assert_eq!(response.json["sub"], person.user_id());
    assert_published_key(&emulator, access_token);
    let (_, claims) = decode(access_token);
    assert_eq!(claims["type"], "access_token");
    assert_eq!(claims["client_id"], CLIENT_ID);
    assert_eq!(claims["user_id"], person.user_id());
    assert_eq!(claims["aa_id"], person.auth_id());
    assert_eq!(claims["scope"], SCOPES.join(","));
    let fortnight = (NOW + 14 * 86_400) * 1000;
    assert_eq!(claims["rtea"], json!(fortnight.to_string()));
    assert_eq!(claims["oc"], "renga*na1r*1a3185c5000*emulator");

    let refresh_token = text(&response, "refresh_token");
    assert_published_key(&emulator, refresh_token);
    let (header, refresh) = decode(refresh_token);
    assert_eq!(header["itt"], "rt");
    assert_eq!(refresh["type"], "refresh_token");
    assert_eq!(refresh["expires_in"], json!((14 * 86_400_000).to_string()));
    assert_eq!(refresh["rtea"], claims["rtea"]);
    assert_eq!(refresh["id"], claims["rtid"]);
    assert_eq!(refresh["sid"], claims["sid"]);

    let id_token = text(&response, "id_token");
    assert_published_key(&emulator, id_token);
    let (header, claims) = decode(id_token);
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header.get("x5u"), None::<&Value>);
    assert_eq!(claims["iss"], emulator.url());
    assert_eq!(claims["aud"], CLIENT_ID);
    assert_eq!(claims["sub"], person.user_id());
    assert_eq!(claims["nonce"], "n?&=ü");
    assert_eq!(claims["iat"], NOW);
    assert_eq!(claims["exp"], NOW + 86_400);
    assert_eq!(claims["email"], EMAIL);
    assert_eq!(claims["email_verified"], true);
    assert_eq!(claims["family_name"], "<Doe>");
    assert_eq!(emulator.tokens_minted_by(GrantType::AuthorizationCode), 1);
}

#[test]
fn versions_differ_in_units_and_default_tokens() {
    for (seconds_everywhere, version, expires_in, unasked, profile) in [
        (false, "", 86_399_998, true, true),
        (false, "/", 86_399_998, true, true),
        (false, "/v1", 86_399_998, true, true),
        (true, "/v1/", 86_399, true, true),
        (true, "", 86_399, true, true),
        (false, "/v2", 86_399, true, false),
        (false, "/v3/", 86_399, false, false),
        (false, "/v4", 86_399, false, false),
    ] {
        let builder = builder().seconds_everywhere(seconds_everywhere);
        let emulator = builder.start().unwrap();
        let code = emulator.authorization_code(&sign_in(&["AdobeID"])).unwrap();
        let response = redeem(&emulator, version, &code);
        assert_eq!(response.json["expires_in"], expires_in, "{version}");
        assert_eq!(response.json.get("refresh_token").is_some(), unasked);
        assert_eq!(response.json.get("id_token"), None, "without openid");
        assert_eq!(response.json["userId"], response.json["sub"]);
        let mailed = profile.then(|| json!(EMAIL));
        assert_eq!(response.json.get("email"), mailed.as_ref(), "{version}");
        let offline = sign_in(&["AdobeID", "offline_access"]);
        let code = emulator.authorization_code(&offline).unwrap();
        let response = redeem(&emulator, version, &code);
        assert!(response.json.get("refresh_token").is_some(), "{version}");
    }
}

#[test]
fn second_use_of_code_ends_its_session() {
    let emulator = emulator();
    let code = emulator.authorization_code(&sign_in(&SCOPES)).unwrap();
    let response = redeem(&emulator, "/v3", &code);
    let access_token = text(&response, "access_token").to_owned();
    let refresh_token = text(&response, "refresh_token").to_owned();
    let valid = |kind, token: &str| validation_result(&emulator, kind, CLIENT_ID, token);
    assert_eq!(valid("access_token", &access_token), "valid");
    assert_eq!(valid("authorization_code", &code), "revoked");
    assert_eq!(redeem(&emulator, "/v3", &code).error(), DENIED);
    assert_eq!(valid("access_token", &access_token), "revoked");
    assert_eq!(valid("refresh_token", &refresh_token), "revoked");
}

#[test]
fn code_expires_to_the_millisecond() {
    for (lifetime, last) in [(None, 599_999), (Some(1500), 1499)] {
        let mut builder = builder();
        if let Some(millis) = lifetime {
            builder = builder.code_lifetime(Duration::from_millis(millis));
        }
        let emulator = builder.start().unwrap();
        let early = emulator.authorization_code(&sign_in(&["openid"])).unwrap();
        let late = emulator.authorization_code(&sign_in(&["openid"])).unwrap();
        emulator.clock().advance(Duration::from_millis(last));
        assert_eq!(redeem(&emulator, "/v3", &early).status, 200);
        emulator.clock().advance(Duration::from_millis(1));
        let response = redeem(&emulator, "/v3", &late);
        let expired = (400, "invalid_grant", "Authorization code expired");
        assert_eq!(response.error(), expired);
    }
}

#[test]
fn public_client_needs_pkce_verifier() {
    let emulator = emulator();
    let code = || {
        let sign_in = SignIn::new(PUBLIC, EMAIL).code_challenge(CHALLENGE);
        emulator.authorization_code(&sign_in).unwrap()
    };
    let redeem = |code: &str, verifier: &str| {
        let path = format!("/ims/token/v3?{}", form(&[("client_id", PUBLIC)]));
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
        ];
        post(&emulator, &path, FORM, form(&pairs))
    };
    let first = code();
    let other = VERIFIER.to_uppercase();
    for (verifier, description) in [
        ("", "The parameter code_verifier is missing."),
        (
            &*other,
            "The code_verifier does not fit the code_challenge.",
        ),
        (
            CHALLENGE,
            "The code_verifier does not fit the code_challenge.",
        ),
    ] {
        let response = redeem(&first, verifier);
        assert_eq!(response.error(), (400, "invalid_grant", description));
    }
    let response = redeem(&first, VERIFIER);
    let refresh_token = text(&response, "refresh_token");
    let body = form(&[
        ("client_id", PUBLIC),
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
    ]);
    let response = post(&emulator, "/ims/token/v3", FORM, &body);
    assert_eq!(response.status, 200, "{}", response.text);
    let with_secret = format!("{body}&client_secret=x");
    let response = post(&emulator, "/ims/token/v3", FORM, with_secret);
    assert_eq!(response.error().1, "invalid_client");
    let bare = emulator.authorization_code(&SignIn::new(PUBLIC, EMAIL));
    let response = redeem(&bare.unwrap(), VERIFIER);
    assert_eq!(response.error().1, "invalid_grant");
}

#[test]
fn challenge_binds_confidential_client_too() {
    let emulator = emulator();
    let with = |sign_in: SignIn, more: &[(&str, &str)]| {
        let code = emulator.authorization_code(&sign_in).unwrap();
        let mut pairs = vec![("grant_type", "authorization_code"), ("code", &*code)];
        pairs.extend(more);
        request_tokens(&emulator, "/v3", &pairs).status
    };
    let challenged = sign_in(&["openid"]).code_challenge(CHALLENGE);
    assert_eq!(with(challenged.clone(), &[]), 400);
    assert_eq!(with(challenged, &[("code_verifier", VERIFIER)]), 200);
    let plain = sign_in(&["openid"]);
    assert_eq!(with(plain.clone(), &[("code_verifier", VERIFIER)]), 400);
    assert_eq!(with(plain.clone(), &[("redirect_uri", REDIRECT)]), 200);
    let elsewhere = [("redirect_uri", "https://my.example/")];
    assert_eq!(with(plain.clone(), &elsewhere), 400);
    assert_eq!(with(plain.clone(), &[("scope", "openid,email")]), 400);
    assert_eq!(with(plain, &[("scope", "openid")]), 200);
}

#[test]
fn every_client_authentication_method_is_accepted() {
    let emulator = emulator();
    let code = || emulator.authorization_code(&sign_in(&["openid"])).unwrap();
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    for credentials in [
        format!("{CLIENT_ID}:{SECRET}"),
        format!("{}:{}", encode(CLIENT_ID), encode(SECRET)),
    ] {
        let basic = format!("Basic {}", STANDARD.encode(credentials));
        let request = Request::post("/ims/token/v3")
            .header("authorization", basic)
            .header("content-type", FORM);
        let body = form(&[("grant_type", "authorization_code"), ("code", &code())]);
        assert_eq!(send(&emulator, request, body.as_bytes()).status, 200);
    }
    let code = code();
    let pairs = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("scope", ""),
        ("grant_type", "authorization_code"),
        ("code", &*code),
    ];
    let body = multipart("b", "\r\n", &pairs);
    let content_type = "multipart/form-data;boundary=b";
    let response = post(&emulator, "/ims/token/v1", content_type, body);
    assert_eq!(response.status, 200, "{}", response.text);
}

#[test]
fn invalid_code_gives_error_of_live_service() {
    let emulator = emulator();
    let of_another = SignIn::new(PUBLIC, EMAIL).code_challenge(CHALLENGE);
    let of_another = emulator.authorization_code(&of_another).unwrap();
    let token = emulator.user_tokens(&sign_in(&["openid"])).unwrap();
    for code in ["bogus", "a.b.c", &of_another, &token.access_token] {
        assert_eq!(redeem(&emulator, "/v1", code).error(), DENIED);
    }
    let nothing = request_tokens(&emulator, "/v3", &[("grant_type", "authorization_code")]);
    let missing = (400, "invalid_request", "The parameter code is missing.");
    assert_eq!(nothing.error(), missing);
    let machine = &emulator.oauth_clients()[0];
    let body = form(&[
        ("client_id", machine.client_id()),
        ("client_secret", machine.client_secret()),
        ("grant_type", "authorization_code"),
        ("code", "x"),
    ]);
    let response = post(&emulator, "/ims/token/v3", FORM, body);
    assert_eq!(response.error().1, "unauthorized_client");
}

#[test]
fn permanent_code_gives_service_token_at_every_use() {
    let emulator = emulator();
    let code = emulator.add_service_code(CLIENT_ID).unwrap();
    assert_eq!(decode(&code).1["type"], "authorization_code");
    let account = emulator.user_clients()[0].technical_account_id().to_owned();
    let service = account.replace("@techacct.adobe.com", "@AdobeService");
    for version in ["/v1", "/v2", "/v3", "/v4"] {
        emulator.clock().advance(Duration::from_secs(86_400 * 400));
        let response = redeem(&emulator, version, &code);
        let claims = decode(text(&response, "access_token")).1;
        assert_eq!(claims["user_id"], service);
        assert_eq!(claims["aa_id"], service);
        assert_eq!(response.json.get("refresh_token"), None);
        assert_eq!(response.json.get("id_token"), None);
    }
    emulator
        .change_ims_settings(|settings| settings.service_tokens = ServiceTokenForm::SystemScope);
    let older = decode(text(&redeem(&emulator, "/v4", &code), "access_token")).1;
    assert_eq!(older["user_id"], account);
    assert_eq!(older["scope"], format!("{},system", SCOPES.join(",")));
    assert_eq!(redeem(&emulator, "/v4", "static").error(), DENIED);
    assert!(emulator.add_service_code("nobody").is_err());
    let machine = emulator.oauth_clients()[0].client_id().to_owned();
    assert!(emulator.add_service_code(&machine).is_err());
}
