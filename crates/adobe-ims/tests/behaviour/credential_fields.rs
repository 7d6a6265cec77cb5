//! Credentials in fields, from flags, variables and configuration files.

use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::credentials::{CredentialFields, DocumentOptions, FieldNames};
use adobe_ims::credentials::{OauthCredentials, ServiceCredentials};
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::{Credentials, Environment, Error, Problem};
use serde_json::json;

use crate::support::{
    CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, document, fixture, oauth_document,
};

fn oauth() -> CredentialFields {
    CredentialFields::new()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .scopes("openid,AdobeID")
}

fn account() -> CredentialFields {
    CredentialFields::new()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .organization_id(ORGANIZATION)
        .technical_account_id(TECHNICAL_ACCOUNT)
        .metascopes("ent_aem_cloud_api")
        .private_key(fixture("pkcs8.pem"))
}

/// Returns the names of the flags of a command.
fn names() -> FieldNames {
    let mut names = FieldNames::default();
    names.client_id = "--client-id";
    names.client_secret = "--client-secret-file";
    names.scopes = "--scope";
    names.metascopes = "--metascope";
    names.organization_id = "--org";
    names.technical_account_id = "--technical-account";
    names.private_key = "--private-key-file";
    names
}

#[track_caller]
fn oauth_of(fields: &CredentialFields) -> OauthCredentials {
    match fields.credentials(names()).unwrap() {
        Credentials::OauthServerToServer(credentials) => credentials,
        other => panic!("not OAuth credentials: {other:?}"),
    }
}

#[track_caller]
fn service_of(credentials: Credentials) -> ServiceCredentials {
    match credentials {
        Credentials::Service(credentials) => credentials,
        other => panic!("not service credentials: {other:?}"),
    }
}

#[track_caller]
fn refused(fields: &CredentialFields, problem: Problem) -> Error {
    let error = fields.credentials(names()).unwrap_err();
    assert_eq!(error.problem(), problem, "{error}");
    let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
    for secret in ["SECRET?", "MII", "-BEGIN"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    error
}

#[test]
fn client_secret_and_scopes_make_oauth_credentials() {
    let credentials = oauth_of(&oauth());
    assert_eq!(credentials.client_id(), CLIENT_ID);
    assert_eq!(credentials.scopes(), ["openid", "AdobeID"]);
    assert_eq!(credentials.secret_count(), 1);
    assert_eq!(*credentials.environment(), Environment::production());
    let more = oauth()
        .client_secret("[\"another\", \"third\"]")
        .scopes("\"[\\\"openid\\\", \\\"x\\\"]\" y")
        .organization_id(ORGANIZATION)
        .environment(Environment::stage());
    let credentials = oauth_of(&more);
    assert_eq!(credentials.secret_count(), 3);
    assert_eq!(credentials.scopes(), ["openid", "AdobeID", "x", "y"]);
    assert_eq!(credentials.organization_id(), Some(ORGANIZATION));
    assert_eq!(*credentials.environment(), Environment::stage());
    assert!(!format!("{more:?}").contains("SECRET"), "{more:?}");
}

#[test]
fn key_and_metascopes_make_a_technical_account() {
    let credentials = service_of(account().credentials(names()).unwrap());
    assert_eq!(credentials.organization_id(), ORGANIZATION);
    assert_eq!(credentials.technical_account_id(), TECHNICAL_ACCOUNT);
    assert_eq!(credentials.metascopes(), ["ent_aem_cloud_api"]);
    assert!(credentials.certificate().is_none());
    let crypto = Crypto::ring();
    let account = TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto).unwrap();
    assert_eq!(account.key().public_key().bits(), 2048);
}

#[test]
fn key_file_is_read_as_text_or_binary() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for name in ["pkcs1.pem", "pkcs1.der", "pkcs8.pem", "pkcs8.der"] {
        let content = std::fs::read(folder.join(name)).unwrap();
        let fields = account().private_key_file(&content);
        let credentials = service_of(fields.credentials(names()).unwrap());
        let crypto = Crypto::ring();
        let account = TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto);
        assert_eq!(account.unwrap().key().public_key().bits(), 2048, "{name}");
    }
    let content = std::fs::read(folder.join("bundle.p12")).unwrap();
    let fields = account().private_key_file(&content);
    let credentials = service_of(fields.credentials(names()).unwrap());
    let crypto = Crypto::ring();
    let error = TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto).unwrap_err();
    assert_eq!(error.problem(), Problem::KeyInContainer);
}

#[test]
fn client_is_read_without_scopes_and_secret() {
    let fields = CredentialFields::new().client_id(CLIENT_ID);
    let client = fields.client(names()).unwrap();
    assert_eq!(client.client_id(), CLIENT_ID);
    assert!(client.is_public() && fields.scope_list().is_empty());
    assert_eq!(*client.environment(), Environment::production());
    let fields = fields
        .client_secret("[\"a\", \"b\"]")
        .scopes("openid, AdobeID")
        .scopes("openid read")
        .organization_id(ORGANIZATION)
        .environment(Environment::stage());
    let client = fields.client(names()).unwrap();
    assert_eq!(
        (client.secret_count(), client.organization_id()),
        (2, Some(ORGANIZATION))
    );
    assert_eq!(*client.environment(), Environment::stage());
    assert_eq!(fields.scope_list(), ["openid", "AdobeID", "read"]);
    let error = CredentialFields::new().client(names()).unwrap_err();
    assert_eq!(error.problem(), Problem::CredentialsIncomplete);
    assert_eq!(
        error.to_string(),
        "the credentials are incomplete; missing or empty: --client-id"
    );
}

