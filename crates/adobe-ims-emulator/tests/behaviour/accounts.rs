//! Service accounts: `/_emu/accounts`, and the same by the handle.

use std::time::Duration;

use adobe_ims_emulator::identities::AccountChanges;
use adobe_ims_emulator::{Account, CustomToken, Emulator, RegistrationError};
use serde_json::{Value, json};

use crate::support::{
    AssertionSigner, CLIENT_ID, NOW, SECRET, control, emulator, frozen_builder, percent_encoded,
};
use crate::user_clients::validation_result;

const OTHER: &str = "other!+ID/ü";

pub(crate) fn add(emulator: &Emulator, account: &Value) -> Value {
    let response = control(emulator, "POST", "accounts", account);
    assert_eq!(response.status, 201, "{}", response.text);
    response.json
}

pub(crate) fn path(id: &str) -> String {
    format!("accounts/{}", percent_encoded(id))
}

pub(crate) fn signer(answer: &Value) -> AssertionSigner {
    AssertionSigner::from_document(&answer["document"].to_string())
}

/// Returns the status of an exchange.
pub(crate) fn exchange(emulator: &Emulator, signer: &AssertionSigner) -> u16 {
    let response = signer.exchange(emulator, &signer.claims());
    let metascope = "https://ims-na1.adobelogin.com/s/ent_aem_cloud_api";
    assert!(signer.claims()[metascope] == true);
    response.status
}

#[test]
fn account_is_registered_with_its_document() {
    let emulator = frozen_builder().start().unwrap();
    let answer = add(
        &emulator,
        &json!({
            "client_id": OTHER,
            "client_secrets": ["first", SECRET],
            "technical_account_id": "T@techacct.adobe.com",
            "email": "t@techacct.adobe.com",
            "organization": "O@AdobeOrg",
            "metascopes": ["ent_aem_cloud_api", "ent_user_sdk"],
            "scopes": ["openid"],
        }),
    );
    assert_eq!(answer["client_secret"], SECRET);
    let signer = signer(&answer);
    assert_eq!(signer.client_id, OTHER);
    assert_eq!(signer.client_secret, SECRET);
    assert_eq!(
        answer["document"],
        json!(
            serde_json::from_str::<Value>(&emulator.credentials_json_of(OTHER).unwrap()).unwrap()
        )
    );
    signer.token(&emulator);

    let expected = json!({
        "client_id": OTHER,
        "technical_account_id": "T@techacct.adobe.com",
        "email": "t@techacct.adobe.com",
        "organization": "O@AdobeOrg",
        "metascopes": ["ent_aem_cloud_api", "ent_user_sdk"],
        "scopes": ["openid"],
        "grants": ["jwt_exchange"],
        "demand_jti": false,
        "migrated": false,
        "secrets": {"count": 2, "numbers": [0, 1]},
        "certificates": [{
            "fingerprint": answer["certificates"][0]["fingerprint"],
            "not_after": "2028-01-15T08:00:00.000Z",
            "current": true,
        }],
    });
    for id in [OTHER, "T@techacct.adobe.com"] {
        let shown = control(&emulator, "GET", &path(id), &Value::Null);
        assert_eq!((shown.status, &shown.json), (200, &expected), "{id}");
    }
    let list = control(&emulator, "GET", "accounts", &Value::Null);
    assert_eq!(list.json["accounts"][1], expected);
    assert_eq!(list.json["accounts"].as_array().unwrap().len(), 2);
    for secret in ["first", "SECRET", "PRIVATE"] {
        assert!(!list.text.contains(secret), "{secret}");
    }
    let handle = emulator.account("T@techacct.adobe.com").unwrap();
    assert_eq!(handle.client_id(), OTHER);
    assert_eq!(handle.secret_numbers(), [0, 1]);
}

