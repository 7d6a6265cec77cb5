//! Made-up tokens: `POST /_emu/tokens`, and the same by the handle.

use adobe_ims_emulator::{CustomToken, Emulator, RegistrationError, TokenEnvironment, TokenSigner};
use http::Request;
use serde_json::{Value, json};

use crate::support::{
    CLIENT_ID, TestResponse, control, decode, emulator, frozen_builder, get, send,
};
use crate::user_clients::{assert_published_key, validation_result};

fn make(emulator: &Emulator, body: &Value) -> Value {
    let response = control(emulator, "POST", "tokens", body);
    assert_eq!(response.status, 201, "{body}: {}", response.text);
    response.json
}

fn bearer(emulator: &Emulator, path: &str, token: &str) -> TestResponse {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"")
}

/// Returns the results of a token at IMS, at AEM and at the profile.
fn results(emulator: &Emulator, token: &str) -> (String, u16, u16) {
    (
        validation_result(emulator, "access_token", CLIENT_ID, token),
        bearer(emulator, "/api/assets.json", token).status,
        bearer(emulator, "/ims/profile/v1", token).status,
    )
}

#[test]
fn right_token_works_everywhere() {
    let emulator = emulator();
    let account = emulator.accounts().remove(0);
    emulator.grant_aem_rights(account.technical_account_id());
    for body in [
        json!({"account": CLIENT_ID}),
        json!({"account": account.technical_account_id()}),
        json!({"client": CLIENT_ID, "environment": "production", "signed_by": "ims"}),
        json!({"account": CLIENT_ID, "claims": {"custom": {"a": 1}}, "expired": false}),
    ] {
        let made = make(&emulator, &body);
        let token = made["access_token"].as_str().unwrap();
        assert_eq!(
            results(&emulator, token),
            ("valid".to_owned(), 200, 200),
            "{body}"
        );
        assert_published_key(&emulator, token);
        let claims = decode(token).1;
        assert_eq!(made["token_id"], claims["id"]);
        assert_eq!(made["expires_at"], "2027-01-16T08:00:00.000Z");
        assert_eq!(claims["user_id"], account.technical_account_id());
    }
    // No client asked for these tokens.
    assert_eq!(emulator.tokens_minted(), 0);
    assert_eq!(get(&emulator, "/_emu/health").json["tokens_minted"], 0);
}

#[test]
fn wrong_token_is_refused_as_ims_does() {
    let emulator = emulator();
    let account = emulator.accounts().remove(0);
    emulator.grant_aem_rights(account.technical_account_id());
    for (wrong, reason) in [
        (json!({"expired": true}), "expired"),
        (json!({"signed_by": "other"}), "bad_signature"),
        (json!({"signed_by": "none"}), "bad_signature"),
        (json!({"environment": "stage"}), "bad_signature"),
        (json!({"claims": {"type": "refresh_token"}}), "bad_type"),
        (json!({"claims": {"type": null}}), "bad_type"),
        (json!({"claims": {"expires_in": "0"}}), "expired"),
        (json!({"claims": {"created_at": null}}), "expired"),
        (json!({"claims": {"created_at": 5}}), "expired"),
        (
            json!({"claims": {"created_at": i128::MAX.to_string(), "expires_in": i128::MAX.to_string()}}),
            "expired",
        ),
    ] {
        let mut body = wrong.clone();
        body["account"] = json!(CLIENT_ID);
        let made = make(&emulator, &body);
        let token = made["access_token"].as_str().unwrap();
        assert_eq!(
            results(&emulator, token),
            (reason.to_owned(), 401, 401),
            "{wrong}"
        );
        let profile = bearer(&emulator, "/ims/profile/v1", token);
        let expected = (401, "invalid_token", "Invalid or expired token.");
        assert_eq!(profile.error(), expected, "{wrong}");
    }
}

#[test]
fn claims_of_the_test_replace_those_of_ims() {
    let emulator = emulator();
    let claim = |claims: Value| {
        let made = make(&emulator, &json!({"account": CLIENT_ID, "claims": claims}));
        made["access_token"].as_str().unwrap().to_owned()
    };
    let other_client = claim(json!({"client_id": "x"}));
    assert_eq!(
        results(&emulator, &other_client),
        ("valid".to_owned(), 401, 200)
    );
    let nobody = claim(json!({"user_id": "x@AdobeID"}));
    assert_eq!(results(&emulator, &nobody), ("valid".to_owned(), 401, 401));
    let made = make(
        &emulator,
        &json!({"account": CLIENT_ID, "claims": {"id": null, "expires_in": "x", "as": "é"}}),
    );
    assert_eq!(
        (&made["token_id"], &made["expires_at"]),
        (&Value::Null, &Value::Null)
    );
    let claims = decode(made["access_token"].as_str().unwrap()).1;
    assert_eq!(claims["as"], "é");
    assert_eq!(claims.get("id"), None);
    let scopes = json!({"account": CLIENT_ID, "scopes": ["x", "y"]});
    let token = make(&emulator, &scopes)["access_token"].clone();
    assert_eq!(decode(token.as_str().unwrap()).1["scope"], "x,y");
}