#[test]
fn missing_fields_are_listed_by_the_names_of_the_caller() {
    let error = refused(&CredentialFields::new(), Problem::CredentialsIncomplete);
    assert_eq!(
        error.to_string(),
        "the credentials are incomplete; missing or empty: --client-id, --client-secret-file, --scope"
    );
    let key = CredentialFields::new().private_key(fixture("pkcs8.pem"));
    let error = refused(&key.client_id(" "), Problem::CredentialsIncomplete);
    assert_eq!(
        error.to_string(),
        "the credentials are incomplete; missing or empty: --org, --technical-account, --client-id, \
         --client-secret-file, --metascope"
    );
    let mut names = FieldNames::default();
    names.subject = "the credentials of the profile \"author\"".into();
    names.prefix = "profiles.author.".into();
    let fields = CredentialFields::new().client_id(CLIENT_ID).scopes(" , ");
    let error = fields.credentials(names).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the credentials of the profile \"author\" are incomplete; missing or empty: \
         profiles.author.client_secrets, profiles.author.scopes"
    );
}

#[test]
fn scopes_and_metascopes_together_are_refused() {
    let error = refused(
        &account().scopes("openid"),
        Problem::CredentialsContradictory,
    );
    assert_eq!(
        error.to_string(),
        "the credentials have both scopes (--scope) and metascopes (--metascope)"
    );
    // A key alone makes a technical account, whose other fields are missing.
    let keyed = oauth().private_key(fixture("pkcs8.pem"));
    let error = refused(&keyed, Problem::CredentialsIncomplete);
    assert!(error.to_string().ends_with("--metascope"), "{error}");
    assert!(
        error
            .hints()
            .any(|hint| hint.contains("scopes are for OAuth")),
        "{error:?}"
    );
    let swapped = account()
        .organization_id(TECHNICAL_ACCOUNT)
        .technical_account_id(ORGANIZATION);
    let error = refused(&swapped, Problem::IdentitiesSwapped);
    assert!(
        error.to_string().starts_with("--org holds the technical"),
        "{error}"
    );
}

#[test]
fn blank_fields_count_as_missing() {
    assert!(CredentialFields::new().is_empty());
    assert!(CredentialFields::new().scopes(" ").client_id("").is_empty());
    assert!(!CredentialFields::new().scopes("x").is_empty());
    let somewhere = CredentialFields::new().environment(Environment::stage());
    assert!(!somewhere.is_empty());
}

#[test]
fn overrides_replace_fields_of_a_document() {
    let mut options = DocumentOptions::default();
    options.overrides = CredentialFields::new()
        .scopes("other")
        .client_secret("another")
        .environment(Environment::stage());
    let document = oauth_document().to_string();
    let credentials = Credentials::parse_with(document.as_bytes(), &options).unwrap();
    let Credentials::OauthServerToServer(credentials) = credentials else {
        panic!("{credentials:?}");
    };
    assert_eq!(credentials.scopes(), ["other"]);
    assert_eq!(credentials.client_id(), CLIENT_ID);
    assert_eq!(credentials.secret_count(), 1);
    assert_eq!(*credentials.environment(), Environment::stage());

    options.overrides = CredentialFields::new().metascopes("other");
    let credentials = Credentials::parse_with(self::document().to_string().as_bytes(), &options);
    assert_eq!(service_of(credentials.unwrap()).metascopes(), ["other"]);
    let error = Credentials::parse_with(document.as_bytes(), &options).unwrap_err();
    assert_eq!(error.problem(), Problem::CredentialsContradictory);
    options.overrides = CredentialFields::new().scopes("openid");
    let error =
        Credentials::parse_with(self::document().to_string().as_bytes(), &options).unwrap_err();
    assert_eq!(error.problem(), Problem::CredentialsContradictory);
    assert_eq!(
        error.to_string(),
        "the credential document is a technical account's (JWT), and scopes were added"
    );
}

#[test]
fn fallbacks_fill_missing_fields_of_a_document() {
    let mut options = DocumentOptions::default();
    options.fallbacks = account().client_id("foreign").metascopes("foreign");
    // This document is complete.
    let credentials = Credentials::parse_with(document().to_string().as_bytes(), &options).unwrap();
    let credentials = service_of(credentials);
    assert_eq!(credentials.client_id(), CLIENT_ID);
    assert_eq!(credentials.metascopes(), ["ent_aem_cloud_api"]);
    let mut incomplete = document();
    incomplete["integration"]["metascopes"] = json!(" ");
    let credentials = Credentials::parse_with(incomplete.to_string().as_bytes(), &options).unwrap();
    assert_eq!(
        service_of(credentials).metascopes(),
        ["ent_aem_cloud_api", "foreign"]
    );
    incomplete["integration"]["technicalAccount"]["clientId"] = json!("");
    let error = Credentials::parse_with(incomplete.to_string().as_bytes(), &options).unwrap_err();
    assert!(
        error.to_string().ends_with("technicalAccount.clientId"),
        "{error}"
    );
}
