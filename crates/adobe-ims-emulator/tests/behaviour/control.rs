//! The remote control, for tests in other languages.

use serde_json::{Value, json};

use crate::support::{Answer, FORM, decode, form, post};
use crate::users::{CHALLENGE, VERIFIER, emulator, text, verdict};

fn control(emulator: &adobe_ims_emulator::Emulator, what: &str, body: &Value) -> Answer {
    let path = format!("/_emu/{what}");
    post(emulator, &path, "application/json", body.to_string())
}

fn created(answer: &Answer, name: &str) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json[name].as_str().unwrap().to_owned()
}

#[test]
fn clients_people_and_sign_ins_can_be_made_from_outside() {
    let emulator = emulator();
    let wanted = json!({
        "client_id": "remote?&=ü",
        "client_secret": "SECRET!+",
        "grants": ["authorization_code", "refresh_token", "device", "token_exchange"],
        "scopes": ["openid", "AdobeID"],
        "redirect_uri": "http://localhost:8888",
        "organization": "0123456789ABCDEF01234567@AdobeOrg",
    });
    let client = control(&emulator, "clients", &wanted);
    let id = created(&client, "client_id");
    assert_eq!(id, "remote?&=ü");
    assert_eq!(client.json["scopes"], json!(["openid", "AdobeID"]));
    assert_eq!(client.json["organization"], wanted["organization"]);
    let person = json!({"email": "zoë@example.com", "first_name": "Zoë"});
    let person = control(&emulator, "people", &person);
    let user_id = created(&person, "user_id");
    let ask = |pairs: &[(&str, &str)]| {
        let mut all = vec![("client_id", &*id), ("client_secret", "SECRET!+")];
        all.extend(pairs);
        let answer = post(&emulator, "/ims/token/v2", FORM, form(&all));
        decode(text(&answer, "access_token")).1
    };

    let mut sign_in = json!({
        "client_id": id, "email": "zoë@example.com", "scopes": ["openid"],
        "code_challenge": CHALLENGE,
    });
    let code = created(&control(&emulator, "sign_ins", &sign_in), "code");
    let claims = ask(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ]);
    assert_eq!(claims["user_id"], user_id);
    assert_eq!(claims["scope"], "openid");

    sign_in["device_id"] = json!("d");
    let token = created(&control(&emulator, "sign_ins", &sign_in), "device_token");
    let device = [("device_id", "d"), ("device_token", &token)];
    let claims = ask(&[("grant_type", "device"), device[0], device[1]]);
    assert_eq!(claims["user_id"], user_id);

    let service = control(&emulator, "service_codes", &json!({"client_id": id}));
    let code = created(&service, "code");
    assert_eq!(verdict(&emulator, "service_token", &id, &code), "valid");
    let claims = ask(&[("grant_type", "authorization_code"), ("code", &code)]);
    assert_eq!(claims["user_id"], client.json["technical_account_id"]);
}

#[test]
fn what_is_misspelt_or_impossible_is_refused_and_changes_nothing() {
    let emulator = emulator();
    let before = (emulator.user_clients().len(), emulator.people().len());
    let taken = emulator.people()[0].email().to_owned();
    for (what, body) in [
        ("clients", json!({"client": "x"})),
        ("clients", json!({"grants": ["password"]})),
        ("clients", json!({"redirect_uri": "http://a.example"})),
        ("clients", json!([])),
        ("people", json!({"mail": "x"})),
        ("people", json!({"email": taken})),
        ("sign_ins", json!({"client_id": "x", "email": taken})),
        ("sign_ins", json!({"client_id": "x"})),
        ("service_codes", json!({"client_id": "x"})),
    ] {
        let answer = control(&emulator, what, &body);
        assert_eq!(answer.refusal().1, "invalid_request", "{what} {body}");
    }
    let after = (emulator.user_clients().len(), emulator.people().len());
    assert_eq!(before, after);
    let public = json!({"public": true, "grants": ["implicit"]});
    let answer = control(&emulator, "clients", &public);
    assert_eq!(answer.json.get("client_secret"), None);
}