#[test]
fn token_of_another_environment_names_it() {
    let published = |emulator: &Emulator, token: &str| {
        let keys = get(emulator, "/ims/keys").json;
        let (header, claims) = decode(token);
        let mut keys = keys["keys"].as_array().unwrap().iter();
        let is_published = keys.any(|key| key["kid"] == header["kid"]);
        (claims["as"].as_str().unwrap().to_owned(), is_published)
    };
    let environments = [TokenEnvironment::Production, TokenEnvironment::Stage];
    let stage = frozen_builder().ims_endpoint("ims-na1-stg1.adobelogin.com");
    for (emulator, right) in [(emulator(), 0), (stage.start().unwrap(), 1)] {
        let client = emulator.accounts()[0].client_id().to_owned();
        for (index, environment) in environments.into_iter().enumerate() {
            let token = CustomToken::for_account(&client).environment(environment);
            let token = emulator.custom_token(&token).unwrap().access_token;
            let label = ["ims-na1", "ims-na1-stg1"][index].to_owned();
            let is_right = index == right;
            assert_eq!(published(&emulator, &token), (label, is_right));
            let result = validation_result(&emulator, "access_token", &client, &token);
            assert_eq!(result, if is_right { "valid" } else { "bad_signature" });
        }
    }
    // The key id is the emulator's if only the signature is another's.
    let emulator = emulator();
    let forged = CustomToken::for_account(CLIENT_ID).signed_by(TokenSigner::Other);
    let forged = emulator.custom_token(&forged).unwrap().access_token;
    assert!(published(&emulator, &forged).1);
    let unsigned = CustomToken::for_account(CLIENT_ID).signed_by(TokenSigner::None);
    let unsigned = emulator.custom_token(&unsigned).unwrap().access_token;
    assert_eq!(decode(&unsigned).0, json!({"alg": "none"}));
    assert!(unsigned.ends_with('.'));
}

#[test]
fn token_of_a_person_names_client_and_session() {
    let emulator = crate::user_clients::emulator();
    let person = emulator.people().remove(0);
    for (body, client) in [
        (json!({"person": person.email()}), CLIENT_ID),
        (
            json!({"person": person.user_id(), "client": crate::user_clients::PUBLIC}),
            crate::user_clients::PUBLIC,
        ),
    ] {
        let made = make(&emulator, &body);
        let token = made["access_token"].as_str().unwrap();
        let claims = decode(token).1;
        assert_eq!(claims["client_id"], client);
        assert_eq!(claims["user_id"], person.user_id());
        assert!(claims["sid"].as_str().unwrap().ends_with("_emulator"));
        assert_eq!(
            validation_result(&emulator, "access_token", client, token),
            "valid"
        );
        let profile = bearer(&emulator, "/ims/profile/v1", token);
        assert_eq!(profile.json["email"], person.email());
    }
}

#[test]
fn impossible_token_is_refused_with_its_place() {
    let emulator = emulator();
    for (body, status, part) in [
        (json!({}), 400, "it has none of account, client and person"),
        (json!({"account": "x", "client": "y"}), 400, "at account"),
        (json!({"account": "no/body"}), 404, "no/body"),
        (json!({"client": "no/body"}), 404, "no/body"),
        (json!({"person": "no/body"}), 404, "no/body"),
        (
            json!({"client": CLIENT_ID, "signed_by": "me"}),
            400,
            "at signed_by",
        ),
        (
            json!({"client": CLIENT_ID, "environment": "x"}),
            400,
            "at environment",
        ),
        (json!({"client": CLIENT_ID, "claims": []}), 400, "at claims"),
        (
            json!({"client": CLIENT_ID, "exp": 5}),
            400,
            "at exp: unknown field",
        ),
    ] {
        let response = control(&emulator, "POST", "tokens", &body);
        assert_eq!(response.status, status, "{body}: {}", response.text);
        let description = response.error().2;
        assert!(description.contains(part), "{description}");
    }
    let unknown = RegistrationError::UnknownAccount("x".to_owned());
    let error = emulator.custom_token(&CustomToken::for_account("x"));
    assert_eq!(error.unwrap_err(), unknown);
}
