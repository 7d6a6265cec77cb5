//! Sign-ins with a browser.

use std::time::Duration;

use adobe_ims_emulator::{Emulator, GrantType, OauthClient};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use ring::digest::{SHA256, digest};

use crate::browser::{Browser, RedirectParameters};
use crate::support::{CLIENT_ID, FORM, TestResponse, decode, form, frozen_builder, get, post};
use crate::user_clients::{
    CHALLENGE, EMAIL, PUBLIC, REDIRECT, VERIFIER, assert_published_key, emulator, redeem,
    request_tokens, text,
};

const PATH: &str = "/ims/authorize/v2";
const STATE: &str = "st&te=ü \"<";

/// Sends a valid request with some parameters replaced. An empty value removes the parameter.
fn open_authorize(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> TestResponse {
    let mut pairs = vec![
        ("client_id", CLIENT_ID),
        ("scope", "openid,AdobeID"),
        ("state", STATE),
    ];
    for (name, _) in changes {
        pairs.retain(|(present, _)| present != name);
    }
    pairs.extend(changes);
    browser.open(PATH, &pairs)
}

/// Returns a browser in which the person has signed in.
fn browser_after_sign_in(emulator: &Emulator) -> Browser<'_> {
    let mut browser = Browser::new(emulator);
    let page = open_authorize(&mut browser, &[]);
    let response = browser.submit(&page, EMAIL, "sign_in");
    assert_eq!(response.status, 303, "{}", response.text);
    browser
}

#[test]
fn sign_in_redirects_with_code() {
    let emulator = emulator();
    for path in [
        "/ims/authorize",
        "/ims/authorize/",
        "/ims/authorize/v1",
        "/ims/authorize/v1/",
        "/ims/authorize/v2",
        "/ims/authorize/v2/",
    ] {
        let mut browser = Browser::new(&emulator);
        let pairs = [
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT),
            ("scope", "openid AdobeID"),
            ("state", STATE),
            ("nonce", "n"),
            ("locale", "de_DE"),
        ];
        let page = browser.open(path, &pairs);
        assert_eq!(page.status, 200);
        assert_eq!(page.headers["content-type"], "text/html;charset=UTF-8");
        let response = browser.submit(&page, "JANÉ+1@example.com", "sign_in");
        let redirect = RedirectParameters::of(&response, '?');
        assert_eq!(redirect.uri, "https://my.example/callback");
        assert_eq!(redirect.names(), ["code", "state"]);
        assert_eq!(redirect.get("state"), Some(STATE));
        let response = redeem(&emulator, "/v3", redirect.get("code").unwrap());
        let claims = decode(text(&response, "access_token")).1;
        assert_eq!(claims["user_id"], emulator.people()[0].user_id());
        assert_eq!(claims["scope"], "openid,AdobeID");
        assert_eq!(decode(text(&response, "id_token")).1["nonce"], "n");
    }
}

