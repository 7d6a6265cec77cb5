//! Signing in with a browser.

use std::time::Duration;

use adobe_ims_emulator::{Emulator, GrantType, OauthClient};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use ring::digest::{SHA256, digest};

use crate::browser::{Browser, Landing};
use crate::support::{Answer, CLIENT_ID, FORM, decode, form, frozen, get, post};
use crate::users::{
    CHALLENGE, EMAIL, PUBLIC, REDIRECT, VERIFIER, assert_published_key, emulator, redeem, text,
};

const PATH: &str = "/ims/authorize/v2";
const STATE: &str = "st&te=ü \"<";

/// A good request with some parameters replaced or, if empty, left out.
fn ask(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> Answer {
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

/// A browser in which the person has just signed in.
fn signed_in(emulator: &Emulator) -> Browser<'_> {
    let mut browser = Browser::new(emulator);
    let page = ask(&mut browser, &[]);
    let answer = browser.submit(&page, EMAIL, "sign_in");
    assert_eq!(answer.status, 303, "{}", answer.text);
    browser
}

#[test]
fn a_person_signs_in_and_the_client_gets_a_code() {
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
        let answer = browser.submit(&page, "JANÉ+1@example.com", "sign_in");
        let landing = Landing::of(&answer, '?');
        assert_eq!(landing.uri, "https://my.example/callback");
        assert_eq!(landing.names(), ["code", "state"]);
        assert_eq!(landing.get("state"), Some(STATE));
        let answer = redeem(&emulator, "/v3", landing.get("code").unwrap());
        let claims = decode(text(&answer, "access_token")).1;
        assert_eq!(claims["user_id"], emulator.people()[0].user_id());
        assert_eq!(claims["scope"], "openid,AdobeID");
        assert_eq!(decode(text(&answer, "id_token")).1["nonce"], "n");
    }
}

#[test]
fn the_page_says_what_it_is_and_lets_nothing_out_of_its_place() {
    let hostile = "<script>alert('1')</script>\"&amp;";
    let client = OauthClient::new()
        .client_id(hostile)
        .redirect_uri("https://my.example/")
        .scopes([hostile])
        .grants([GrantType::AuthorizationCode]);
    let emulator = frozen().oauth_client(client).start().unwrap();
    let mut browser = Browser::new(&emulator);
    let page = browser.open(PATH, &[("client_id", hostile)]);
    assert!(page.text.contains("not Adobe"));
    assert!(page.text.contains("<label for=\"email\">"));
    assert!(page.text.contains("<html lang=\"en\">"));
    for button in ["Sign in</button>", "Cancel</button>"] {
        assert!(page.text.contains(button), "{button}");
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"));
    let again = browser.submit(&page, hostile, "sign_in");
    assert_eq!(again.status, 400);
    assert!(again.text.contains("role=\"alert\""));
    for page in [&page, &again, &browser.open(PATH, &[("client_id", "<b>")])] {
        assert!(!page.text.contains("<script"), "{}", page.text);
        assert!(!page.text.contains("<b>"), "{}", page.text);
    }
    let done = browser.submit(&again, "emma.ulator@example.com", "sign_in");
    assert_eq!(done.status, 303, "the form after a mistake is good");
}

#[test]
fn where_no_redirect_would_be_safe_the_person_is_told() {
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
        let answer = Browser::new(&emulator).open(PATH, &pairs);
        assert_eq!(answer.status, 400, "{client}");
        assert_eq!(answer.headers["content-type"], "text/html;charset=UTF-8");
        assert_eq!(answer.headers.get("location"), None);
        assert!(!answer.text.contains("evil.example"));
    }
    let twice = format!("{PATH}?client_id=a&client_id=b");
    assert_eq!(get(&emulator, &twice).status, 400);
}

#[test]
fn a_redirect_uri_that_is_not_the_clients_becomes_the_default() {
    let emulator = emulator();
    let mut browser = signed_in(&emulator);
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
        let answer = ask(&mut browser, &[("redirect_uri", asked)]);
        assert_eq!(Landing::of(&answer, '?').uri, expected, "{asked}");
    }
}

#[test]
fn response_types_and_modes_decide_what_comes_and_where() {
    let emulator = emulator();
    let mut browser = signed_in(&emulator);
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
        let answer = ask(&mut browser, &changes);
        let landing = Landing::of(&answer, separator);
        let (state, found) = landing
            .names()
            .split_last()
            .map(|(l, n)| (*l, n.to_vec()))
            .unwrap();
        assert_eq!((state, &*found), ("state", names), "{response_type}");
        if let Some(access_token) = landing.get("access_token") {
            assert_eq!(landing.get("expires_in"), Some("86399"));
            assert_eq!(landing.get("token_type"), Some("bearer"));
            assert_published_key(&emulator, access_token);
        }
        if let Some(id_token) = landing.get("id_token") {
            assert_published_key(&emulator, id_token);
            let claims = decode(id_token).1;
            assert_eq!(claims["nonce"], "n1");
            let half = |text: &str| {
                URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
            };
            let hash = |name| landing.get(name).map(half);
            assert_eq!(claims["at_hash"].as_str(), hash("access_token").as_deref());
            assert_eq!(claims["c_hash"].as_str(), hash("code").as_deref());
        }
    }
    assert_eq!(emulator.tokens_minted_by(GrantType::Implicit), 3);
}

