//! Questions about, and the end of, every kind of token.

use std::time::Duration;

use adobe_ims_emulator::Emulator;

use crate::support::{Answer, CLIENT_ID, FORM, SECRET, form, post};
use crate::users::{PUBLIC, SCOPES, emulator, redeem, refresh, sign_in, verdict};

const DEAD: (u16, &str, &str) = (400, "invalid_parameter_value", "Invalid or expired token.");

fn invalidate(emulator: &Emulator, kind: &str, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut pairs = vec![
        ("token_type", kind),
        ("client_id", CLIENT_ID),
        ("token", token),
    ];
    pairs.extend(more);
    post(emulator, "/ims/invalidate_token/v2", FORM, form(&pairs))
}

fn one_of_each(emulator: &Emulator) -> [(&'static str, String); 5] {
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let code = emulator.authorization_code(&sign_in(&SCOPES)).unwrap();
    let device = emulator.device_token(&sign_in(&SCOPES), "device").unwrap();
    let service = emulator.add_service_code(CLIENT_ID).unwrap();
    [
        ("access_token", tokens.access_token),
        ("refresh_token", tokens.refresh_token.unwrap()),
        ("authorization_code", code),
        ("device_token", device),
        ("service_token", service),
    ]
}

#[test]
fn each_is_valid_as_what_it_is_and_as_nothing_else() {
    let emulator = emulator();
    let tokens = one_of_each(&emulator);
    for (kind, token) in &tokens {
        for (asked, _) in &tokens {
            let verdict = verdict(&emulator, asked, CLIENT_ID, token);
            match (asked == kind, *asked, *kind) {
                (true, ..) => assert_eq!(verdict, "valid", "{kind}"),
                (_, "authorization_code", "service_token") => assert_eq!(verdict, "revoked"),
                _ => assert_eq!(verdict, "bad_type", "{kind} as {asked}"),
            }
        }
        assert_eq!(verdict(&emulator, kind, PUBLIC, token), "bad_client_id");
        let (start, _) = token.rsplit_once('.').unwrap();
        let forged = format!("{start}.c2ln");
        assert_eq!(
            verdict(&emulator, kind, CLIENT_ID, &forged),
            "bad_signature"
        );
    }
}

#[test]
fn each_expires_at_its_own_time() {
    let emulator = emulator();
    let tokens = one_of_each(&emulator);
    let mut passed = 0;
    for (kind, millis) in [(2, 600_000), (0, 86_400_000), (1, 14 * 86_400_000)] {
        let (kind, token) = &tokens[kind];
        let ask = || verdict(&emulator, kind, CLIENT_ID, token);
        let clock = emulator.clock();
        clock.advance(Duration::from_millis(millis - 1 - passed));
        assert_eq!(ask(), "valid", "{kind}");
        clock.advance(Duration::from_millis(1));
        assert_eq!(ask(), "expired", "{kind}");
        passed = millis;
    }
    assert_eq!(
        verdict(&emulator, "device_token", CLIENT_ID, &tokens[3].1),
        "expired"
    );
    assert_eq!(
        verdict(&emulator, "service_token", CLIENT_ID, &tokens[4].1),
        "valid"
    );
}

#[test]
fn a_refresh_token_takes_its_access_tokens_along_only_if_asked() {
    for (more, access) in [(&[][..], "valid"), (&[("cascading", "all")], "revoked")] {
        let emulator = emulator();
        let mine = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
        let others = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
        let token = mine.refresh_token.unwrap();
        let answer = invalidate(&emulator, "refresh_token", &token, more);
        assert_eq!((answer.status, &*answer.text), (200, ""));
        assert_eq!(refresh(&emulator, "/v3", &token).status, 400);
        let ask = |token: &str| verdict(&emulator, "access_token", CLIENT_ID, token);
        assert_eq!(ask(&mine.access_token), access);
        assert_eq!(ask(&others.access_token), "valid");
        let again = invalidate(&emulator, "refresh_token", &token, more);
        assert_eq!(again.refusal(), DEAD);
    }
}

#[test]
fn a_service_token_needs_the_secret_and_a_device_token_does_not() {
    let emulator = emulator();
    let tokens = one_of_each(&emulator);
    let (kind, service) = &tokens[4];
    let bare = invalidate(&emulator, kind, service, &[]);
    let no_secret = (400, "invalid_client", "invalid client_secret parameter");
    assert_eq!(bare.refusal(), no_secret);
    assert_eq!(redeem(&emulator, "/v3", service).status, 200);
    let secret = [("client_secret", SECRET)];
    assert_eq!(invalidate(&emulator, kind, "x", &secret).refusal(), DEAD);
    assert_eq!(invalidate(&emulator, kind, service, &secret).status, 200);
    assert_eq!(redeem(&emulator, "/v3", service).status, 400);
    let verdict = |kind, token| verdict(&emulator, kind, CLIENT_ID, token);
    assert_eq!(verdict("service_token", service), "revoked");

    let (kind, device) = &tokens[3];
    assert_eq!(invalidate(&emulator, kind, device, &[]).status, 200);
    assert_eq!(verdict("device_token", device), "revoked");
    let promise = invalidate(&emulator, "promise_token", device, &[]);
    assert_eq!(promise.refusal(), DEAD);
}

#[test]
fn a_code_that_is_no_jws_can_be_registered_and_asked_about() {
    let client = adobe_ims_emulator::OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .grants([adobe_ims_emulator::GrantType::AuthorizationCode])
        .service_code("static?&=code");
    let emulator = crate::support::frozen()
        .oauth_client(client)
        .start()
        .unwrap();
    assert_eq!(redeem(&emulator, "/v2", "static?&=code").status, 200);
    let verdict = verdict(&emulator, "service_token", CLIENT_ID, "static?&=code");
    assert_eq!(verdict, "valid");
}
