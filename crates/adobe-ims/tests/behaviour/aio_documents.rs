//! Documents of Adobe's aio: contexts, configurations, workspace downloads.

use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::credentials::{CredentialFields, DocumentOptions};
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::{Environment, Problem, Secret};
use serde_json::{Value, json};

use crate::console_documents::{oauth, opened, refused, service};
use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, fixture};

/// A context of aio for JWT.
pub(crate) fn context() -> Value {
    json!({
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        "technical_account_id": TECHNICAL_ACCOUNT, "ims_org_id": ORGANIZATION,
        "meta_scopes": ["ent_adobeio_sdk", "/s/ent_user_sdk"],
        "private_key": fixture("pkcs8.pem"),
    })
}

pub(crate) fn oauth_context(client_id: &str) -> Value {
    json!({
        "client_id": client_id, "client_secrets": [CLIENT_SECRET], "scopes": ["openid"],
        "technical_account_id": TECHNICAL_ACCOUNT, "ims_org_id": ORGANIZATION,
        "technical_account_email": "x@techacct.adobe.com",
    })
}

pub(crate) fn by_name(name: &str) -> DocumentOptions {
    let mut options = DocumentOptions::default();
    options.context = Some(name.to_owned());
    options
}

#[test]
fn context_with_its_key_is_read() {
    let plain = DocumentOptions::default();
    let credentials = service(&context(), &plain);
    assert_eq!(
        credentials.metascopes(),
        ["ent_adobeio_sdk", "ent_user_sdk"]
    );
    assert!(opened(&credentials).is_ok());
    let mut lines = context();
    lines["private_key"] = fixture("pkcs8.pem").lines().collect();
    lines["env"] = json!("stage");
    let credentials = service(&lines, &plain);
    assert!(opened(&credentials).is_ok());
    assert_eq!(*credentials.environment(), Environment::stage());
    // An unknown name is not made into a host.
    lines["env"] = json!("qa.example.com");
    refused(&lines, &plain, Problem::EndpointInvalid);

    let mut incomplete = context();
    incomplete["private_key"] = json!([]);
    incomplete["ims_org_id"] = json!(null);
    let error = refused(&incomplete, &plain, Problem::DocumentNeedsMore);
    assert!(
        error
            .to_string()
            .ends_with("empty: ims_org_id, private_key"),
        "{error}"
    );
    assert_eq!(
        oauth(&oauth_context(CLIENT_ID), &plain).client_id(),
        CLIENT_ID
    );
}

#[test]
fn control_characters_in_a_context_name_are_replaced() {
    let name = format!("a\nb\u{1b}[31m{}", "x".repeat(300));
    let mut incomplete = oauth_context("one");
    incomplete["client_secrets"] = json!([" "]);
    let document = json!({"ims": {"contexts": {name.as_str(): incomplete}}});
    let error = refused(
        &document,
        &DocumentOptions::default(),
        Problem::DocumentIncomplete,
    );
    assert!(
        error.to_string().contains("ims.contexts.a?b?[31mxxx"),
        "{error}"
    );
    assert!(error.to_string().len() < 250, "{error}");
    let two =
        json!({"ims": {"contexts": {name: oauth_context("one"), "a\nb": oauth_context("two")}}});
    let error = refused(&two, &DocumentOptions::default(), Problem::ContextAmbiguous);
    assert!(error.to_string().ends_with(": \"a\\nb\""), "{error}");
}

#[test]
fn passphrase_of_a_context_decrypts_its_key() {
    let mut locked = context();
    locked["private_key"] = json!(fixture("pkcs8-aes256.pem"));
    let credentials = service(&locked, &DocumentOptions::default());
    let error = opened(&credentials).unwrap_err();
    assert_eq!(error.problem(), Problem::KeyEncrypted);
    locked["passphrase"] = json!("PASSPHRASE?%&=ü");
    let credentials = service(&locked, &DocumentOptions::default());
    assert!(opened(&credentials).is_ok());
    assert!(!format!("{credentials:?}").contains("PASSPHRASE"));
    // The passphrase of the caller counts more.
    let wrong = Secret::new("wrong");
    let files = KeyContext::default().passphrase(&wrong);
    let crypto = Crypto::ring();
    let error = TechnicalAccount::open(&credentials, &files, &crypto).unwrap_err();
    assert_eq!(error.problem(), Problem::KeyPassphraseWrong);
}

