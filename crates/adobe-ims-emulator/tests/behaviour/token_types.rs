//! The validation and the end of tokens of every type.

use std::time::Duration;

use adobe_ims_emulator::Emulator;

use crate::support::{CLIENT_ID, FORM, SECRET, TestResponse, form, post};
use crate::user_clients::{PUBLIC, SCOPES, emulator, redeem, refresh, sign_in, validation_result};

const INVALID: (u16, &str, &str) = (400, "invalid_parameter_value", "Invalid or expired token.");

fn invalidate(emulator: &Emulator, kind: &str, token: &str, more: &[(&str, &str)]) -> TestResponse {
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
fn token_is_valid_as_its_own_type_only() {
    let emulator = emulator();
    let tokens = one_of_each(&emulator);
    for (kind, token) in &tokens {
        for (asked, _) in &tokens {
            let validation_result = validation_result(&emulator, asked, CLIENT_ID, token);
            match (asked == kind, *asked, *kind) {
                (true, ..) => assert_eq!(validation_result, "valid", "{kind}"),
                (_, "authorization_code", "service_token") => {
                    assert_eq!(validation_result, "revoked")
                }
                _ => assert_eq!(validation_result, "bad_type", "{kind} as {asked}"),
            }
        }
        let of_other = if *kind == "access_token" {
            "valid"
        } else {
            "bad_client_id"
        };
        assert_eq!(validation_result(&emulator, kind, PUBLIC, token), of_other);
        emulator.change_ims_settings(|settings| settings.validation_of_other_clients = false);
        assert_eq!(
            validation_result(&emulator, kind, PUBLIC, token),
            "bad_client_id"
        );
        emulator.change_ims_settings(|settings| settings.validation_of_other_clients = true);
        let (start, _) = token.rsplit_once('.').unwrap();
        let forged = format!("{start}.c2ln");
        assert_eq!(
            validation_result(&emulator, kind, CLIENT_ID, &forged),
            "bad_signature"
        );
    }
}

#[test]
fn each_token_type_has_its_own_lifetime() {
    let emulator = emulator();
    let tokens = one_of_each(&emulator);
    let mut passed = 0;
    for (kind, millis) in [(2, 600_000), (0, 86_400_000), (1, 14 * 86_400_000)] {
        let (kind, token) = &tokens[kind];
        let validate = || validation_result(&emulator, kind, CLIENT_ID, token);
        let clock = emulator.clock();
        clock.advance(Duration::from_millis(millis - 1 - passed));
        assert_eq!(validate(), "valid", "{kind}");
        clock.advance(Duration::from_millis(1));
        assert_eq!(validate(), "expired", "{kind}");
        passed = millis;
    }
    assert_eq!(
        validation_result(&emulator, "device_token", CLIENT_ID, &tokens[3].1),
        "expired"
    );
    assert_eq!(
        validation_result(&emulator, "service_token", CLIENT_ID, &tokens[4].1),
        "valid"
    );
}

#[test]
fn cascading_revocation_ends_access_tokens_of_refresh_token() {
    for (more, access) in [(&[][..], "valid"), (&[("cascading", "all")], "revoked")] {
        let emulator = emulator();
        let mine = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
        let others = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
        let token = mine.refresh_token.unwrap();
        let response = invalidate(&emulator, "refresh_token", &token, more);
        assert_eq!((response.status, &*response.text), (200, ""));
        assert_eq!(refresh(&emulator, "/v3", &token).status, 400);
        let validate = |token: &str| validation_result(&emulator, "access_token", CLIENT_ID, token);
        assert_eq!(validate(&mine.access_token), access);
        assert_eq!(validate(&others.access_token), "valid");
        let again = invalidate(&emulator, "refresh_token", &token, more);
        assert_eq!(again.error(), INVALID);
    }
}

#[test]
fn only_service_token_needs_client_secret_for_invalidation() {
    let emulator = emulator();
    let tokens = one_of_each(&emulator);
    let (kind, service) = &tokens[4];
    let bare = invalidate(&emulator, kind, service, &[]);
    let no_secret = (400, "invalid_client", "invalid client_secret parameter");
    assert_eq!(bare.error(), no_secret);
    assert_eq!(redeem(&emulator, "/v3", service).status, 200);
    let secret = [("client_secret", SECRET)];
    assert_eq!(invalidate(&emulator, kind, "x", &secret).error(), INVALID);
    assert_eq!(invalidate(&emulator, kind, service, &secret).status, 200);
    assert_eq!(redeem(&emulator, "/v3", service).status, 400);
    let validation_result = |kind, token| validation_result(&emulator, kind, CLIENT_ID, token);
    assert_eq!(validation_result("service_token", service), "revoked");

    let (kind, device) = &tokens[3];
    assert_eq!(invalidate(&emulator, kind, device, &[]).status, 200);
    assert_eq!(validation_result("device_token", device), "revoked");
    let promise = invalidate(&emulator, "promise_token", device, &[]);
    assert_eq!(promise.error(), INVALID);
}

#[test]
fn service_code_that_is_not_a_jws_can_be_registered_and_validated() {
    let client = adobe_ims_emulator::OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .grants([adobe_ims_emulator::GrantType::AuthorizationCode])
        .service_code("static?&=code");
    let emulator = crate::support::frozen_builder()
        .oauth_client(client)
        .start()
        .unwrap();
    assert_eq!(redeem(&emulator, "/v2", "static?&=code").status, 200);
    let validation_result =
        validation_result(&emulator, "service_token", CLIENT_ID, "static?&=code");
    assert_eq!(validation_result, "valid");
}
