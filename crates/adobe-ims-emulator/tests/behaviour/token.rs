//! The token that an assertion is exchanged for.

use adobe_ims_emulator::{Clock, Emulator};
use serde_json::{Value, json};

use crate::support::{Customer, NOW, decode, frozen, hostile, now};

#[test]
fn the_same_seed_and_clock_give_the_same_token() {
    let token = |seed| {
        let clock = Clock::at(now());
        let emulator = Emulator::builder().clock(clock).seed(seed).start().unwrap();
        let customer = Customer::of(&emulator);
        (emulator.credentials_json(), customer.token(&emulator))
    };
    assert_eq!(token(7), token(7));
    let (documents, tokens): (Vec<_>, Vec<_>) = [token(7), token(8)].into_iter().unzip();
    assert_ne!(documents[0], documents[1]);
    assert_ne!(tokens[0], tokens[1]);
}

#[test]
fn a_token_has_the_shape_of_adobes_and_the_marks_of_an_emulator() {
    let emulator = frozen()
        .account(hostile().scopes(["openid", "AdobeID"]))
        .start()
        .unwrap();
    let customer = Customer::of(&emulator);
    let answer = customer.exchange(&emulator, &customer.claims());
    assert_eq!(
        answer.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(answer.headers.contains_key("x-debug-id"));
    assert!(
        answer
            .text
            .starts_with(r#"{"token_type":"bearer","access_token":"ey"#)
    );
    assert!(
        answer.text.ends_with(r#"","expires_in":86399998}"#),
        "{}",
        answer.text
    );

    let (header, claims) = decode(answer.json["access_token"].as_str().unwrap());
    let expected = json!({
        "alg": "RS256",
        "x5u": "emulator-key-at-1.cer",
        "kid": "emulator-key-at-1",
        "itt": "at",
    });
    assert_eq!(header, expected);
    assert_eq!(claims["type"], "access_token");
    assert_eq!(claims["client_id"], json!(customer.client_id));
    assert_eq!(claims["user_id"], json!(customer.id));
    assert_eq!(claims["as"], "ims-na1");
    assert_eq!(claims["ctp"], 0);
    assert_eq!(claims["scope"], "openid,AdobeID");
    assert_eq!(claims["created_at"], json!((NOW * 1000).to_string()));
    assert_eq!(claims["expires_in"], "86400000");
    let state: Value = serde_json::from_str(claims["state"].as_str().unwrap()).unwrap();
    assert_eq!(state["env"], "prod");
    assert!(claims["id"].as_str().unwrap().ends_with("_emulator"));
    for absent in ["exp", "iat", "iss", "aud"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
}
