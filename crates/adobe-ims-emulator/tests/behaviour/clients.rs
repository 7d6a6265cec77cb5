//! OAuth clients: `/_emu/clients`, and the same by the handle.

use adobe_ims_emulator::identities::ClientChanges;
use adobe_ims_emulator::{Emulator, GrantType, RegistrationError};
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, FORM, SECRET, control, form, percent_encoded, post};
use crate::user_clients::{
    EMAIL, PUBLIC, SCOPES, emulator, refresh, sign_in, text, validation_result,
};

fn path(id: &str) -> String {
    format!("clients/{}", percent_encoded(id))
}

fn show(emulator: &Emulator, id: &str) -> Value {
    let shown = control(emulator, "GET", &path(id), &Value::Null);
    assert_eq!(shown.status, 200, "{}", shown.text);
    shown.json
}

/// Returns the status of a request for a token by OAuth server-to-server.
fn request_token(emulator: &Emulator, id: &str, secret: &str, scope: &str) -> u16 {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", scope),
    ];
    post(emulator, "/ims/token/v3", FORM, form(&pairs)).status
}

#[test]
fn client_is_shown_without_secrets() {
    let emulator = emulator();
    let wanted = json!({
        "client_id": "c/1",
        "client_secrets": ["first?&=ü", "second"],
        "grants": [
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        "scopes": ["openid"],
        "technical_account_id": "T@techacct.adobe.com",
        "email": "t@techacct.adobe.com",
        "organization": "O@AdobeOrg",
        "redirect_uri": "https://my.example/",
        "redirect_patterns": [r"https://my\.example/.*"],
    });
    let added = control(&emulator, "POST", "clients", &wanted);
    assert_eq!(added.status, 201, "{}", added.text);
    assert_eq!(added.json["client_secret"], "second");
    assert_eq!(
        added.json["document"]["CLIENT_SECRETS"],
        json!(["second", "first?&=ü"])
    );
    let expected = json!({
        "client_id": "c/1",
        "public": false,
        "grants": ["client_credentials", "token_exchange"],
        "scopes": ["openid"],
        "technical_account_id": "T@techacct.adobe.com",
        "email": "t@techacct.adobe.com",
        "organization": "O@AdobeOrg",
        "redirect_uri": "https://my.example/",
        "redirect_patterns": [r"https://my\.example/.*"],
        "migrated": false,
        "secrets": {"count": 2, "numbers": [0, 1]},
    });
    assert_eq!(show(&emulator, "c/1"), expected);
    let list = control(&emulator, "GET", "clients", &Value::Null);
    let clients = list.json["clients"].as_array().unwrap();
    assert_eq!(clients.last(), Some(&expected));
    assert!(!list.text.contains("second") && !list.text.contains("SECRET"));
    // Service accounts are not among them.
    let account = emulator.accounts()[0].client_id().to_owned();
    assert_eq!(emulator.clients().len(), clients.len() + 1);
    assert!(clients.iter().all(|client| client["client_id"] != *account));
    let missing = control(&emulator, "GET", &path(&account), &Value::Null);
    assert_eq!(missing.status, 404);
}

#[test]
fn changes_of_a_client_take_effect() {
    let emulator = emulator();
    let changes = json!({
        "grants": ["client_credentials"],
        "scopes": ["openid", "x"],
        "redirect_uri": null,
        "redirect_patterns": [],
    });
    let changed = control(&emulator, "PATCH", &path(CLIENT_ID), &changes);
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json["redirect_uri"], Value::Null);
    assert_eq!(changed.json, show(&emulator, CLIENT_ID));
    assert_eq!(request_token(&emulator, CLIENT_ID, SECRET, "x"), 200);
    assert_eq!(request_token(&emulator, CLIENT_ID, SECRET, "email"), 400);
    let not_allowed = RegistrationError::NotAllowed(CLIENT_ID.to_owned());
    let refused = emulator.authorization_code(&sign_in(&["openid"]));
    assert_eq!(refused.unwrap_err(), not_allowed);
    let before = show(&emulator, CLIENT_ID);
    for (body, status) in [
        (
            json!({"scopes": ["y"], "redirect_uri": "http://a.example"}),
            400,
        ),
        (json!({"scopes": ["y"], "public": true}), 400),
        (json!({"scopes": ["y"], "organization": ""}), 400),
        (json!({"redirect_patterns": ["x".repeat(513)]}), 400),
    ] {
        let response = control(&emulator, "PATCH", &path(CLIENT_ID), &body);
        assert_eq!(response.status, status, "{body}: {}", response.text);
    }
    assert_eq!(show(&emulator, CLIENT_ID), before);
    let back = ClientChanges::new()
        .grants([GrantType::AuthorizationCode])
        .scopes(SCOPES)
        .redirect_uri(Some("https://my.example/"));
    emulator.update_oauth_client(CLIENT_ID, back).unwrap();
    emulator.authorization_code(&sign_in(&["openid"])).unwrap();
}

