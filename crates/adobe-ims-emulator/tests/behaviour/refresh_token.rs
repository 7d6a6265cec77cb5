//! Refresh tokens: their rotation and their end.

use std::time::Duration;

use adobe_ims_emulator::{Emulator, GrantType, SignIn};

use crate::support::{CLIENT_ID, decode};
use crate::users::{
    EMAIL, PUBLIC, SCOPES, ask, builder, emulator, refresh, sign_in, text, verdict,
};

const REFUSED: (u16, &str, &str) = (400, "invalid_grant", "Invalid or expired refresh token.");

fn first(emulator: &Emulator) -> String {
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    tokens.refresh_token.unwrap()
}

#[test]
fn each_use_gives_the_next_and_all_versions_do() {
    let emulator = emulator();
    let mut token = first(&emulator);
    for (version, expires_in) in [
        ("", 86_399_998),
        ("/v1", 86_399_998),
        ("/v2", 86_399),
        ("/v3", 86_399),
        ("/v4", 86_399),
    ] {
        let answer = refresh(&emulator, version, &token);
        let access_token = text(&answer, "access_token");
        assert_eq!(answer.json["expires_in"], expires_in);
        assert_eq!(answer.json.get("id_token"), None);
        let claims = decode(access_token).1;
        assert_eq!(claims["user_id"], emulator.people()[0].user_id());
        assert_eq!(
            verdict(&emulator, "refresh_token", CLIENT_ID, &token),
            "revoked"
        );
        token = text(&answer, "refresh_token").to_owned();
        assert_eq!(claims["rtid"], decode(&token).1["id"]);
        assert_eq!(
            verdict(&emulator, "refresh_token", CLIENT_ID, &token),
            "valid"
        );
    }
    assert_eq!(emulator.tokens_minted_by(GrantType::RefreshToken), 5);
    assert_eq!(emulator.tokens_minted(), 6);
}

#[test]
fn a_second_use_of_a_spent_one_kills_its_family_and_no_other() {
    let emulator = emulator();
    let (spent, other) = (first(&emulator), first(&emulator));
    let answer = refresh(&emulator, "/v3", &spent);
    let access_token = text(&answer, "access_token");
    let next = text(&answer, "refresh_token");
    let valid = |token: &str| verdict(&emulator, "access_token", CLIENT_ID, token);
    assert_eq!(valid(access_token), "valid");
    assert_eq!(refresh(&emulator, "/v3", &spent).refusal(), REFUSED);
    assert_eq!(refresh(&emulator, "/v3", next).refusal(), REFUSED);
    assert_eq!(valid(access_token), "revoked");
    assert_eq!(refresh(&emulator, "/v3", &other).status, 200);
}

#[test]
fn it_expires_to_the_millisecond_and_the_next_lives_as_long() {
    for (lifetime, last) in [(None, 14 * 86_400_000 - 1), (Some(2), 1)] {
        let mut builder = builder();
        if let Some(millis) = lifetime {
            builder = builder.refresh_token_lifetime(Duration::from_millis(millis));
        }
        let emulator = builder.start().unwrap();
        let (early, late) = (first(&emulator), first(&emulator));
        emulator.clock().advance(Duration::from_millis(last));
        let answer = refresh(&emulator, "/v3", &early);
        let next = text(&answer, "refresh_token");
        emulator.clock().advance(Duration::from_millis(1));
        assert_eq!(refresh(&emulator, "/v3", &late).refusal(), REFUSED);
        emulator.clock().advance(Duration::from_millis(last - 1));
        assert_eq!(refresh(&emulator, "/v3", next).status, 200);
    }
}

#[test]
fn fewer_scopes_may_be_asked_for_and_the_next_has_all_of_them() {
    let emulator = emulator();
    let tokens = emulator.user_tokens(&sign_in(&["openid", "AdobeID"]));
    let token = tokens.unwrap().refresh_token.unwrap();
    let scoped = |token: &str, scope: &str| {
        let pairs = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        ask(&emulator, "/v3", &pairs)
    };
    let beyond = scoped(&token, "openid,email");
    assert_eq!(
        beyond.refusal(),
        (400, "invalid_scope", "Invalid scope value")
    );
    let answer = scoped(&token, "AdobeID");
    assert_eq!(decode(text(&answer, "access_token")).1["scope"], "AdobeID");
    let answer = scoped(text(&answer, "refresh_token"), "");
    let claims = decode(text(&answer, "access_token")).1;
    assert_eq!(claims["scope"], "openid,AdobeID");
}

#[test]
fn what_is_no_refresh_token_of_the_client_is_refused() {
    let emulator = emulator();
    let mine = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let of_another = emulator.user_tokens(&SignIn::new(PUBLIC, EMAIL)).unwrap();
    for token in ["x", &mine.access_token, &of_another.refresh_token.unwrap()] {
        assert_eq!(refresh(&emulator, "/v3", token).refusal(), REFUSED);
    }
    let mine = mine.refresh_token.unwrap();
    assert_eq!(refresh(&emulator, "/v3", &mine).status, 200);
}
