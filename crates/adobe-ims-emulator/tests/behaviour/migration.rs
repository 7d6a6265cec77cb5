//! The migration of a client from JWT to OAuth server-to-server: a service account and an OAuth client
//! with the same client id.

use adobe_ims_emulator::{Account, Emulator, GrantType, OauthClient, RegistrationError};
use serde_json::json;

use crate::accounts::{add, exchange, path, signer};
use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, TestResponse, control, emulator, form,
    frozen_builder, post,
};
use crate::user_clients::validation_result;

const OTHER: &str = "other!+ID/ü";

/// Returns the response to a request for a token by OAuth server-to-server.
fn request_token(emulator: &Emulator, id: &str, secret: &str) -> TestResponse {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", "openid"),
    ];
    post(emulator, "/ims/token/v3", FORM, form(&pairs))
}

#[test]
fn both_credentials_of_a_migrating_client_work() {
    let account = |id: &str| json!({"client_id": id, "client_secret": SECRET});
    let emulator = frozen_builder().start().unwrap();
    // A client for the account, and an account for the client.
    let first = add(&emulator, &account(CLIENT_ID));
    let client = control(
        &emulator,
        "POST",
        "clients",
        &json!({"client_id": CLIENT_ID}),
    );
    assert_eq!(client.status, 201, "{}", client.text);
    assert_eq!(client.json["client_secret"], SECRET);
    assert_eq!(
        client.json["technical_account_id"],
        first["technical_account_id"]
    );
    let before = control(&emulator, "POST", "clients", &account(OTHER));
    let second = add(&emulator, &json!({"client_id": OTHER}));
    assert_eq!(
        second["technical_account_id"],
        before.json["technical_account_id"]
    );
    for (id, answer) in [(CLIENT_ID, &first), (OTHER, &second)] {
        let signer = signer(answer);
        assert_eq!(exchange(&emulator, &signer), 200, "{id}");
        let token = request_token(&emulator, id, SECRET);
        assert_eq!(token.status, 200, "{id}: {}", token.text);
        assert_eq!(token.json["expires_in"], 86399, "seconds");
        // Neither can be registered again.
        for kind in ["accounts", "clients"] {
            let taken = control(&emulator, "POST", kind, &json!({"client_id": id}));
            let (status, error, description) = taken.error();
            assert_eq!((status, error), (409, "conflict"));
            assert!(description.contains(id), "{description}");
        }
        // The end of the migration, and back.
        let migrated = |on: bool| {
            let changes = json!({"migrated": on});
            let changed = control(&emulator, "PATCH", &path(id), &changes);
            assert_eq!(changed.json["migrated"], on);
        };
        migrated(true);
        let refused = signer.exchange(&emulator, &signer.claims());
        let expected = (500, "internal_error", "Please try again later");
        assert_eq!(refused.error(), expected);
        assert_eq!(request_token(&emulator, id, SECRET).status, 200);
        migrated(false);
        assert_eq!(exchange(&emulator, &signer), 200);
    }
    assert_eq!(emulator.client(OTHER).unwrap().grants().len(), 2);
}

#[test]
fn credentials_with_different_technical_accounts_are_not_joined() {
    let emulator = emulator();
    for (body, status) in [
        (json!({"technical_account_id": "X@techacct.adobe.com"}), 409),
        (json!({"email": "x@example.com"}), 409),
        (json!({"organization": "X@AdobeOrg"}), 409),
        (json!({"public": true}), 409),
        (json!({"client_secrets": ["2", "3"]}), 409),
        (json!({"client_secret": "2", "client_secrets": []}), 400),
        (json!({"client_secret": ""}), 400),
    ] {
        let mut client = body.clone();
        client["client_id"] = json!(CLIENT_ID);
        let response = control(&emulator, "POST", "clients", &client);
        assert_eq!(response.status, status, "{body}: {}", response.text);
    }
    let account = emulator.client(CLIENT_ID).unwrap();
    assert_eq!(account.grants(), [GrantType::JwtExchange]);
    assert_eq!(account.secret_numbers(), [0]);
    let public = OauthClient::new().client_id(OTHER).public();
    emulator.add_oauth_client(public).unwrap();
    let error = emulator.add_account(Account::new().client_id(OTHER));
    let expected = RegistrationError::PublicClient(OTHER.to_owned());
    assert_eq!(error.unwrap_err(), expected);
}

#[test]
fn migrated_account_is_registered_at_once() {
    let emulator = frozen_builder().start().unwrap();
    let account = json!({"client_id": CLIENT_ID, "client_secret": SECRET, "migrated": true});
    let signer = signer(&add(&emulator, &account));
    assert_eq!(exchange(&emulator, &signer), 500);
    assert_eq!(request_token(&emulator, CLIENT_ID, SECRET).status, 200);
    let by_handle = Account::new().client_id(OTHER).migrated();
    let registered = emulator.add_account(by_handle).unwrap();
    assert!(registered.is_migrated());
}

#[test]
fn deletion_of_one_credential_ends_no_token() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let jwt_token = signer.token(&emulator);
    let joined = OauthClient::new().client_id(CLIENT_ID);
    emulator.add_oauth_client(joined.clone()).unwrap();
    let oauth_token = request_token(&emulator, CLIENT_ID, SECRET).json["access_token"].clone();
    let valid = |token: &str| validation_result(&emulator, "access_token", CLIENT_ID, token);
    // A migration that is cancelled.
    emulator.remove_oauth_client(CLIENT_ID).unwrap();
    assert_eq!(exchange(&emulator, &signer), 200);
    assert_eq!(
        request_token(&emulator, CLIENT_ID, SECRET).error().1,
        "unauthorized_client"
    );
    // A migration that is complete.
    emulator.add_oauth_client(joined).unwrap();
    emulator.remove_account(CLIENT_ID).unwrap();
    assert_eq!(exchange(&emulator, &signer), 500);
    assert_eq!(request_token(&emulator, CLIENT_ID, SECRET).status, 200);
    assert_eq!(valid(&jwt_token), "valid");
    assert_eq!(valid(oauth_token.as_str().unwrap()), "valid");
    assert!(emulator.accounts().is_empty());
    emulator.remove_oauth_client(CLIENT_ID).unwrap();
    assert_eq!(valid(&jwt_token), "revoked");
}