#[test]
fn page_names_the_emulator_and_escapes_values() {
    let hostile_account = "<script>alert('1')</script>\"&amp;";
    let client = OauthClient::new()
        .client_id(hostile_account)
        .redirect_uri("https://my.example/")
        .scopes([hostile_account.replace('"', "")])
        .grants([GrantType::AuthorizationCode]);
    let emulator = frozen_builder().oauth_client(client).start().unwrap();
    let mut browser = Browser::new(&emulator);
    let page = browser.open(PATH, &[("client_id", hostile_account)]);
    assert!(page.text.contains("not Adobe"));
    assert!(page.text.contains("<label for=\"email\">"));
    assert!(page.text.contains("<html lang=\"en\">"));
    for button in ["Sign in</button>", "Cancel</button>"] {
        assert!(page.text.contains(button), "{button}");
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"));
    let again = browser.submit(&page, hostile_account, "sign_in");
    assert_eq!(again.status, 400);
    assert!(again.text.contains("role=\"alert\""));
    for page in [&page, &again, &browser.open(PATH, &[("client_id", "<b>")])] {
        assert!(!page.text.contains("<script"), "{}", page.text);
        assert!(!page.text.contains("<b>"), "{}", page.text);
    }
    let done = browser.submit(&again, "emma.ulator@example.com", "sign_in");
    assert_eq!(
        done.status, 303,
        "the form after an unknown address is valid"
    );
}

#[test]
fn unsafe_redirect_gives_error_page() {
    let emulator = emulator();
    let machine = emulator.oauth_clients()[0].client_id().to_owned();
    let nowhere = OauthClient::new()
        .client_id("nowhere")
        .grants([GrantType::AuthorizationCode]);
    emulator.add_oauth_client(nowhere).unwrap();
    for client in ["", "nobody", &machine, "nowhere"] {
        let pairs = [
            ("client_id", client),
            ("redirect_uri", "https://evil.example/"),
            ("state", "s"),
        ];
        let response = Browser::new(&emulator).open(PATH, &pairs);
        assert_eq!(response.status, 400, "{client}");
        assert_eq!(response.headers["content-type"], "text/html;charset=UTF-8");
        assert_eq!(response.headers.get("location"), None);
        assert!(!response.text.contains("evil.example"));
    }
    let twice = format!("{PATH}?client_id=a&client_id=b");
    assert_eq!(get(&emulator, &twice).status, 400);
}

#[test]
fn unregistered_redirect_uri_becomes_default() {
    let emulator = emulator();
    let mut browser = browser_after_sign_in(&emulator);
    for (asked, expected) in [
        ("https://my.example/else", "https://my.example/else"),
        ("https://evil.example/", "https://my.example/callback"),
        (
            "https://my.example.evil.example/",
            "https://my.example/callback",
        ),
        ("javascript:alert(1)", "https://my.example/callback"),
        ("", "https://my.example/callback"),
    ] {
        let response = open_authorize(&mut browser, &[("redirect_uri", asked)]);
        assert_eq!(
            RedirectParameters::of(&response, '?').uri,
            expected,
            "{asked}"
        );
    }
}

#[test]
fn response_type_and_mode_decide_parameters_and_their_place() {
    let emulator = emulator();
    let mut browser = browser_after_sign_in(&emulator);
    let token = ["access_token", "token_type", "expires_in"];
    for (response_type, mode, separator, names) in [
        ("", "", '?', &["code"][..]),
        ("code", "query", '?', &["code"]),
        ("code", "fragment", '#', &["code"]),
        ("token", "", '#', &token),
        ("token", "query", '?', &token),
        ("id_token", "", '#', &["id_token"]),
        (
            "id_token token",
            "",
            '#',
            &["access_token", "token_type", "expires_in", "id_token"],
        ),
        ("code id_token", "", '#', &["code", "id_token"]),
    ] {
        let changes = [
            ("response_type", response_type),
            ("response_mode", mode),
            ("nonce", "n1"),
        ];
        let response = open_authorize(&mut browser, &changes);
        let redirect = RedirectParameters::of(&response, separator);
        let (state, found) = redirect
            .names()
            .split_last()
            .map(|(l, n)| (*l, n.to_vec()))
            .unwrap();
        assert_eq!((state, &*found), ("state", names), "{response_type}");
        if let Some(access_token) = redirect.get("access_token") {
            assert_eq!(redirect.get("expires_in"), Some("86399"));
            assert_eq!(redirect.get("token_type"), Some("bearer"));
            assert_published_key(&emulator, access_token);
        }
        if let Some(id_token) = redirect.get("id_token") {
            assert_published_key(&emulator, id_token);
            let claims = decode(id_token).1;
            assert_eq!(claims["nonce"], "n1");
            let half = |text: &str| {
                URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
            };
            let hash = |name| redirect.get(name).map(half);
            assert_eq!(claims["at_hash"].as_str(), hash("access_token").as_deref());
            assert_eq!(claims["c_hash"].as_str(), hash("code").as_deref());
        }
    }
    assert_eq!(emulator.tokens_minted_by(GrantType::Implicit), 3);
}

#[test]
fn errors_are_redirected_to_client_with_state() {
    let emulator = emulator();
    let mut browser = browser_after_sign_in(&emulator);
    let long = "x".repeat(4097);
    let short = &CHALLENGE[1..];
    for (changes, error) in [
        (
            &[("response_type", "code token")][..],
            "unsupported_response_type",
        ),
        (&[("response_mode", "form_post")], "invalid_request"),
        (&[("scope", "openid,other")], "invalid_scope"),
        (&[("code_challenge", short)], "invalid_request"),
        (
            &[
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S512"),
            ],
            "invalid_request",
        ),
        (&[("response_type", "id_token")], "invalid_request"),
        (
            &[
                ("response_type", "id_token"),
                ("scope", "AdobeID"),
                ("nonce", "n"),
            ],
            "invalid_scope",
        ),
        (
            &[("prompt", "none"), ("prompt", "login")],
            "invalid_request",
        ),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("reauth", "check"), ("reauth", "x")], "invalid_request"),
        (&[("state", &long)], "invalid_request"),
    ] {
        let response = open_authorize(&mut browser, changes);
        let id_token = changes.iter().any(|(_, value)| *value == "id_token");
        let redirect = RedirectParameters::of(&response, if id_token { '#' } else { '?' });
        assert_eq!(redirect.get("error"), Some(error), "{changes:?}");
        assert!(redirect.get("error_description").is_some());
        let kept = changes[0].0 != "state";
        assert_eq!(redirect.get("state"), kept.then_some(STATE));
        assert_eq!(redirect.get("code"), None);
    }
    let longest = &long[1..];
    let response = open_authorize(&mut browser, &[("state", longest)]);
    assert_eq!(
        RedirectParameters::of(&response, '?').get("state"),
        Some(longest)
    );
    let public = [("client_id", PUBLIC), ("response_type", "token")];
    let response = open_authorize(&mut browser, &public);
    let redirect = RedirectParameters::of(&response, '#');
    assert_eq!(redirect.get("error"), Some("unauthorized_client"));
}

