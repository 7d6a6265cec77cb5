//! Documents of the Adobe Developer Console and of its tools that need a key from the caller, or a selection.

use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::credentials::{CredentialFields, DocumentOptions};
use adobe_ims::credentials::{OauthCredentials, ServiceCredentials};
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::internal::time;
use adobe_ims::{Credentials, Environment, Error, Problem};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::aio_documents::{by_name, context, oauth_context, workspace};
use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, fixture};

/// Returns a JWT download as the console writes it.
fn console_jwt() -> Value {
    json!({
        "CLIENT_SECRET": CLIENT_SECRET,
        "ORG_ID": ORGANIZATION,
        "API_KEY": CLIENT_ID,
        "TECHNICAL_ACCOUNT_ID": TECHNICAL_ACCOUNT,
        "TECHNICAL_ACCOUNT_EMAIL": "11111111-2222-3333-4444-555555555555@techacct.adobe.com",
        "PUBLIC_KEYS_WITH_EXPIRY": {
            "00112233445566778899aabbccddeeff00112233": "03/01/2127",
            "ffeeddccbbaa99887766554433221100ffeeddcc": "11/09/2126",
        },
    })
}

pub(crate) fn read(document: &Value, options: &DocumentOptions) -> adobe_ims::Result<Credentials> {
    Credentials::parse_with(document.to_string().as_bytes(), options)
}