#[test]
fn key_and_certificate_of_the_caller_are_used() {
    let elsewhere = emulator();
    let document: Value = serde_json::from_str(&elsewhere.credentials_json()).unwrap();
    let integration = &document["integration"];
    let emulator = frozen_builder().seed(2).start().unwrap();
    let known = json!({
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "technical_account_id": integration["id"],
        "organization": integration["org"],
        "certificates": [integration["publicKey"]],
    });
    let answer = add(&emulator, &known);
    assert_eq!(answer["document"], Value::Null);
    AssertionSigner::of(&elsewhere).token(&emulator);

    let own_key = json!({"private_key": integration["privateKey"]});
    let answer = add(&emulator, &own_key);
    assert_eq!(
        answer["document"]["integration"]["privateKey"],
        integration["privateKey"]
    );
    signer(&answer).token(&emulator);
}

#[test]
fn certificates_overlap_and_retire() {
    let emulator = emulator();
    let account = path(CLIENT_ID);
    let certificates = format!("{account}/certificates");
    let old = AssertionSigner::of(&emulator);
    let shown = control(&emulator, "GET", &account, &Value::Null).json;
    let old_fingerprint = shown["certificates"][0]["fingerprint"].clone();
    let answer = control(&emulator, "POST", &certificates, &json!({}));
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json["current"], true);
    let new = signer(&answer.json);
    assert_eq!(
        (exchange(&emulator, &old), exchange(&emulator, &new)),
        (200, 200)
    );
    assert_eq!(AssertionSigner::of(&emulator).client_secret, SECRET);

    // As OpenSSL prints it.
    let printed = old_fingerprint.as_str().unwrap().to_uppercase();
    let pairs: Vec<&str> = (0..32).map(|at| &printed[2 * at..2 * at + 2]).collect();
    let retire = format!("{certificates}/{}", percent_encoded(&pairs.join(":")));
    assert_eq!(
        control(&emulator, "DELETE", &retire, &Value::Null).status,
        204
    );
    assert_eq!(
        (exchange(&emulator, &old), exchange(&emulator, &new)),
        (400, 200)
    );
    let refused = old.exchange(&emulator, &old.claims());
    assert_eq!(refused.error().1, "invalid_token");

    let again = control(&emulator, "DELETE", &retire, &Value::Null);
    let (status, error, description) = again.error();
    assert_eq!((status, error), (404, "not_found"));
    assert!(description.contains(&pairs.join(":")), "{description}");

    // An attached certificate is in force beside the other.
    let elsewhere = frozen_builder()
        .account(Account::new().client_id("x"))
        .start()
        .unwrap();
    let document: Value = serde_json::from_str(&elsewhere.credentials_json()).unwrap();
    let attach = json!({"certificate": document["integration"]["publicKey"]});
    let answer = control(&emulator, "POST", &certificates, &attach);
    assert_eq!(
        (answer.status, &answer.json["current"]),
        (201, &json!(false))
    );
    assert_eq!(
        (exchange(&emulator, &old), exchange(&emulator, &new)),
        (200, 200)
    );
    let taken = control(&emulator, "POST", &certificates, &attach);
    assert_eq!((taken.status, taken.error().1), (409, "conflict"));
    let unreadable = control(
        &emulator,
        "POST",
        &certificates,
        &json!({"certificate": "x"}),
    );
    assert_eq!(unreadable.error().1, "invalid_request");
}

#[test]
fn document_falls_back_to_the_newest_key_in_force() {
    let emulator = emulator();
    let first = emulator.credentials_json();
    let added = emulator.add_key(CLIENT_ID).unwrap();
    assert_ne!(emulator.credentials_json(), first);
    assert_eq!(emulator.retire_certificate(CLIENT_ID, &added), Ok(true));
    assert_eq!(emulator.credentials_json(), first);
    let last = emulator.accounts()[0].certificates()[0].fingerprint.clone();
    assert_eq!(emulator.retire_certificate(CLIENT_ID, &last), Ok(true));
    assert_eq!(emulator.credentials_json_of(CLIENT_ID), None);
    assert_eq!(emulator.accounts().len(), 1, "the account stays");
    let old = AssertionSigner::from_document(&first);
    assert_eq!(exchange(&emulator, &old), 400);
    emulator.add_key(CLIENT_ID).unwrap();
    AssertionSigner::of(&emulator).token(&emulator);
    let unknown = RegistrationError::UnknownAccount("nobody".to_owned());
    assert_eq!(emulator.retire_certificate("nobody", &last), Err(unknown));
}