#[test]
fn public_client_redeems_code_with_verifier() {
    let emulator = emulator();
    let mut browser = browser_after_sign_in(&emulator);
    let public = ("client_id", PUBLIC);
    let response = open_authorize(&mut browser, &[public]);
    let redirect = RedirectParameters::of(&response, '?');
    assert_eq!(redirect.get("error"), Some("invalid_request"));
    for (challenge, method) in [(CHALLENGE, "S256"), (VERIFIER, "plain"), (VERIFIER, "")] {
        let changes = [
            public,
            ("redirect_uri", "http://localhost:9999/cb"),
            ("code_challenge", challenge),
            ("code_challenge_method", method),
        ];
        let response = open_authorize(&mut browser, &changes);
        let redirect = RedirectParameters::of(&response, '?');
        assert_eq!(redirect.uri, "http://localhost:9999/cb");
        let body = form(&[
            ("client_id", PUBLIC),
            ("grant_type", "authorization_code"),
            ("code", redirect.get("code").unwrap()),
            ("code_verifier", VERIFIER),
        ]);
        let response = post(&emulator, "/ims/token/v3", FORM, body);
        assert_eq!(response.status, 200, "{}", response.text);
    }
}

#[test]
fn signed_in_person_sees_page_only_if_client_demands_it() {
    let emulator = emulator();
    let mut stranger = Browser::new(&emulator);
    let response = open_authorize(&mut stranger, &[("prompt", "none")]);
    let redirect = RedirectParameters::of(&response, '?');
    assert_eq!(redirect.get("error"), Some("login_required"));
    assert_eq!(redirect.get("state"), Some(STATE));
    assert_eq!(stranger.cookie(), None);

    let mut browser = browser_after_sign_in(&emulator);
    for quiet in ["", "none"] {
        let response = open_authorize(&mut browser, &[("prompt", quiet)]);
        assert_eq!(response.status, 302);
        assert!(RedirectParameters::of(&response, '?').get("code").is_some());
    }
    for again in [("prompt", "login"), ("reauth", "check")] {
        assert_eq!(
            open_authorize(&mut browser, &[again]).status,
            200,
            "{again:?}"
        );
    }
}

