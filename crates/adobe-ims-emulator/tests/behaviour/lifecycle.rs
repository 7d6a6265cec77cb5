//! Starting and stopping, and accounts that are added later.

use std::net::TcpStream;

use adobe_ims_emulator::{Account, Emulator, RegistrationError, StartError, is_emulator_document};
use serde_json::Value;

use crate::support::{AssertionSigner, SECRET, emulator, frozen_builder, get, hostile_account};

fn integration(emulator: &Emulator) -> Value {
    let document: Value = serde_json::from_str(&emulator.credentials_json()).unwrap();
    document["integration"].clone()
}

#[test]
fn built_in_keys_serve_any_number_of_accounts() {
    let emulator = frozen_builder().start().unwrap();
    for number in 1..9 {
        let account = emulator.add_account(Account::new()).unwrap();
        let id = format!("cm-p12345-e67890-integration-{number}");
        assert_eq!(account.client_id(), id);
        let document = emulator.credentials_json_of(&id).unwrap();
        AssertionSigner::from_document(&document).token(&emulator);
    }
    assert_eq!(emulator.tokens_minted(), 8);
    let id = "cm-p12345-e67890-integration-0";
    let mut keys = vec![integration(&emulator)["privateKey"].clone()];
    for _ in 1..4 {
        emulator.add_key(id).unwrap();
        let key = integration(&emulator)["privateKey"].clone();
        assert!(!keys.contains(&key), "one account has no key twice");
        keys.push(key);
    }
    assert_eq!(emulator.add_key(id), Err(RegistrationError::NoKeyLeft));
    let oldest = emulator.accounts()[0].certificates()[0].fingerprint.clone();
    assert_eq!(emulator.retire_certificate(id, &oldest), Ok(true));
    emulator.add_key(id).unwrap();
    assert_eq!(integration(&emulator)["privateKey"], keys[0]);
}

#[test]
fn foreign_document_works_with_bound_certificate() {
    let elsewhere = emulator();
    let document = integration(&elsewhere);
    let text = |key: &str| document[key].as_str().unwrap().to_owned();
    let bound = Account::new()
        .client_id(document["technicalAccount"]["clientId"].as_str().unwrap())
        .client_secret(SECRET)
        .technical_account_id(text("id"))
        .organization(text("org"))
        .certificate(text("publicKey").replace("\r\n", "\n"));
    let emulator = frozen_builder().account(bound.clone()).start().unwrap();
    let signer = AssertionSigner::of(&elsewhere);
    signer.token(&emulator);
    assert_eq!(emulator.credentials_json_of(&signer.client_id), None);

    let with_key = bound.private_key(text("privateKey"));
    let emulator = frozen_builder().account(with_key).start().unwrap();
    AssertionSigner::of(&emulator).token(&emulator);
    assert_eq!(
        integration(&emulator)["publicKey"],
        document["publicKey"]
            .as_str()
            .unwrap()
            .replace("\r\n", "\n")
    );

    let own_key = Account::new().private_key(text("privateKey"));
    let emulator = frozen_builder().account(own_key).start().unwrap();
    AssertionSigner::of(&emulator).token(&emulator);
    assert_ne!(integration(&emulator)["publicKey"], document["publicKey"]);
}

#[test]
fn invalid_account_is_refused() {
    let taken = frozen_builder().start().unwrap();
    let first = taken.accounts().remove(0);
    let error = |account: Account| taken.add_account(account).unwrap_err();
    assert_eq!(
        error(Account::new().client_id(first.client_id())),
        RegistrationError::ClientIdTaken(first.client_id().to_owned())
    );
    assert_eq!(
        error(Account::new().technical_account_id(first.technical_account_id())),
        RegistrationError::TechnicalAccountIdTaken(first.technical_account_id().to_owned())
    );
    assert_eq!(
        error(Account::new().private_key("no key")),
        RegistrationError::UnreadablePrivateKey
    );
    assert_eq!(
        error(Account::new().certificate("no certificate")),
        RegistrationError::UnreadableCertificate
    );
    let three = hostile_account().client_secret("2").client_secret("3");
    assert_eq!(error(three.clone()), RegistrationError::TooManySecrets);
    let unknown = RegistrationError::UnknownAccount("nobody".to_owned());
    assert_eq!(taken.add_key("nobody").unwrap_err(), unknown);
    let unknown = RegistrationError::UnknownClientId("nobody".to_owned());
    assert_eq!(taken.add_client_secret("nobody").unwrap_err(), unknown);
    assert!(matches!(
        frozen_builder().account(three).start().unwrap_err(),
        StartError::Registration(RegistrationError::TooManySecrets)
    ));
    // A refused account registers nothing.
    assert_eq!(taken.accounts().len(), 1);
}

#[test]
fn emulator_stops_when_dropped() {
    let emulator = Emulator::start().unwrap();
    let port = emulator.port();
    let open = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let error = Emulator::builder().port(port).start().unwrap_err();
    assert!(matches!(error, StartError::Listen(_)));
    drop(emulator);
    assert_eq!(std::io::Read::read(&mut &open, &mut [0]).unwrap_or(0), 0);
}

#[test]
fn emulator_starts_and_stops_in_tokio_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let emulator = Emulator::start().unwrap();
        assert_eq!(get(&emulator, "/_emu/health").status, 200);
    });
}

#[test]
fn emulator_debug_output_contains_no_secret() {
    let emulator = emulator();
    let text = format!(
        "{emulator:?} {:?} {:?}",
        emulator.accounts(),
        frozen_builder().account(hostile_account())
    );
    assert!(
        !text.contains("SECRET") && !text.contains("PRIVATE"),
        "{text}"
    );
}

#[test]
fn invalid_names_are_refused_at_start() {
    for host in [
        "",
        "a b",
        "https://host/",
        "host/",
        "user@host",
        "host:",
        "host:99999",
    ] {
        let error = Emulator::builder().ims_endpoint(host).start().unwrap_err();
        assert!(matches!(error, StartError::ImsEndpoint(_)), "{host}");
    }
    for names in [&[][..], &[""], &["a,b"], &["a", "https://host/s/b"]] {
        let error = Emulator::builder()
            .metascopes(names.iter().copied())
            .start()
            .unwrap_err();
        assert!(matches!(error, StartError::Metascope(_)), "{names:?}");
    }
}

#[test]
fn emulator_documents_are_recognized() {
    let document = Emulator::start().unwrap().credentials_json();
    assert!(is_emulator_document(document.as_bytes()));
    for other in ["", "{}", "[]", "{\"integration\": {\"emulator\": 1}}"] {
        assert!(!is_emulator_document(other.as_bytes()), "{other}");
    }
}
