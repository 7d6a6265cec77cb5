//! Credential documents, unchanged and edited.

use std::time::{Duration, SystemTime};

use crate::document_complaints::complaint;
use crate::support::{
    CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, document, fixture, service,
};
use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::internal::time;
use adobe_ims::{Credentials, Problem};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

#[test]
fn newer_form_is_read() {
    let credentials = service(&document()).unwrap();
    assert_eq!(credentials.client_id(), CLIENT_ID);
    assert_eq!(credentials.technical_account_id(), TECHNICAL_ACCOUNT);
    assert_eq!(credentials.organization_id(), ORGANIZATION);
    assert_eq!(credentials.metascopes(), ["ent_aem_cloud_api"]);
    assert_eq!(
        credentials.environment().base_url(),
        "https://ims-na1.adobelogin.com"
    );
    assert_eq!(
        credentials.email(),
        Some("11111111-2222-3333-4444-555555555555@techacct.adobe.com")
    );
    let expires = credentials.certificate_expires_at().unwrap();
    assert_eq!(time::display(expires), "2126-03-01T08:09:10Z");
}

#[test]
fn old_form_is_read() {
    let mut document = document();
    let integration = document["integration"].as_object_mut().unwrap();
    integration.remove("certificateExpirationDate");
    integration["metascopes"] = json!("ent_aem_cloud_sdk,ent_cloudmgr_sdk");
    let credentials = service(&document).unwrap();
    assert_eq!(
        credentials.metascopes(),
        ["ent_aem_cloud_sdk", "ent_cloudmgr_sdk"]
    );
    let certificate = credentials.certificate().unwrap().unwrap();
    assert_eq!(
        credentials.certificate_expires_at(),
        Some(certificate.not_after())
    );
    assert_eq!(certificate.subject(), "CN=cm-p12345-e67890-integration-0");
    let hundred_years = Duration::from_secs(36_500 * 86_400);
    assert_eq!(
        certificate
            .not_after()
            .duration_since(certificate.not_before())
            .unwrap(),
        hundred_years
    );
    assert!(certificate.not_after() > SystemTime::UNIX_EPOCH);
}

/// The name of an edit, and the edit.
type Edit = (&'static str, fn(&mut Value));

#[test]
fn edited_document_with_the_same_content_is_read() {
    let edits: [Edit; 13] = [
        ("bare", |document| {
            *document = document["integration"].take()
        }),
        ("bare with stray fields", |document| {
            *document = document["integration"].take();
            document["ok"] = json!(true);
            document["comment"] = json!({"a": [1, 2]});
        }),
        ("unknown fields", |document| {
            document["integration"]["new"] = json!([{}, null])
        }),
        ("blanks around values", |document| {
            document["integration"]["org"] = json!(format!(" {ORGANIZATION}\n"));
            document["integration"]["imsEndpoint"] = json!(" ims-na1.adobelogin.com ");
        }),
        ("metascopes as a list", |document| {
            document["integration"]["metascopes"] = json!(["ent_aem_cloud_api", " "]);
        }),
        ("metascopes as full claims", |document| {
            document["integration"]["metascopes"] =
                json!("https://ims-na1.adobelogin.com/s/ent_aem_cloud_api, ent_aem_cloud_api");
        }),
        ("endpoint as a URL", |document| {
            document["integration"]["imsEndpoint"] = json!("https://ims-na1.adobelogin.com/");
        }),
        ("key as a list of lines", |document| {
            let lines: Vec<String> = fixture("pkcs1.pem").lines().map(str::to_owned).collect();
            document["integration"]["privateKey"] = json!(lines);
        }),
        ("key and certificate escaped twice", |document| {
            for name in ["privateKey", "publicKey"] {
                let text = document["integration"][name].as_str().unwrap();
                let escaped = text.replace("\r\n", "\\r\\n");
                document["integration"][name] = json!(escaped);
            }
        }),
        ("key on one line", |document| {
            document["integration"]["privateKey"] = json!(fixture("pkcs8.pem").replace('\n', ""));
        }),
        ("no certificate", |document| {
            document["integration"]["publicKey"] = json!(null)
        }),
        ("an unreadable certificate", |document| {
            document["integration"]["publicKey"] = json!("-----BEGIN CERTIFICATE-----\n…");
        }),
        ("no envelope, no e-mail", |document| {
            *document = json!({"integration": document["integration"].take()});
            document["integration"]
                .as_object_mut()
                .unwrap()
                .remove("email");
        }),
    ];
    let expected = service(&document()).unwrap();
    let open = |credentials: adobe_ims::credentials::ServiceCredentials| {
        let crypto = Crypto::ring();
        TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto).unwrap()
    };
    for (edit, change) in edits {
        let mut document = document();
        change(&mut document);
        let credentials = service(&document).unwrap_or_else(|error| panic!("{edit}: {error}"));
        assert_eq!(credentials.client_id(), expected.client_id(), "{edit}");
        assert_eq!(
            credentials.organization_id(),
            expected.organization_id(),
            "{edit}"
        );
        assert_eq!(credentials.metascopes(), expected.metascopes(), "{edit}");
        assert_eq!(credentials.environment(), expected.environment(), "{edit}");
        assert_eq!(open(credentials).key().public_key().bits(), 2048, "{edit}");
    }
}

