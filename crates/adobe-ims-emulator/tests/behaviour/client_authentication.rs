//! Client authentication at the JWT exchange.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, emulator, form, frozen_builder, hostile_account,
    post, send,
};

const BAD_ID: (u16, &str, &str) = (400, "invalid_client", "invalid client_id parameter");
const BAD_SECRET: (u16, &str, &str) = (400, "invalid_client", "invalid client_secret parameter");

#[test]
fn both_secrets_are_valid_and_others_refused() {
    let emulator = frozen_builder()
        .account(hostile_account().client_secret("second"))
        .start()
        .unwrap();
    let signer = AssertionSigner::of(&emulator);
    let jwt = signer.sign(&signer.claims());
    let exchange = |secret: &str| {
        let pairs = [
            ("client_id", CLIENT_ID),
            ("client_secret", secret),
            ("jwt_token", &jwt),
        ];
        post(&emulator, "/ims/exchange/jwt", FORM, form(&pairs))
    };
    assert_eq!(exchange(SECRET).status, 200);
    assert_eq!(exchange("second").status, 200);
    let joined = format!("{SECRET},second");
    for wrong in [&joined, "third", "", " second", "Second"] {
        assert_eq!(exchange(wrong).error(), BAD_SECRET, "{wrong}");
    }
    assert_eq!(emulator.remove_client_secret(CLIENT_ID, 0), Ok(true));
    let third = emulator.add_client_secret(CLIENT_ID).unwrap();
    assert_eq!(exchange(SECRET).error(), BAD_SECRET, "retired");
    assert_eq!(exchange("second").status, 200);
    assert_eq!(exchange(&third).status, 200);
    assert_eq!(AssertionSigner::of(&emulator).client_secret, third);
}

#[test]
fn unknown_client_is_reported_before_other_errors() {
    let emulator = emulator();
    let exchange = |pairs: &[(&str, &str)]| post(&emulator, "/ims/exchange/jwt", FORM, form(pairs));
    assert_eq!(exchange(&[]).error(), BAD_ID);
    assert_eq!(exchange(&[("client_id", "client! ID")]).error(), BAD_ID);
    assert_eq!(exchange(&[("client_secret", SECRET)]).error(), BAD_ID);
    let lost = (500, "internal_error", "Please try again later");
    assert_eq!(exchange(&[("client_id", CLIENT_ID)]).error(), lost);
    for more in ["client_secret", "jwt_token"] {
        let pairs = [("client_id", CLIENT_ID), (more, "x")];
        assert_eq!(exchange(&pairs).error(), BAD_SECRET);
    }
    let known = [("client_id", CLIENT_ID), ("client_secret", SECRET)];
    assert_eq!(exchange(&known).error().1, "invalid_token");
}

#[test]
fn http_basic_is_accepted_encoded_and_raw() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let jwt = signer.sign(&signer.claims());
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let exchange = |id: &str, secret: &str, more: &[(&str, &str)]| {
        let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let mut pairs = vec![("jwt_token", jwt.as_str())];
        pairs.extend(more);
        let request = http::Request::post("/ims/exchange/jwt").header("authorization", basic);
        send(&emulator, request, form(&pairs).as_bytes())
    };
    assert_eq!(exchange(CLIENT_ID, SECRET, &[]).status, 200);
    assert_eq!(
        exchange(&encode(CLIENT_ID), &encode(SECRET), &[]).status,
        200
    );
    assert_eq!(
        exchange(CLIENT_ID, SECRET, &[("client_id", CLIENT_ID)]).status,
        200
    );
    assert_eq!(exchange(CLIENT_ID, "wrong", &[]).error(), BAD_SECRET);
    assert_eq!(exchange("wrong", SECRET, &[]).error(), BAD_ID);
    let twice = exchange(CLIENT_ID, SECRET, &[("client_secret", "wrong")]);
    assert_eq!(twice.error().1, "invalid_request");
}

#[test]
fn documented_statuses_replace_observed_ones() {
    for (documented, status) in [(false, 400), (true, 401)] {
        let emulator = frozen_builder()
            .documented_statuses(documented)
            .account(hostile_account())
            .account(
                adobe_ims_emulator::Account::new()
                    .client_id("bare")
                    .client_secret("s")
                    .without_exchange(),
            )
            .start()
            .unwrap();
        for pairs in [
            [("client_id", CLIENT_ID), ("client_secret", "wrong")],
            [("client_id", "bare"), ("client_secret", "s")],
        ] {
            let response = post(&emulator, "/ims/exchange/jwt", FORM, form(&pairs));
            let (code, error, _) = response.error();
            assert_eq!((code, error), (status, "invalid_client"));
        }
        let response = post(&emulator, "/ims/exchange/jwt", FORM, "client_id=nobody");
        assert_eq!(response.error(), BAD_ID);
    }
}

#[test]
fn conflicting_duplicate_parameters_are_refused() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let good = signer.form(&signer.sign(&signer.claims()));
    let exchange = |uri: &str, body: &str| post(&emulator, uri, FORM, body);
    let path = "/ims/exchange/jwt";
    assert_eq!(exchange(&format!("{path}?{good}"), &good).status, 200);
    for conflict in ["client_id=x", "client_secret=x", "jwt_token=x"] {
        let response = exchange(&format!("{path}?{conflict}"), &good);
        assert_eq!(response.error().1, "invalid_request", "{conflict}");
        let response = exchange(path, &format!("{good}&{conflict}"));
        assert_eq!(response.error().1, "invalid_request", "{conflict}");
    }
    assert_eq!(exchange(path, &format!("{good}&client_id=")).status, 200);
    assert_eq!(json!(emulator.tokens_minted()), json!(2));
}