#[track_caller]
pub(crate) fn service(document: &Value, options: &DocumentOptions) -> ServiceCredentials {
    match read(document, options).unwrap() {
        Credentials::Service(credentials) => credentials,
        other => panic!("not service credentials: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn oauth(document: &Value, options: &DocumentOptions) -> OauthCredentials {
    match read(document, options).unwrap() {
        Credentials::OauthServerToServer(credentials) => credentials,
        other => panic!("not OAuth credentials: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn refused(document: &Value, options: &DocumentOptions, problem: Problem) -> Error {
    let error = read(document, options).unwrap_err();
    assert_eq!(error.problem(), problem, "{error}");
    let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
    for secret in ["SECRET?", "MII", "-BEGIN"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    error
}

pub(crate) fn opened(credentials: &ServiceCredentials) -> adobe_ims::Result<TechnicalAccount> {
    let crypto = Crypto::ring();
    TechnicalAccount::open(credentials, &KeyContext::default(), &crypto)
}

#[test]
fn jwt_download_without_key_and_metascopes_is_refused_with_hints() {
    let plain = DocumentOptions::default();
    let error = refused(&console_jwt(), &plain, Problem::DocumentNeedsMore);
    assert_eq!(
        error.to_string(),
        "the credential document is incomplete; missing or empty: METASCOPES, PRIVATE_KEY"
    );
    let hints: Vec<_> = error.hints().collect();
    assert!(hints[0].contains("the private key is never in such a document"));
    assert!(hints[1].contains("the metascopes are"));
    assert!(hints[2].contains("Adobe has ended JWT credentials"));

    // Another field may be missing too.
    let mut document = console_jwt();
    document["METASCOPES"] = json!("ent_adobeio_sdk");
    document["ORG_ID"] = json!(7);
    document["API_KEY"] = json!(" ");
    let error = refused(&document, &plain, Problem::DocumentNeedsMore);
    assert_eq!(
        error.to_string(),
        "the credential document is incomplete; missing or empty: API_KEY, PRIVATE_KEY; \
         ORG_ID is a number instead of text"
    );
}

#[test]
fn jwt_download_is_completed_by_options_or_by_an_edit() {
    let mut options = DocumentOptions::default();
    options.overrides = CredentialFields::new()
        .private_key(fixture("pkcs8.pem"))
        .metascopes("ent_adobeio_sdk, ent_user_sdk");
    let beside = service(&console_jwt(), &options);
    let mut document = console_jwt();
    document["PRIVATE_Key"] = json!(fixture("pkcs8.pem"));
    document["METASCOPES"] = json!(["ent_adobeio_sdk", "ent_user_sdk"]);
    let by_hand = service(&document, &DocumentOptions::default());
    for credentials in [beside, by_hand] {
        assert_eq!(credentials.client_id(), CLIENT_ID);
        assert_eq!(credentials.organization_id(), ORGANIZATION);
        assert_eq!(credentials.technical_account_id(), TECHNICAL_ACCOUNT);
        assert_eq!(
            credentials.metascopes(),
            ["ent_adobeio_sdk", "ent_user_sdk"]
        );
        assert_eq!(*credentials.environment(), Environment::production());
        assert!(opened(&credentials).is_ok());
        let end = credentials.certificate_expires_at().unwrap();
        assert_eq!(time::display(end), "2127-03-01T00:00:00Z");
    }
    // The path of the key is relative to the document.
    document["PRIVATE_Key"] = json!("private.key");
    assert!(service(&document, &DocumentOptions::default()).names_a_key_file());
    document["IMS_HOST"] = json!("ims-na1-stg1.adobelogin.com");
    let stage = service(&document, &DocumentOptions::default());
    assert_eq!(*stage.environment(), Environment::stage());
}

#[test]
fn invalid_expiry_dates_are_ignored() {
    let mut options = DocumentOptions::default();
    options.overrides = CredentialFields::new()
        .private_key(fixture("pkcs8.pem"))
        .metascopes("x");
    for dates in [
        json!({}),
        json!(null),
        json!("03/01/2127"),
        json!({"a": "13/41/2127", "b": "soon", "c": 7, "d": "1//2"}),
    ] {
        let mut document = console_jwt();
        document["PUBLIC_KEYS_WITH_EXPIRY"] = dates.clone();
        let credentials = service(&document, &options);
        assert_eq!(credentials.certificate_expires_at(), None, "{dates}");
    }
}

#[test]
fn configuration_of_jwt_auth_is_read() {
    let document = json!({
        "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "orgId": ORGANIZATION,
        "technicalAccountId": TECHNICAL_ACCOUNT, "privateKey": fixture("pkcs8.pem"),
        "metaScopes": ["https://ims-na1.adobelogin.com/s/ent_user_sdk"],
        "ims": "https://ims-na1-stg1.adobelogin.com",
    });
    let plain = DocumentOptions::default();
    let credentials = service(&document, &plain);
    assert_eq!(credentials.metascopes(), ["ent_user_sdk"]);
    assert_eq!(*credentials.environment(), Environment::stage());
    assert!(opened(&credentials).is_ok());
    let error = refused(
        &json!({"clientId": "x", "metaScopes": []}),
        &plain,
        Problem::DocumentNeedsMore,
    );
    assert!(
        error
            .to_string()
            .ends_with("empty: orgId, technicalAccountId, clientSecret, metaScopes, privateKey"),
        "{error}"
    );
}

#[test]
fn file_of_pdf_services_is_read() {
    let client = json!({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET});
    let account = json!({
        "organization_id": ORGANIZATION, "account_id": TECHNICAL_ACCOUNT,
        "private_key_file": "private.key",
    });
    let plain = DocumentOptions::default();
    let document = json!({"client_credentials": client, "service_account_credentials": account});
    let credentials = service(&document, &plain);
    assert_eq!(credentials.metascopes(), ["ent_documentcloud_sdk"]);
    assert!(credentials.names_a_key_file());
    let principal = json!({"organization_id": ORGANIZATION});
    let mut document =
        json!({"client_credentials": client, "service_principal_credentials": principal});
    let error = refused(&document, &plain, Problem::DocumentNeedsMore);
    assert!(
        error
            .to_string()
            .ends_with("empty: service_principal_credentials.scopes"),
        "{error}"
    );
    document["service_principal_credentials"]["scopes"] = json!("openid,DCAPI");
    let credentials = oauth(&document, &plain);
    assert_eq!(credentials.scopes(), ["openid", "DCAPI"]);
    assert_eq!(credentials.organization_id(), Some(ORGANIZATION));
}

proptest! {
    #[test]
    fn changed_document_is_read_or_refused_without_its_secrets(
        which in 0usize..4, at in any::<prop::sample::Index>(), by in any::<u8>(), name in "\\PC{0,8}",
    ) {
        let document = match which {
            0 => console_jwt(),
            1 => context(),
            2 => json!({"ims": {"contexts": {"a": context(), "b": oauth_context("b")}}}),
            _ => workspace(json!([{"name": "a", "jwt": context()}])),
        };
        let mut text = document.to_string().into_bytes();
        let at = at.index(text.len());
        text[at] = by;
        for options in [DocumentOptions::default(), by_name(&name), by_name("a")] {
            if let Err(error) = Credentials::parse_with(&text, &options) {
                let message = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
                prop_assert!(!message.contains("SECRET?") && !message.contains("MII"), "{}", message);
            }
        }
    }
}
