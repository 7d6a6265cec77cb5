//! The access tokens of the JWT exchange.

use adobe_ims_emulator::{Clock, Emulator};
use serde_json::{Value, json};

use crate::support::{AssertionSigner, NOW, decode, frozen_builder, hostile_account, now};

#[test]
fn same_seed_and_clock_give_same_token() {
    let token = |seed| {
        let clock = Clock::at(now());
        let emulator = Emulator::builder().clock(clock).seed(seed).start().unwrap();
        let signer = AssertionSigner::of(&emulator);
        (emulator.credentials_json(), signer.token(&emulator))
    };
    assert_eq!(token(7), token(7));
    let (documents, tokens): (Vec<_>, Vec<_>) = [token(7), token(8)].into_iter().unzip();
    assert_ne!(documents[0], documents[1]);
    assert_ne!(tokens[0], tokens[1]);
}

#[test]
fn token_has_adobe_form_and_emulator_marks() {
    let emulator = frozen_builder()
        .account(hostile_account().scopes(["openid", "AdobeID"]))
        .start()
        .unwrap();
    let signer = AssertionSigner::of(&emulator);
    let response = signer.exchange(&emulator, &signer.claims());
    assert_eq!(
        response.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    assert_eq!(response.headers["cache-control"], "no-store");
    assert!(response.headers.contains_key("x-debug-id"));
    assert!(
        response
            .text
            .starts_with(r#"{"token_type":"bearer","access_token":"ey"#)
    );
    assert!(
        response.text.ends_with(r#"","expires_in":86399998}"#),
        "{}",
        response.text
    );

    let (header, claims) = decode(response.json["access_token"].as_str().unwrap());
    let expected = json!({
        "alg": "RS256",
        "x5u": "emulator-key-at-1.cer",
        "kid": "emulator-key-at-1",
        "itt": "at",
    });
    assert_eq!(header, expected);
    assert_eq!(claims["type"], "access_token");
    assert_eq!(claims["client_id"], json!(signer.client_id));
    assert_eq!(claims["user_id"], json!(signer.id));
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