#[test]
fn changes_take_effect_and_bad_ones_change_nothing() {
    let emulator = emulator();
    let account = path(CLIENT_ID);
    let signer = AssertionSigner::of(&emulator);
    let changes = json!({"metascopes": ["ent_user_sdk"], "scopes": ["openid"]});
    let changed = control(&emulator, "PATCH", &account, &changes);
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json["metascopes"], json!(["ent_user_sdk"]));
    let refused = signer.exchange(&emulator, &signer.claims());
    assert_eq!(refused.error().1, "invalid_scope");
    let back = AccountChanges::new().metascopes(["ent_aem_cloud_api"]);
    emulator
        .update_account(CLIENT_ID, back.demand_jti(true))
        .unwrap();
    let refused = signer.exchange(&emulator, &signer.claims());
    assert_eq!(refused.error().1, "invalid_jti");
    let claims = signer.claims_with("jti", json!("1"));
    assert_eq!(signer.exchange(&emulator, &claims).status, 200);

    let before = control(&emulator, "GET", &account, &Value::Null).json;
    let person = emulator.people()[0].email().to_owned();
    for (body, status, place) in [
        (
            json!({"client_id": "x"}),
            400,
            "at client_id: unknown field",
        ),
        (json!({"metascope": []}), 400, "at metascope"),
        (
            json!({"metascopes": ["x"], "scopes": ["a b"]}),
            400,
            "\"a b\" is not a scope",
        ),
        (
            json!({"scopes": ["x"], "metascopes": ["a,b"]}),
            400,
            "\"a,b\" is not a metascope",
        ),
        (json!({"scopes": ["x"], "email": ""}), 400, "email is empty"),
        (json!({"scopes": ["x"], "email": person}), 409, &person),
        (json!({"grants": ["x"]}), 400, "at grants[0]"),
    ] {
        let response = control(&emulator, "PATCH", &account, &body);
        assert_eq!(response.status, status, "{body}: {}", response.text);
        let description = response.error().2;
        assert!(description.contains(place), "{description}");
    }
    let after = control(&emulator, "GET", &account, &Value::Null).json;
    assert_eq!(after, before);
}

#[test]
fn deleted_account_ends_with_its_tokens() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    let valid = |token: &str| validation_result(&emulator, "access_token", CLIENT_ID, token);
    assert_eq!(valid(&token), "valid");
    let deleted = control(&emulator, "DELETE", &path(&signer.id), &Value::Null);
    assert_eq!((deleted.status, &*deleted.text), (204, ""));
    assert_eq!(valid(&token), "revoked");
    let refused = signer.exchange(&emulator, &signer.claims());
    assert_eq!(refused.error().1, "invalid_client");
    for method in ["GET", "PATCH", "DELETE"] {
        let response = control(&emulator, method, &path(CLIENT_ID), &json!({}));
        let (status, error, description) = response.error();
        assert_eq!((status, error), (404, "not_found"), "{method}");
        assert!(description.contains(CLIENT_ID), "{description}");
    }
    // A successor with the same ids brings no token back, and has valid ones of its own.
    let again = json!({"client_id": CLIENT_ID, "technical_account_id": signer.id});
    let successor = crate::accounts::signer(&add(&emulator, &again));
    assert_eq!(valid(&token), "revoked");
    let own = successor.token(&emulator);
    assert_eq!(valid(&own), "valid");
    let made = emulator.custom_token(&CustomToken::for_account(CLIENT_ID));
    assert_eq!(valid(&made.unwrap().access_token), "valid");
    emulator.reset();
    assert_eq!(valid(&token), "valid");
    emulator.remove_account(CLIENT_ID).unwrap();
    assert!(emulator.account(CLIENT_ID).is_none());
}

