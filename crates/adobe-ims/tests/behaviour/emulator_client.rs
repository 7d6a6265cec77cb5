//! The emulator's feature `client`, and credentials of an emulator that go to Adobe.

use adobe_ims::credentials::{CredentialFields, DocumentOptions};
use adobe_ims::crypto::Crypto;
use adobe_ims::provider::SourceOptions;
use adobe_ims::{Credentials, Environment, Error, Problem};
use adobe_ims_emulator::Emulator;

use crate::emulated_world::{DAY, Emulated};

const HINT: &str = "adobe-ims-emulator made these credentials: send them to that emulator, with its URL as the environment, and with its CA if it serves TLS";

fn emulators() -> [Emulator; 2] {
    [false, true].map(|tls| Emulator::builder().tls(tls).start().unwrap())
}

/// Sends credentials to an IMS that does not know the client, and returns its refusal.
async fn refusal(document: &str, environment: Option<Environment>) -> Error {
    let mut options = DocumentOptions::default();
    if let Some(environment) = environment {
        options.overrides = CredentialFields::new().environment(environment);
    }
    let credentials = Credentials::parse_with(document.as_bytes(), &options).unwrap();
    let source = credentials
        .source(Emulated::new().ims(), &SourceOptions::new(Crypto::ring()))
        .unwrap();
    source.fetch().await.unwrap_err()
}

#[tokio::test]
async fn documents_of_the_emulator_lead_to_the_emulator() {
    for emulator in emulators() {
        for document in [
            emulator.credentials_json(),
            emulator.oauth_credentials_json(),
        ] {
            let provider = emulator.token_provider(&document).unwrap();
            let first = provider.token().await.unwrap();
            emulator.clock().advance(DAY);
            let second = provider.token().await.unwrap();
            assert_ne!(first.as_secret().expose(), second.as_secret().expose());
        }
        assert_eq!(emulator.tokens_minted(), 4);
    }
}

#[tokio::test]
async fn transport_and_environment_suffice_for_own_parts() {
    for emulator in emulators() {
        assert_eq!(emulator.environment().base_url(), emulator.url());
        let document = emulator.oauth_credentials_json();
        let credentials =
            Credentials::parse_for(document.as_bytes(), emulator.environment()).unwrap();
        let ims = adobe_ims::ImsClient::new(emulator.transport().unwrap());
        let options = SourceOptions::new(Crypto::ring());
        let source = credentials.source(ims, &options).unwrap();
        let token = source.fetch().await.unwrap().token;
        assert!(token.expires_at().is_some());
    }
}

#[tokio::test]
async fn refusal_of_an_emulators_credentials_by_adobe_says_whose_they_are() {
    let emulator = Emulator::start().unwrap();
    for document in [
        emulator.credentials_json(),
        emulator.oauth_credentials_json(),
    ] {
        let wrapped = serde_json::json!({"SecretString": document.as_str()}).to_string();
        for document in [document, wrapped] {
            let error = refusal(&document, None).await;
            assert_eq!(error.problem(), Problem::ClientOfOtherEnvironment);
            let expected = "these are the credentials of an emulator, which are worthless at Adobe, \
                            and the request went to https://ims-na1.adobelogin.com, which is likely why";
            assert!(error.to_string().starts_with(expected), "{error}");
            assert!(error.report().to_string().contains(HINT), "{error:?}");
        }
    }
}

#[tokio::test]
async fn other_refusals_do_not_speak_of_an_emulator() {
    let emulator = Emulator::start().unwrap();
    let document = emulator.oauth_credentials_json();
    // Another emulator may not know the client either.
    let elsewhere = refusal(&document, Some(emulator.environment())).await;
    // The mark of another program says nothing about this one.
    let marked = document.replace("adobe-ims-emulator", "another emulator");
    let of_others = refusal(&marked, None).await;
    for error in [elsewhere, of_others] {
        assert_eq!(error.problem(), Problem::ClientUnknown);
        assert!(!error.report().to_string().contains(HINT), "{error:?}");
        assert!(!error.to_string().contains("emulator"), "{error}");
    }
}
