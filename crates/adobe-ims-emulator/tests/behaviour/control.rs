//! The control endpoints.

use serde_json::{Value, json};

use crate::support::{FORM, TestResponse, decode, form, post};
use crate::user_clients::{CHALLENGE, VERIFIER, emulator, text, validation_result};

fn control(emulator: &adobe_ims_emulator::Emulator, what: &str, body: &Value) -> TestResponse {
    let path = format!("/_emu/{what}");
    post(emulator, &path, "application/json", body.to_string())
}

fn created(response: &TestResponse, name: &str) -> String {
    assert_eq!(response.status, 201, "{}", response.text);
    response.json[name].as_str().unwrap().to_owned()
}

#[test]
fn clients_people_and_sign_ins_are_created_over_http() {
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
    let redeem_code = |pairs: &[(&str, &str)]| {
        let mut all = vec![("client_id", &*id), ("client_secret", "SECRET!+")];
        all.extend(pairs);
        let response = post(&emulator, "/ims/token/v2", FORM, form(&all));
        decode(text(&response, "access_token")).1
    };

    let mut sign_in = json!({
        "client_id": id, "email": "zoë@example.com", "scopes": ["openid"],
        "code_challenge": CHALLENGE,
    });
    let code = created(&control(&emulator, "sign_ins", &sign_in), "code");
    let claims = redeem_code(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ]);
    assert_eq!(claims["user_id"], user_id);
    assert_eq!(claims["scope"], "openid");

    sign_in["device_id"] = json!("d");
    let token = created(&control(&emulator, "sign_ins", &sign_in), "device_token");
    let device = [("device_id", "d"), ("device_token", &token)];
    let claims = redeem_code(&[("grant_type", "device"), device[0], device[1]]);
    assert_eq!(claims["user_id"], user_id);

    let service = control(&emulator, "service_codes", &json!({"client_id": id}));
    let code = created(&service, "code");
    assert_eq!(
        validation_result(&emulator, "service_token", &id, &code),
        "valid"
    );
    let claims = redeem_code(&[("grant_type", "authorization_code"), ("code", &code)]);
    let account = client.json["technical_account_id"].as_str().unwrap();
    let service = account.replace("@techacct.adobe.com", "@AdobeService");
    assert_eq!(claims["user_id"], service);
}

#[test]
fn unknown_field_or_invalid_value_is_refused_without_effect() {
    let emulator = emulator();
    let before = (emulator.user_clients().len(), emulator.people().len());
    let taken = emulator.people()[0].email().to_owned();
    for (what, body, status, error) in [
        ("clients", json!({"client": "x"}), 400, "invalid_request"),
        (
            "clients",
            json!({"grants": ["password"]}),
            400,
            "invalid_request",
        ),
        (
            "clients",
            json!({"redirect_uri": "http://a.example"}),
            400,
            "invalid_request",
        ),
        ("clients", json!([]), 400, "invalid_request"),
        ("people", json!({"mail": "x"}), 400, "invalid_request"),
        ("people", json!({"email": taken}), 409, "conflict"),
        (
            "sign_ins",
            json!({"client_id": "x", "email": taken}),
            404,
            "not_found",
        ),
        (
            "sign_ins",
            json!({"client_id": "x"}),
            400,
            "invalid_request",
        ),
        ("service_codes", json!({"client_id": "x"}), 404, "not_found"),
    ] {
        let response = control(&emulator, what, &body);
        let (own_status, own_error, _) = response.error();
        assert_eq!((own_status, own_error), (status, error), "{what} {body}");
    }
    let after = (emulator.user_clients().len(), emulator.people().len());
    assert_eq!(before, after);
    let public = json!({"public": true, "grants": ["implicit"]});
    let response = control(&emulator, "clients", &public);
    assert_eq!(response.json.get("client_secret"), None);
}
