//! Who may exchange: clients and their secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::{
    CLIENT_ID, Customer, FORM, SECRET, emulator, form, frozen, hostile, post, send,
};

const BAD_ID: (u16, &str, &str) = (400, "invalid_client", "invalid client_id parameter");
const BAD_SECRET: (u16, &str, &str) = (400, "invalid_client", "invalid client_secret parameter");

#[test]
fn two_secrets_are_valid_at_once_and_nothing_else() {
    let emulator = frozen()
        .account(hostile().client_secret("second"))
        .start()
        .unwrap();
    let customer = Customer::of(&emulator);
    let jwt = customer.sign(&customer.claims());
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
        assert_eq!(exchange(wrong).refusal(), BAD_SECRET, "{wrong}");
    }
    let third = emulator.add_client_secret(CLIENT_ID).unwrap();
    assert_eq!(exchange(SECRET).refusal(), BAD_SECRET, "retired");
    assert_eq!(exchange("second").status, 200);
    assert_eq!(exchange(&third).status, 200);
    assert_eq!(Customer::of(&emulator).client_secret, third);
}

#[test]
fn an_unknown_client_is_told_so_before_anything_else() {
    let emulator = emulator();
    let exchange = |pairs: &[(&str, &str)]| post(&emulator, "/ims/exchange/jwt", FORM, form(pairs));
    assert_eq!(exchange(&[]).refusal(), BAD_ID);
    assert_eq!(exchange(&[("client_id", "client! ID")]).refusal(), BAD_ID);
    assert_eq!(exchange(&[("client_secret", SECRET)]).refusal(), BAD_ID);
    assert_eq!(exchange(&[("client_id", CLIENT_ID)]).refusal(), BAD_SECRET);
    let known = [("client_id", CLIENT_ID), ("client_secret", SECRET)];
    assert_eq!(exchange(&known).refusal().1, "invalid_token");
}

#[test]
fn http_basic_is_read_encoded_and_raw() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let jwt = customer.sign(&customer.claims());
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
    assert_eq!(exchange(CLIENT_ID, "wrong", &[]).refusal(), BAD_SECRET);
    assert_eq!(exchange("wrong", SECRET, &[]).refusal(), BAD_ID);
    let twice = exchange(CLIENT_ID, SECRET, &[("client_secret", "wrong")]);
    assert_eq!(twice.refusal().1, "invalid_request");
}

#[test]
fn the_statuses_that_adobe_documented_are_a_choice() {
    for (documented, status) in [(false, 400), (true, 401)] {
        let emulator = frozen()
            .documented_statuses(documented)
            .account(hostile())
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
            let answer = post(&emulator, "/ims/exchange/jwt", FORM, form(&pairs));
            let (code, error, _) = answer.refusal();
            assert_eq!((code, error), (status, "invalid_client"));
        }
        let answer = post(&emulator, "/ims/exchange/jwt", FORM, "client_id=nobody");
        assert_eq!(answer.refusal(), BAD_ID);
    }
}

#[test]
fn conflicting_duplicates_are_refused_and_equal_ones_are_not() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let good = customer.form(&customer.sign(&customer.claims()));
    let exchange = |uri: &str, body: &str| post(&emulator, uri, FORM, body);
    let path = "/ims/exchange/jwt";
    assert_eq!(exchange(&format!("{path}?{good}"), &good).status, 200);
    for conflict in ["client_id=x", "client_secret=x", "jwt_token=x"] {
        let answer = exchange(&format!("{path}?{conflict}"), &good);
        assert_eq!(answer.refusal().1, "invalid_request", "{conflict}");
        let answer = exchange(path, &format!("{good}&{conflict}"));
        assert_eq!(answer.refusal().1, "invalid_request", "{conflict}");
    }
    assert_eq!(exchange(path, &format!("{good}&client_id=")).status, 200);
    assert_eq!(json!(emulator.tokens_minted()), json!(2));
}
