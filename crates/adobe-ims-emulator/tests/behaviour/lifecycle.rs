//! Accounts that come later, keys of one's own, and starting and stopping.

use std::net::TcpStream;

use adobe_ims_emulator::{Account, Emulator, RegistrationError, StartError, is_emulator_document};
use serde_json::Value;

use crate::support::{Customer, SECRET, emulator, frozen, get, hostile};

fn integration(emulator: &Emulator) -> Value {
    let document: Value = serde_json::from_str(&emulator.credentials_json()).unwrap();
    document["integration"].clone()
}

#[test]
fn four_accounts_have_a_key_built_in() {
    let emulator = frozen().start().unwrap();
    for number in 1..4 {
        let account = emulator.add_account(Account::new()).unwrap();
        let id = format!("cm-p12345-e67890-integration-{number}");
        assert_eq!(account.client_id(), id);
        let document = emulator.credentials_json_of(&id).unwrap();
        Customer::from_document(&document).token(&emulator);
    }
    assert_eq!(emulator.tokens_minted(), 3);
    let error = emulator.add_account(Account::new()).unwrap_err();
    assert_eq!(error, RegistrationError::NoKeyLeft);
    let error = emulator
        .add_key("cm-p12345-e67890-integration-0")
        .unwrap_err();
    assert_eq!(error, RegistrationError::NoKeyLeft);
    assert_eq!(emulator.accounts().len(), 4);
}

#[test]
fn a_document_of_elsewhere_works_once_its_certificate_is_bound() {
    let elsewhere = emulator();
    let document = integration(&elsewhere);
    let text = |key: &str| document[key].as_str().unwrap().to_owned();
    let bound = Account::new()
        .client_id(document["technicalAccount"]["clientId"].as_str().unwrap())
        .client_secret(SECRET)
        .technical_account_id(text("id"))
        .organization(text("org"))
        .certificate(text("publicKey").replace("\r\n", "\n"));
    let emulator = frozen().account(bound.clone()).start().unwrap();
    let customer = Customer::of(&elsewhere);
    customer.token(&emulator);
    assert_eq!(emulator.credentials_json_of(&customer.client_id), None);

    let with_key = bound.private_key(text("privateKey"));
    let emulator = frozen().account(with_key).start().unwrap();
    Customer::of(&emulator).token(&emulator);
    assert_eq!(
        integration(&emulator)["publicKey"],
        document["publicKey"]
            .as_str()
            .unwrap()
            .replace("\r\n", "\n")
    );

    let own_key = Account::new().private_key(text("privateKey"));
    let emulator = frozen().account(own_key).start().unwrap();
    Customer::of(&emulator).token(&emulator);
    assert_ne!(integration(&emulator)["publicKey"], document["publicKey"]);
}

#[test]
fn accounts_that_cannot_be_are_refused() {
    let taken = frozen().start().unwrap();
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
    let three = hostile().client_secret("2").client_secret("3");
    assert_eq!(error(three.clone()), RegistrationError::TooManySecrets);
    let unknown = RegistrationError::UnknownClientId("nobody".to_owned());
    assert_eq!(taken.add_key("nobody").unwrap_err(), unknown);
    assert_eq!(taken.add_client_secret("nobody").unwrap_err(), unknown);
    assert!(matches!(
        frozen().account(three).start().unwrap_err(),
        StartError::Registration(RegistrationError::TooManySecrets)
    ));
    // A refused account leaves no key taken and nothing behind.
    assert_eq!(taken.accounts().len(), 1);
    for _ in 0..3 {
        taken.add_account(Account::new()).unwrap();
    }
}

#[test]
fn it_stops_when_it_is_dropped() {
    let emulator = Emulator::start().unwrap();
    let port = emulator.port();
    let open = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let error = Emulator::builder().port(port).start().unwrap_err();
    assert!(matches!(error, StartError::Listen(_)));
    drop(emulator);
    assert_eq!(std::io::Read::read(&mut &open, &mut [0]).unwrap_or(0), 0);
}

#[test]
fn it_starts_and_stops_within_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let emulator = Emulator::start().unwrap();
        assert_eq!(get(&emulator, "/_emu/health").status, 200);
    });
}

#[test]
fn its_debug_output_holds_no_secret() {
    let emulator = emulator();
    let text = format!(
        "{emulator:?} {:?} {:?}",
        emulator.accounts(),
        frozen().account(hostile())
    );
    assert!(
        !text.contains("SECRET") && !text.contains("PRIVATE"),
        "{text}"
    );
}

#[test]
fn what_no_document_should_say_is_refused_at_the_start() {
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
fn its_documents_are_known() {
    let document = Emulator::start().unwrap().credentials_json();
    assert!(is_emulator_document(document.as_bytes()));
    for other in ["", "{}", "[]", "{\"integration\": {\"emulator\": 1}}"] {
        assert!(!is_emulator_document(other.as_bytes()), "{other}");
    }
}