#[test]
fn form_is_valid_once_and_expires() {
    let emulator = emulator();
    let mut browser = Browser::new(&emulator);
    let page = open_authorize(&mut browser, &[]);
    let response = browser.submit(&page, EMAIL, "cancel");
    assert_eq!(response.status, 303);
    let redirect = RedirectParameters::of(&response, '?');
    assert_eq!(redirect.get("error"), Some("access_denied"));
    assert_eq!(redirect.get("state"), Some(STATE));
    assert_eq!(browser.cookie(), None);
    let again = browser.submit(&page, EMAIL, "sign_in");
    assert_eq!(again.status, 400);
    assert_eq!(again.headers.get("location"), None);

    let page = open_authorize(&mut browser, &[]);
    emulator.clock().advance(Duration::from_secs(600));
    assert_eq!(browser.submit(&page, EMAIL, "sign_in").status, 400);
    let forged_uri = form(&[("ticket", "x"), ("email", EMAIL)]);
    let response = post(&emulator, "/ims/authorize/sign_in", FORM, forged_uri);
    assert_eq!(response.status, 400);
    assert_eq!(get(&emulator, "/ims/authorize/sign_in").status, 405);
}

/// Returns URIs made from pieces that could mislead a parser.
fn forged_uri() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "https://",
        "http://",
        "//",
        "/",
        "\\",
        "@",
        ":",
        "?",
        "#",
        ".",
        "my.example",
        "evil.example",
        "localhost",
        "%2f",
        "%0d%0a",
        "\r\n",
        "\t",
        " ",
        "ü",
        "javascript:",
        "\"",
        "<",
        "a=b",
        "..",
    ]);
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn redirect_never_leads_to_unregistered_host(
        uri in forged_uri(),
        state in any::<String>(),
        response_type in prop::sample::select(vec!["code", "token", "x"]),
    ) {
        let emulator = emulator();
        let pairs = [
            ("client_id", CLIENT_ID),
            ("redirect_uri", &*uri),
            ("state", &*state),
            ("response_type", response_type),
            ("prompt", "none"),
        ];
        let response = Browser::new(&emulator).open(PATH, &pairs);
        prop_assert_eq!(response.status, 302);
        let location = response.headers["location"].to_str().unwrap();
        prop_assert!(location.starts_with("https://my.example/"), "{}", location);
        let host = location.parse::<http::Uri>().unwrap().host().map(str::to_owned);
        prop_assert_eq!(host.as_deref(), Some("my.example"));
    }
}

#[test]
fn device_token_of_sign_in_is_redeemed_with_its_device() {
    let emulator = emulator();
    let mut browser = Browser::new(&emulator);
    let mut pairs = vec![
        ("client_id", CLIENT_ID),
        ("response_type", "device"),
        ("state", "s"),
        ("scope", "openid,AdobeID"),
    ];
    let missing = browser.open("/ims/authorize/v1", &pairs);
    let missing = RedirectParameters::of(&missing, '?');
    assert_eq!(missing.get("error"), Some("invalid_request"));
    pairs.push(("device_id", "device?&"));
    let page = browser.open("/ims/authorize/v1", &pairs);
    let response = browser.submit(&page, EMAIL, "sign_in");
    let redirect = RedirectParameters::of(&response, '?');
    assert_eq!(redirect.names(), ["device_token", "state"]);
    let redeem = |device: &str| {
        let fields = [
            ("grant_type", "device"),
            ("device_id", device),
            ("device_token", redirect.get("device_token").unwrap()),
        ];
        request_tokens(&emulator, "/v1", &fields)
    };
    assert_eq!(redeem("device?&").json["expires_in"], 86_399_998);
    assert_eq!(redeem("other").error().1, "invalid_grant");
}

#[test]
fn state_of_256_characters_is_refused_with_the_setting() {
    let emulator = emulator();
    let mut browser = Browser::new(&emulator);
    let mut error = |length: usize| {
        let state = "ü".repeat(length);
        let pairs = [
            ("client_id", CLIENT_ID),
            ("state", &*state),
            ("prompt", "none"),
        ];
        let response = browser.open("/ims/authorize/v2", &pairs);
        let redirect = RedirectParameters::of(&response, '?');
        redirect.get("error").unwrap().to_owned()
    };
    assert_eq!(error(256), "login_required");
    emulator.change_ims_settings(|settings| settings.short_state = true);
    assert_eq!(error(255), "login_required");
    assert_eq!(error(256), "invalid_request");
}