#[test]
fn what_is_wrong_is_told_to_the_client_with_its_state() {
    let emulator = emulator();
    let mut browser = signed_in(&emulator);
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
        let answer = ask(&mut browser, changes);
        let id_token = changes.iter().any(|(_, value)| *value == "id_token");
        let landing = Landing::of(&answer, if id_token { '#' } else { '?' });
        assert_eq!(landing.get("error"), Some(error), "{changes:?}");
        assert!(landing.get("error_description").is_some());
        let kept = changes[0].0 != "state";
        assert_eq!(landing.get("state"), kept.then_some(STATE));
        assert_eq!(landing.get("code"), None);
    }
    let longest = &long[1..];
    let answer = ask(&mut browser, &[("state", longest)]);
    assert_eq!(Landing::of(&answer, '?').get("state"), Some(longest));
    let public = [("client_id", PUBLIC), ("response_type", "token")];
    let answer = ask(&mut browser, &public);
    let landing = Landing::of(&answer, '#');
    assert_eq!(landing.get("error"), Some("unauthorized_client"));
}

#[test]
fn a_public_client_sends_a_challenge_and_its_verifier_redeems() {
    let emulator = emulator();
    let mut browser = signed_in(&emulator);
    let public = ("client_id", PUBLIC);
    let answer = ask(&mut browser, &[public]);
    let landing = Landing::of(&answer, '?');
    assert_eq!(landing.get("error"), Some("invalid_request"));
    for (challenge, method) in [(CHALLENGE, "S256"), (VERIFIER, "plain"), (VERIFIER, "")] {
        let changes = [
            public,
            ("redirect_uri", "http://localhost:9999/cb"),
            ("code_challenge", challenge),
            ("code_challenge_method", method),
        ];
        let answer = ask(&mut browser, &changes);
        let landing = Landing::of(&answer, '?');
        assert_eq!(landing.uri, "http://localhost:9999/cb");
        let body = form(&[
            ("client_id", PUBLIC),
            ("grant_type", "authorization_code"),
            ("code", landing.get("code").unwrap()),
            ("code_verifier", VERIFIER),
        ]);
        let answer = post(&emulator, "/ims/token/v3", FORM, body);
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

#[test]
fn who_is_signed_in_is_not_asked_again_unless_the_client_wants_it() {
    let emulator = emulator();
    let mut stranger = Browser::new(&emulator);
    let answer = ask(&mut stranger, &[("prompt", "none")]);
    let landing = Landing::of(&answer, '?');
    assert_eq!(landing.get("error"), Some("login_required"));
    assert_eq!(landing.get("state"), Some(STATE));
    assert_eq!(stranger.cookie(), None);

    let mut browser = signed_in(&emulator);
    for quiet in ["", "none"] {
        let answer = ask(&mut browser, &[("prompt", quiet)]);
        assert_eq!(answer.status, 302);
        assert!(Landing::of(&answer, '?').get("code").is_some());
    }
    for again in [("prompt", "login"), ("reauth", "check")] {
        assert_eq!(ask(&mut browser, &[again]).status, 200, "{again:?}");
    }
}

#[test]
fn a_form_counts_once_and_not_for_ever() {
    let emulator = emulator();
    let mut browser = Browser::new(&emulator);
    let page = ask(&mut browser, &[]);
    let answer = browser.submit(&page, EMAIL, "cancel");
    assert_eq!(answer.status, 303);
    let landing = Landing::of(&answer, '?');
    assert_eq!(landing.get("error"), Some("access_denied"));
    assert_eq!(landing.get("state"), Some(STATE));
    assert_eq!(browser.cookie(), None);
    let again = browser.submit(&page, EMAIL, "sign_in");
    assert_eq!(again.status, 400);
    assert_eq!(again.headers.get("location"), None);

    let page = ask(&mut browser, &[]);
    emulator.clock().advance(Duration::from_secs(600));
    assert_eq!(browser.submit(&page, EMAIL, "sign_in").status, 400);
    let forged = form(&[("ticket", "x"), ("email", EMAIL)]);
    let answer = post(&emulator, "/ims/authorize/sign_in", FORM, forged);
    assert_eq!(answer.status, 400);
    assert_eq!(get(&emulator, "/ims/authorize/sign_in").status, 405);
}

/// Pieces that URIs are forged from.
fn forged() -> impl Strategy<Value = String> {
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
    fn nobody_is_sent_to_where_the_client_is_not(
        uri in forged(),
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
        let answer = Browser::new(&emulator).open(PATH, &pairs);
        prop_assert_eq!(answer.status, 302);
        let location = answer.headers["location"].to_str().unwrap();
        prop_assert!(location.starts_with("https://my.example/"), "{}", location);
        let host = location.parse::<http::Uri>().unwrap().host().map(str::to_owned);
        prop_assert_eq!(host.as_deref(), Some("my.example"));
    }
}
