//! The registration, the documents and the secrets of OAuth clients.

use adobe_ims_emulator::{
    Account, Emulator, OauthClient, RegistrationError, StartError, is_emulator_document,
};
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, FORM, SECRET, TestResponse, form, frozen_builder, post};

fn client() -> OauthClient {
    OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
}

fn request_token(emulator: &Emulator, id: &str, secret: &str) -> TestResponse {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
    ];
    post(emulator, "/ims/token/v3", FORM, form(&pairs))
}

fn secrets(document: &str) -> Value {
    let document: Value = serde_json::from_str(document).unwrap();
    document["CLIENT_SECRETS"].clone()
}

#[test]
fn oauth_document_has_console_form() {
    let client = client()
        .client_secret("second")
        .scopes(["openid", "AdobeID"])
        .organization("O@AdobeOrg")
        .technical_account_id("T@techacct.adobe.com")
        .email("e@techacct.adobe.com");
    let emulator = frozen_builder().oauth_client(client).start().unwrap();
    let text = emulator.oauth_credentials_json();
    let keys: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\":"))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(
        keys,
        [
            "CLIENT_SECRETS",
            "CLIENT_ID",
            "ORG_ID",
            "SCOPES",
            "TECHNICAL_ACCOUNT_ID",
            "TECHNICAL_ACCOUNT_EMAIL",
            "emulator",
        ]
    );
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document.as_object_mut().unwrap().remove("emulator");
    assert_eq!(
        document,
        json!({
            "CLIENT_SECRETS": ["second", SECRET],
            "CLIENT_ID": CLIENT_ID,
            "ORG_ID": "O@AdobeOrg",
            "SCOPES": ["openid", "AdobeID"],
            "TECHNICAL_ACCOUNT_ID": "T@techacct.adobe.com",
            "TECHNICAL_ACCOUNT_EMAIL": "e@techacct.adobe.com",
        })
    );
    assert!(is_emulator_document(text.as_bytes()));
    assert_eq!(emulator.oauth_credentials_json_of(CLIENT_ID), Some(text));
}

#[test]
fn oauth_client_is_generated_beside_account() {
    let emulator = frozen_builder().start().unwrap();
    let [client] = &emulator.oauth_clients()[..] else {
        panic!("one client");
    };
    let account = &emulator.accounts()[0];
    assert_eq!(emulator.accounts().len(), 1);
    assert_eq!(client.client_id().len(), 32);
    assert_ne!(
        client.technical_account_id(),
        account.technical_account_id()
    );
    assert_eq!(client.organization(), account.organization());
    assert_eq!(client.scopes()[..2], ["AdobeID", "openid"]);
    let response = request_token(&emulator, client.client_id(), client.client_secret());
    assert_eq!(response.status, 200, "{}", response.text);

    assert_eq!(emulator.credentials_json_of(client.client_id()), None);
    assert_eq!(
        emulator.oauth_credentials_json_of(account.client_id()),
        None
    );
    let unknown = RegistrationError::UnknownAccount(client.client_id().to_owned());
    assert_eq!(emulator.add_key(client.client_id()), Err(unknown));
    let again = frozen_builder().start().unwrap();
    assert_eq!(
        again.oauth_credentials_json(),
        emulator.oauth_credentials_json(),
        "the same seed"
    );
}

#[test]
fn secret_is_replaced_while_two_are_valid() {
    let emulator = frozen_builder().oauth_client(client()).start().unwrap();
    let second = emulator.add_client_secret(CLIENT_ID).unwrap();
    let document = emulator.oauth_credentials_json();
    assert_eq!(secrets(&document), json!([second, SECRET]));
    for secret in [SECRET, &second] {
        assert_eq!(request_token(&emulator, CLIENT_ID, secret).status, 200);
    }
    let refused = emulator.add_client_secret(CLIENT_ID);
    assert_eq!(refused, Err(RegistrationError::TooManySecrets));
    assert_eq!(emulator.remove_client_secret(CLIENT_ID, 0), Ok(true));
    assert_eq!(emulator.remove_client_secret(CLIENT_ID, 0), Ok(false));
    let third = emulator.add_client_secret(CLIENT_ID).unwrap();
    assert_eq!(emulator.oauth_clients()[0].secret_numbers(), [1, 2]);
    let document = emulator.oauth_credentials_json();
    assert_eq!(secrets(&document), json!([third, second]));
    let retired = request_token(&emulator, CLIENT_ID, SECRET);
    let expected = (400, "invalid_client", "invalid client_secret parameter");
    assert_eq!(retired.error(), expected);
    assert_eq!(request_token(&emulator, CLIENT_ID, &third).status, 200);
    assert_eq!(emulator.oauth_clients()[0].client_secret(), third);
}

#[test]
fn taken_id_is_refused() {
    let emulator = frozen_builder().oauth_client(client()).start().unwrap();
    let known = emulator.oauth_clients().remove(0);
    let account = emulator.accounts().remove(0);
    let taken = RegistrationError::ClientIdTaken(CLIENT_ID.to_owned());
    let error = emulator.add_oauth_client(client()).unwrap_err();
    assert_eq!(error, taken);
    let same_id = Account::new().client_id(account.client_id());
    let taken = RegistrationError::ClientIdTaken(account.client_id().to_owned());
    assert_eq!(emulator.add_account(same_id).unwrap_err(), taken);
    for id in [known.technical_account_id(), account.technical_account_id()] {
        let error = emulator
            .add_oauth_client(OauthClient::new().technical_account_id(id))
            .unwrap_err();
        assert_eq!(
            error,
            RegistrationError::TechnicalAccountIdTaken(id.to_owned())
        );
    }
    let three = client().client_secret("2").client_secret("3");
    let error = frozen_builder().oauth_client(three).start().unwrap_err();
    assert!(matches!(
        error,
        StartError::Registration(RegistrationError::TooManySecrets)
    ));
    let another = emulator.add_oauth_client(OauthClient::new()).unwrap();
    assert_eq!(emulator.oauth_clients().len(), 2);
    let response = request_token(&emulator, another.client_id(), another.client_secret());
    assert_eq!(response.status, 200);
    // OAuth clients do not count as accounts.
    let next = emulator.add_account(Account::new()).unwrap();
    assert_eq!(next.client_id(), "cm-p12345-e67890-integration-1");
}

#[test]
fn debug_output_contains_no_secret() {
    let emulator = frozen_builder().oauth_client(client()).start().unwrap();
    let text = format!(
        "{:?} {:?} {:?}",
        client(),
        emulator.oauth_clients(),
        frozen_builder().oauth_client(client())
    );
    assert!(
        text.contains(CLIENT_ID) && !text.contains("SECRET"),
        "{text}"
    );
}