#[test]
fn secrets_of_an_account_rotate() {
    let emulator = emulator();
    let secrets = format!("{}/secrets", path(CLIENT_ID));
    let added = control(&emulator, "POST", &secrets, &Value::Null);
    assert_eq!((added.status, &added.json["number"]), (201, &json!(1)));
    let third = control(&emulator, "POST", &secrets, &json!({}));
    let expected = "The request cannot be carried out: a client has at most two secrets.";
    assert_eq!(third.error(), (409, "conflict", expected));
    let mut signer = AssertionSigner::of(&emulator);
    assert_eq!(added.json["client_secret"], signer.client_secret);
    let removed = control(&emulator, "DELETE", &format!("{secrets}/0"), &Value::Null);
    assert_eq!(removed.status, 204);
    assert_eq!(exchange(&emulator, &signer), 200);
    SECRET.clone_into(&mut signer.client_secret);
    assert_eq!(exchange(&emulator, &signer), 400);
    for number in ["0", "7", "x", "-1", "4294967296"] {
        let path = format!("{secrets}/{number}");
        let response = control(&emulator, "DELETE", &path, &Value::Null);
        let (status, _, description) = response.error();
        assert_eq!(status, 404, "{number}");
        assert!(
            description.contains(&format!("no secret {number}.")),
            "{description}"
        );
    }
}

#[test]
fn refused_account_registers_nothing() {
    let emulator = emulator();
    let before = control(&emulator, "GET", "accounts", &Value::Null).json;
    let taken = emulator.accounts().remove(0);
    for (body, status, part) in [
        (json!({"client_id": ""}), 400, "client_id is empty"),
        (json!({"clientId": "x"}), 400, "at clientId: unknown field"),
        (json!({"private_key": "x"}), 400, "private key"),
        (json!({"certificates": ["x"]}), 400, "certificate"),
        (json!({"certificates": "x"}), 400, "at certificates"),
        (json!({"metascopes": ["https://x/s/y"]}), 400, "metascope"),
        (json!({"scopes": ["a,b"]}), 400, "scope"),
        (
            json!({"technical_account_id": taken.technical_account_id()}),
            409,
            taken.technical_account_id(),
        ),
        (json!({"email": taken.email()}), 409, taken.email()),
        (json!({"client_id": CLIENT_ID}), 409, CLIENT_ID),
    ] {
        let response = control(&emulator, "POST", "accounts", &body);
        assert_eq!(response.status, status, "{body}: {}", response.text);
        let description = response.error().2;
        assert!(description.contains(part), "{description}");
    }
    let after = control(&emulator, "GET", "accounts", &Value::Null).json;
    assert_eq!(after, before);
}

#[test]
fn snapshot_covers_registrations() {
    let emulator = emulator();
    let view = || {
        ["accounts", "clients", "people", "service_codes"]
            .map(|kind| control(&emulator, "GET", kind, &Value::Null).json)
    };
    let before = view();
    let snapshot = emulator.snapshot();
    let document = emulator.credentials_json();
    emulator.add_key(CLIENT_ID).unwrap();
    emulator.add_client_secret(CLIENT_ID).unwrap();
    let changes = AccountChanges::new().scopes(["x"]).migrated(true);
    emulator.update_account(CLIENT_ID, changes).unwrap();
    let person = emulator.people()[0].user_id().to_owned();
    emulator.remove_person(&person).unwrap();
    let client = emulator.user_clients()[0].client_id().to_owned();
    emulator.add_service_code(&client).unwrap();
    for (changed, before) in view().iter().zip(&before) {
        assert_ne!(changed, before);
    }
    assert!(emulator.restore(&snapshot));
    assert_eq!(view(), before);
    assert_eq!(emulator.credentials_json(), document);
    emulator.clock().advance(Duration::from_secs(1));
    let claims = json!(NOW + 300);
    let signer = AssertionSigner::of(&emulator);
    let response = signer.exchange(&emulator, &signer.claims_with("exp", claims));
    assert_eq!(response.status, 200);
}