#[test]
fn two_secrets_are_valid_while_they_rotate() {
    let emulator = emulator();
    let grants = ClientChanges::new().grants([GrantType::ClientCredentials]);
    emulator.update_oauth_client(CLIENT_ID, grants).unwrap();
    let secrets = format!("{}/secrets", path(CLIENT_ID));
    let own = json!({"client_secret": "own?&=ü"});
    let added = control(&emulator, "POST", &secrets, &own);
    let expected = json!({"client_id": CLIENT_ID, "number": 1, "client_secret": "own?&=ü"});
    assert_eq!((added.status, &added.json), (201, &expected));
    let status = |secret: &str| request_token(&emulator, CLIENT_ID, secret, "openid");
    assert_eq!((status(SECRET), status("own?&=ü")), (200, 200));
    assert_eq!(control(&emulator, "POST", &secrets, &own).status, 409);
    let remove = |number: u32| {
        let path = format!("{secrets}/{number}");
        control(&emulator, "DELETE", &path, &Value::Null).status
    };
    assert_eq!(remove(0), 204);
    assert_eq!((status(SECRET), status("own?&=ü")), (400, 200));
    // Without a secret the client is not public: nobody can authenticate as it.
    assert_eq!(remove(1), 204);
    assert_eq!((status("own?&=ü"), status("")), (400, 400));
    assert_eq!(show(&emulator, CLIENT_ID)["public"], false);
    let random = control(&emulator, "POST", &secrets, &Value::Null).json;
    assert_eq!(random["number"], 2);
    assert_eq!(status(random["client_secret"].as_str().unwrap()), 200);
    let public = format!("{}/secrets", path(PUBLIC));
    let refused = control(&emulator, "POST", &public, &Value::Null);
    let (status, error, description) = refused.error();
    assert_eq!((status, error), (409, "conflict"));
    assert!(description.contains(PUBLIC), "{description}");
}

#[test]
fn deleted_client_ends_with_its_codes_and_tokens() {
    let emulator = emulator();
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let service_code = emulator.add_service_code(CLIENT_ID).unwrap();
    let counts = control(&emulator, "GET", "service_codes", &Value::Null);
    let expected = json!({"service_codes": [{"client_id": CLIENT_ID, "count": 1}]});
    assert_eq!(counts.json, expected);
    let client = show(&emulator, CLIENT_ID);
    let deleted = control(&emulator, "DELETE", &path(CLIENT_ID), &Value::Null);
    assert_eq!(deleted.status, 204);
    let refresh_token = tokens.refresh_token.unwrap();
    assert_eq!(
        refresh(&emulator, "/v3", &refresh_token).error().1,
        "invalid_client"
    );

    let again = json!({
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "technical_account_id": client["technical_account_id"],
        "grants": ["authorization_code", "refresh_token"],
        "scopes": SCOPES,
    });
    assert_eq!(control(&emulator, "POST", "clients", &again).status, 201);
    let result = |kind: &str, token: &str| validation_result(&emulator, kind, CLIENT_ID, token);
    assert_eq!(result("access_token", &tokens.access_token), "revoked");
    assert_eq!(result("service_token", &service_code), "revoked");
    assert_eq!(
        refresh(&emulator, "/v3", &refresh_token).error().1,
        "invalid_grant"
    );
    // The successor refreshes tokens of its own.
    let tokens = emulator.user_tokens(&sign_in(&SCOPES)).unwrap();
    let refreshed = refresh(&emulator, "/v3", &tokens.refresh_token.unwrap());
    let token = text(&refreshed, "access_token").to_owned();
    assert_eq!(result("access_token", &token), "valid");
    // A deletion of the person ends these too.
    emulator.remove_person(EMAIL).unwrap();
    assert_eq!(result("access_token", &token), "revoked");
}

#[test]
fn unknown_client_is_named() {
    let emulator = emulator();
    for (method, path) in [
        ("GET", "clients/no%2Fbody"),
        ("PATCH", "clients/no%2Fbody"),
        ("DELETE", "clients/no%2Fbody"),
        ("POST", "clients/no%2Fbody/secrets"),
        ("DELETE", "clients/no%2Fbody/secrets/0"),
        ("POST", "accounts/no%2Fbody/secrets"),
        ("POST", "accounts/no%2Fbody/certificates"),
        ("DELETE", "accounts/no%2Fbody/certificates/00"),
        ("GET", "people/no%2Fbody"),
    ] {
        let response = control(&emulator, method, path, &json!({}));
        let (status, error, description) = response.error();
        assert_eq!((status, error), (404, "not_found"), "{method} {path}");
        assert!(description.contains("no/body"), "{description}");
    }
    for path in [
        "clients/",
        "clients/a/b",
        "clients/a/secrets/",
        "clients/a/secrets/0/x",
        "clients/%FF",
        "accounts/a/certificates/b/c",
        "people/a/b",
        "tokens/a",
    ] {
        let response = control(&emulator, "GET", path, &Value::Null);
        let description = response.error().2;
        assert!(
            description.starts_with("The remote control has nothing at"),
            "{path}"
        );
    }
}
