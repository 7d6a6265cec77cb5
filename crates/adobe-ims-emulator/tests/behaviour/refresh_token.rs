//! The grant `refresh_token`.

use std::time::Duration;

use adobe_ims_emulator::ims_settings::RefreshTokenReuse;
use adobe_ims_emulator::{Emulator, GrantType, SignIn};

use crate::support::{CLIENT_ID, decode};
use crate::user_clients::{
    EMAIL, PUBLIC, SCOPES, builder, emulator, refresh, request_tokens, sign_in, text,
    validation_result,
};

const REFUSED: (u16, &str, &str) = (400, "invalid_grant", "Invalid or expired refresh token.");

fn refresh_token(emulator: &Emulator) -> String {
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    tokens.refresh_token.unwrap()
}

#[test]
fn use_of_refresh_token_gives_new_one_in_all_versions() {
    let emulator = emulator();
    let mut token = refresh_token(&emulator);
    for (version, expires_in) in [
        ("", 86_399_998),
        ("/v1", 86_399_998),
        ("/v2", 86_399),
        ("/v3", 86_399),
        ("/v4", 86_399),
    ] {
        let response = refresh(&emulator, version, &token);
        let access_token = text(&response, "access_token");
        assert_eq!(response.json["expires_in"], expires_in);
        assert_eq!(response.json.get("id_token"), None);
        let claims = decode(access_token).1;
        assert_eq!(claims["user_id"], emulator.people()[0].user_id());
        assert_eq!(
            validation_result(&emulator, "refresh_token", CLIENT_ID, &token),
            "revoked"
        );
        token = text(&response, "refresh_token").to_owned();
        assert_eq!(claims["rtid"], decode(&token).1["id"]);
        assert_eq!(
            validation_result(&emulator, "refresh_token", CLIENT_ID, &token),
            "valid"
        );
    }
    assert_eq!(emulator.tokens_minted_by(GrantType::RefreshToken), 5);
    assert_eq!(emulator.tokens_minted(), 6);
}

#[test]
fn second_use_of_refresh_token_is_refused_and_leaves_the_sign_in() {
    let emulator = emulator();
    let used = refresh_token(&emulator);
    let response = refresh(&emulator, "/v3", &used);
    assert_eq!(refresh(&emulator, "/v3", &used).error(), REFUSED);
    let next = text(&response, "refresh_token");
    assert_eq!(refresh(&emulator, "/v3", next).status, 200);
    let access_token = text(&response, "access_token");
    let valid = validation_result(&emulator, "access_token", CLIENT_ID, access_token);
    assert_eq!(valid, "valid");
}

#[test]
fn refresh_token_works_again_with_the_setting() {
    let emulator = emulator();
    emulator.change_ims_settings(|settings| {
        settings.refresh_token_reuse = RefreshTokenReuse::Accept;
    });
    let token = refresh_token(&emulator);
    for _ in 0..3 {
        assert_eq!(refresh(&emulator, "/v3", &token).status, 200);
    }
    emulator.clock().advance(Duration::from_secs(14 * 86_400));
    assert_eq!(refresh(&emulator, "/v3", &token).error(), REFUSED);
}

#[test]
fn public_client_gets_no_refresh_token_with_the_setting() {
    let emulator = emulator();
    let sign_in = SignIn::new(PUBLIC, EMAIL);
    let refresh_token = || emulator.user_tokens(&sign_in).unwrap().refresh_token;
    assert!(refresh_token().is_some());
    emulator.change_ims_settings(|settings| settings.public_refresh_tokens = false);
    assert!(refresh_token().is_none());
    let confidential = SignIn::new(CLIENT_ID, EMAIL);
    let tokens = emulator.user_tokens(&confidential).unwrap();
    assert!(tokens.refresh_token.is_some());
}

#[test]
fn second_use_of_refresh_token_revokes_its_session_only_with_the_setting() {
    let emulator = emulator();
    emulator.change_ims_settings(|settings| {
        settings.refresh_token_reuse = RefreshTokenReuse::EndSession;
    });
    let (used, other) = (refresh_token(&emulator), refresh_token(&emulator));
    let response = refresh(&emulator, "/v3", &used);
    let access_token = text(&response, "access_token");
    let next = text(&response, "refresh_token");
    let valid = |token: &str| validation_result(&emulator, "access_token", CLIENT_ID, token);
    assert_eq!(valid(access_token), "valid");
    assert_eq!(refresh(&emulator, "/v3", &used).error(), REFUSED);
    assert_eq!(refresh(&emulator, "/v3", next).error(), REFUSED);
    assert_eq!(valid(access_token), "revoked");
    assert_eq!(refresh(&emulator, "/v3", &other).status, 200);
}

#[test]
fn refresh_token_expires_to_the_millisecond_and_new_one_has_full_lifetime() {
    for (lifetime, last) in [(None, 14 * 86_400_000 - 1), (Some(2), 1)] {
        let mut builder = builder();
        if let Some(millis) = lifetime {
            builder = builder.refresh_token_lifetime(Duration::from_millis(millis));
        }
        let emulator = builder.start().unwrap();
        let (early, late) = (refresh_token(&emulator), refresh_token(&emulator));
        emulator.clock().advance(Duration::from_millis(last));
        let response = refresh(&emulator, "/v3", &early);
        let next = text(&response, "refresh_token");
        emulator.clock().advance(Duration::from_millis(1));
        assert_eq!(refresh(&emulator, "/v3", &late).error(), REFUSED);
        emulator.clock().advance(Duration::from_millis(last - 1));
        assert_eq!(refresh(&emulator, "/v3", next).status, 200);
    }
}

#[test]
fn new_refresh_token_has_all_scopes_after_request_for_fewer() {
    let emulator = emulator();
    let tokens = emulator.user_tokens(&sign_in(&["openid", "AdobeID"]));
    let token = tokens.unwrap().refresh_token.unwrap();
    let scoped = |token: &str, scope: &str| {
        let pairs = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        request_tokens(&emulator, "/v3", &pairs)
    };
    let beyond = scoped(&token, "openid,email");
    assert_eq!(
        beyond.error(),
        (400, "invalid_scope", "Invalid scope value")
    );
    let response = scoped(&token, "AdobeID");
    assert_eq!(
        decode(text(&response, "access_token")).1["scope"],
        "AdobeID"
    );
    let response = scoped(text(&response, "refresh_token"), "");
    let claims = decode(text(&response, "access_token")).1;
    assert_eq!(claims["scope"], "openid,AdobeID");
}

#[test]
fn other_token_or_client_is_refused_as_refresh_token() {
    let emulator = emulator();
    let mine = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let of_another = emulator.user_tokens(&SignIn::new(PUBLIC, EMAIL)).unwrap();
    for token in ["x", &mine.access_token, &of_another.refresh_token.unwrap()] {
        assert_eq!(refresh(&emulator, "/v3", token).error(), REFUSED);
    }
    let mine = mine.refresh_token.unwrap();
    assert_eq!(refresh(&emulator, "/v3", &mine).status, 200);
}