#[test]
fn one_of_several_contexts_is_selected() {
    let login =
        json!({"access_token": {"token": "SECRET?%&=ü"}, "client_id": "aio-cli-console-auth"});
    let contexts = json!({
        "$cli": login, "cli": login, "jwt ü": context(), "one": oauth_context("one"), "two": oauth_context("two"),
    });
    let configuration = json!({"ims": {"contexts": contexts}, "cloudmanager_programid": 7});
    let mut old = contexts.clone();
    old["$current"] = json!("two");
    for document in [
        configuration.clone(),
        json!({"contexts": contexts}),
        json!({"$ims": old}),
    ] {
        assert_eq!(oauth(&document, &by_name("one")).client_id(), "one");
        assert_eq!(service(&document, &by_name("jwt ü")).client_id(), CLIENT_ID);
        for name in ["cli", "One", "SECRET?%&=ü"] {
            let error = refused(&document, &by_name(name), Problem::ContextUnknown);
            assert!(
                error
                    .hints()
                    .any(|hint| hint.ends_with("\"jwt ü\", \"one\", \"two\"")),
                "{error:?}"
            );
        }
    }
    let plain = DocumentOptions::default();
    let error = refused(&configuration, &plain, Problem::ContextAmbiguous);
    assert_eq!(
        error.to_string(),
        "the configuration of aio has 3 credentials, and none is selected: \
         \"jwt ü\", \"one\", \"two\""
    );
    assert_eq!(oauth(&json!({"$ims": old}), &plain).client_id(), "two");
    let mut current = configuration;
    current["ims"]["config"] = json!({"current": "one"});
    assert_eq!(oauth(&current, &plain).client_id(), "one");
    assert_eq!(oauth(&current, &by_name("two")).client_id(), "two");
    // The only context is used, and its missing fields are named with their path.
    let mut only = json!({"ims": {"contexts": {"cli": login, "one": oauth_context("one")}}});
    assert_eq!(oauth(&only, &plain).client_id(), "one");
    only["ims"]["contexts"]["one"]["client_secrets"] = json!([" "]);
    let error = refused(&only, &plain, Problem::DocumentIncomplete);
    assert!(
        error
            .to_string()
            .ends_with("ims.contexts.one.client_secrets"),
        "{error}"
    );
    let error = refused(
        &json!({"ims": {"contexts": {"cli": login}}}),
        &plain,
        Problem::DocumentNotSupported,
    );
    assert!(
        error
            .to_string()
            .contains("no IMS context with credentials"),
        "{error}"
    );
}

pub(crate) fn workspace(credentials: Value) -> Value {
    json!({"project": {
        "org": {"ims_org_id": ORGANIZATION},
        "workspace": {"name": "Production", "details": {"credentials": credentials}},
    }})
}

#[test]
fn one_of_several_credentials_of_a_workspace_is_selected() {
    let entry = |id: &str, name: &str, kind: &str, content: &Value| json!({"id": id, "name": name, "integration_type": kind, kind: content});
    let mut jwt = context();
    jwt.as_object_mut().unwrap().remove("private_key");
    jwt.as_object_mut().unwrap().remove("ims_org_id");
    let document = workspace(json!([
        entry(
            "1",
            "Forms S2S",
            "oauth_server_to_server",
            &oauth_context("one")
        ),
        entry("2", "Old", "jwt", &jwt),
        entry("3", "Key", "api_key", &json!({"client_id": "three"})),
    ]));
    let plain = DocumentOptions::default();
    assert_eq!(oauth(&document, &by_name("Forms S2S")).client_id(), "one");
    assert_eq!(oauth(&document, &by_name("1")).client_id(), "one");
    let error = refused(&document, &plain, Problem::ContextAmbiguous);
    assert!(
        error.to_string().ends_with(": \"Forms S2S\", \"Old\""),
        "{error}"
    );
    let error = refused(&document, &by_name("Old"), Problem::DocumentNeedsMore);
    assert_eq!(
        error.to_string(),
        "the credential document is incomplete; missing or empty: \
         project.workspace.details.credentials[].jwt.private_key"
    );
    let mut keyed = by_name("2");
    keyed.fallbacks = CredentialFields::new().private_key(fixture("pkcs8.pem"));
    let credentials = service(&document, &keyed);
    assert_eq!(credentials.organization_id(), ORGANIZATION);
    assert!(opened(&credentials).is_ok());
    // A credential that is being migrated counts as OAuth.
    let mut migrated = entry(
        "4",
        "Both",
        "oauth_server_to_server",
        &oauth_context("four"),
    );
    migrated["jwt"] = jwt;
    assert_eq!(
        oauth(&workspace(json!([migrated])), &plain).client_id(),
        "four"
    );
    // A name that two credentials have selects none.
    let twins = json!([migrated, migrated]);
    refused(&workspace(twins), &by_name("Both"), Problem::ContextUnknown);
}