#[test]
fn text_of_windows_is_decoded() {
    let text = serde_json::to_string_pretty(&document()).unwrap();
    let bom = format!("\u{feff}{text}\r\n");
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for document in [bom.as_bytes(), &utf16, format!("\n\n{text}").as_bytes()] {
        assert!(matches!(
            Credentials::parse(document),
            Ok(Credentials::Service(_))
        ));
    }
}

#[test]
fn null_token_does_not_hide_the_credentials() {
    let mut document = document();
    document["accessToken"] = json!(null);
    assert!(service(&document).is_ok());
}

#[test]
fn key_of_another_certificate_is_refused_before_a_request() {
    let mut document = document();
    document["integration"]["privateKey"] = json!(fixture("other.pem"));
    let crypto = Crypto::ring();
    let credentials = service(&document).unwrap();
    let error = TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto).unwrap_err();
    assert_eq!(error.problem(), Problem::CertificateKeyMismatch);
    let fingerprints: Vec<String> = error
        .to_string()
        .split(|c: char| !c.is_ascii_hexdigit())
        .filter(|word| word.len() == 64)
        .map(str::to_owned)
        .collect();
    assert_eq!(fingerprints.len(), 2, "{error}");
    assert_ne!(fingerprints[0], fingerprints[1]);
    assert!(
        error
            .to_string()
            .contains("CN=cm-p12345-e67890-integration-0"),
        "{error}"
    );
}

#[test]
fn local_development_token_is_an_access_token() {
    let document = json!({"ok": true, "statusCode": 200, "accessToken": " opaque-token\n"});
    let Ok(Credentials::AccessToken(token)) = Credentials::parse(document.to_string().as_bytes())
    else {
        panic!("not a token");
    };
    assert_eq!(token.as_secret().expose(), "opaque-token");
    assert_eq!(token.expires_at(), None);
    assert!(!token.is_expired(SystemTime::UNIX_EPOCH));
    assert!(token.authorization().is_sensitive());
}

#[test]
fn token_that_no_header_can_carry_is_refused() {
    for token in ["two words", "line\nend", "\u{1}", "ü"] {
        let document = json!({"accessToken": token});
        complaint(document.to_string(), Problem::TokenUnreadable);
    }
}

#[test]
fn documents_from_secret_stores_are_unwrapped() {
    let text = document().to_string();
    let base64 = STANDARD.encode(&text);
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(76)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    for document in [
        base64.clone(),
        lines.join("\n"),
        serde_json::to_string(&text).unwrap(),
        serde_json::to_string(&base64).unwrap(),
        format!("'{text}'"),
        format!("\"{text}\""),
    ] {
        assert!(matches!(
            Credentials::parse(document.as_bytes()),
            Ok(Credentials::Service(_))
        ));
    }
}

#[test]
fn debug_hides_the_secrets() {
    let credentials = service(&document()).unwrap();
    let debug = format!("{credentials:?}");
    assert!(
        !debug.contains(CLIENT_SECRET) && !debug.contains("MII"),
        "{debug}"
    );
    let debug = format!("{:?}", crate::support::account());
    assert!(
        !debug.contains(CLIENT_SECRET) && !debug.contains("MII"),
        "{debug}"
    );
    let token = Credentials::parse(br#"{"accessToken": "SECRET?%&="}"#).unwrap();
    assert!(!format!("{token:?}").contains("SECRET?%&="));
}

mod never_panics {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn on_bytes(document in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Credentials::parse(&document);
        }

        #[test]
        fn on_any_text_and_quotes_no_secret(
            before in "(?s)[\\{\\}\\[\\]\":,=a-zA-Z_ \n]{0,24}|\\PC{0,12}", name in proptest::sample::select(vec![
                "integration", "accessToken", "project", "ims", "contexts", "client_credentials", "API_KEY",
                "CLIENT_ID", "client_id", "OAUTH_CLIENT_SECRET", "AIO_ims_contexts_x_client__id", "",
            ]),
            between in proptest::sample::select(vec!["=", "\":\"", "\":[\"", "\":{\"", "=\"", "={\"", "\n"]),
            after in "[\\{\\}\\[\\]\":,= \n]{0,8}",
        ) {
            let quote = if between.contains(':') { "{\"" } else { "" };
            for text in [
                format!("{quote}{name}{between}SECRET?%&=ü{after}"),
                format!("{before}{name}{between}SECRET?%&=ü{after}"),
            ] {
                if let Err(error) = Credentials::parse(text.as_bytes()) {
                    let message = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
                    prop_assert!(!message.contains("SECRET?"), "{}: {}", text, message);
                }
            }
        }

        #[test]
        fn on_changed_documents(at in 0usize..3000, by in any::<u8>(), cut in 0usize..4000) {
            let mut text = document().to_string().into_bytes();
            let at = at % text.len();
            text[at] = by;
            text.truncate(cut.max(1));
            if let Ok(Credentials::Service(credentials)) = Credentials::parse(&text) {
                let crypto = Crypto::ring();
                let _ = TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto);
            }
        }
    }
}
