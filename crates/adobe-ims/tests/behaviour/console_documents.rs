//! Documents of the Adobe Developer Console and of the tools around it that need a key beside them, or a
//! choice.

use adobe_ims::credentials::{CredentialFields, DocumentOptions};
use adobe_ims::{
    Credentials, Environment, Error, KeyContext, OauthCredentials, Problem, Secret,
    ServiceCredentials, TechnicalAccount, crypto, timestamp,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, fixture};

/// As the console wrote it.
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

/// A context of aio for JWT.
fn context() -> Value {
    json!({
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        "technical_account_id": TECHNICAL_ACCOUNT, "ims_org_id": ORGANIZATION,
        "meta_scopes": ["ent_adobeio_sdk", "/s/ent_user_sdk"],
        "private_key": fixture("pkcs8.pem"),
    })
}

fn oauth_context(client_id: &str) -> Value {
    json!({
        "client_id": client_id, "client_secrets": [CLIENT_SECRET], "scopes": ["openid"],
        "technical_account_id": TECHNICAL_ACCOUNT, "ims_org_id": ORGANIZATION,
        "technical_account_email": "x@techacct.adobe.com",
    })
}

fn by_name(name: &str) -> DocumentOptions {
    let mut options = DocumentOptions::default();
    options.context = Some(name.to_owned());
    options
}

fn read(document: &Value, options: &DocumentOptions) -> adobe_ims::Result<Credentials> {
    Credentials::parse_with(document.to_string().as_bytes(), options)
}

#[track_caller]
fn service(document: &Value, options: &DocumentOptions) -> ServiceCredentials {
    match read(document, options).unwrap() {
        Credentials::Service(credentials) => credentials,
        other => panic!("not service credentials: {other:?}"),
    }
}

#[track_caller]
fn oauth(document: &Value, options: &DocumentOptions) -> OauthCredentials {
    match read(document, options).unwrap() {
        Credentials::OauthServerToServer(credentials) => credentials,
        other => panic!("not OAuth credentials: {other:?}"),
    }
}

#[track_caller]
fn refused(document: &Value, options: &DocumentOptions, problem: Problem) -> Error {
    let error = read(document, options).unwrap_err();
    assert_eq!(error.problem(), problem, "{error}");
    let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
    for secret in ["SECRET?", "MII", "-BEGIN"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    error
}

fn opened(credentials: &ServiceCredentials) -> adobe_ims::Result<TechnicalAccount> {
    let crypto = crypto::default_provider();
    TechnicalAccount::open(credentials, &KeyContext::default(), &crypto)
}

#[test]
fn a_jwt_download_asks_for_its_key_and_metascopes() {
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

    // What is missing may be another thing as well.
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
fn a_jwt_download_is_completed_beside_it_or_by_hand() {
    let mut options = DocumentOptions::default();
    options.instead = CredentialFields::new()
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
        assert_eq!(timestamp::shown(end), "2127-03-01T00:00:00Z");
    }
    // The path of the key counts from the document.
    document["PRIVATE_Key"] = json!("private.key");
    assert!(service(&document, &DocumentOptions::default()).names_a_key_file());
    document["IMS_HOST"] = json!("ims-na1-stg1.adobelogin.com");
    let stage = service(&document, &DocumentOptions::default());
    assert_eq!(*stage.environment(), Environment::stage());
}

#[test]
fn dates_that_are_none_say_nothing() {
    let mut options = DocumentOptions::default();
    options.instead = CredentialFields::new()
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
fn a_context_of_aio_has_its_key_in_it() {
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
    // No name is made into a host.
    lines["env"] = json!("qa.example.com");
    refused(&lines, &plain, Problem::EndpointInvalid);

    let mut lacking = context();
    lacking["private_key"] = json!([]);
    lacking["ims_org_id"] = json!(null);
    let error = refused(&lacking, &plain, Problem::DocumentNeedsMore);
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
fn a_configuration_of_jwt_auth_is_read() {
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
fn names_that_others_gave_keep_to_their_line() {
    let name = format!("a\nb\u{1b}[31m{}", "x".repeat(300));
    let mut lacking = oauth_context("one");
    lacking["client_secrets"] = json!([" "]);
    let document = json!({"ims": {"contexts": {name.as_str(): lacking}}});
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
fn the_passphrase_of_a_context_opens_its_key() {
    let mut locked = context();
    locked["private_key"] = json!(fixture("pkcs8-aes256.pem"));
    let credentials = service(&locked, &DocumentOptions::default());
    let error = opened(&credentials).unwrap_err();
    assert_eq!(error.problem(), Problem::KeyEncrypted);
    locked["passphrase"] = json!("PASSPHRASE?%&=ü");
    let credentials = service(&locked, &DocumentOptions::default());
    assert!(opened(&credentials).is_ok());
    assert!(!format!("{credentials:?}").contains("PASSPHRASE"));
    // The caller's counts more.
    let wrong = Secret::new("wrong");
    let files = KeyContext {
        passphrase: Some(&wrong),
        ..KeyContext::default()
    };
    let crypto = crypto::default_provider();
    let error = TechnicalAccount::open(&credentials, &files, &crypto).unwrap_err();
    assert_eq!(error.problem(), Problem::KeyPassphraseWrong);
}

#[test]
fn one_of_several_contexts_is_chosen() {
    let login =
        json!({"access_token": {"token": "SECRET?%&=ü"}, "client_id": "aio-cli-console-auth"});
    let contexts = json!({
        "$cli": login, "cli": login, "jwt ü": context(), "one": oauth_context("one"), "two": oauth_context("two"),
    });
    let whole = json!({"ims": {"contexts": contexts}, "cloudmanager_programid": 7});
    let mut old = contexts.clone();
    old["$current"] = json!("two");
    for document in [
        whole.clone(),
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
    let error = refused(&whole, &plain, Problem::ContextAmbiguous);
    assert_eq!(
        error.to_string(),
        "the configuration of aio has 3 credentials, and which are meant is not said: \
         \"jwt ü\", \"one\", \"two\""
    );
    assert_eq!(oauth(&json!({"$ims": old}), &plain).client_id(), "two");
    let mut current = whole;
    current["ims"]["config"] = json!({"current": "one"});
    assert_eq!(oauth(&current, &plain).client_id(), "one");
    assert_eq!(oauth(&current, &by_name("two")).client_id(), "two");
    // The only one is meant, and what it lacks is named with its place.
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

fn workspace(credentials: Value) -> Value {
    json!({"project": {
        "org": {"ims_org_id": ORGANIZATION},
        "workspace": {"name": "Production", "details": {"credentials": credentials}},
    }})
}

#[test]
fn one_of_several_credentials_of_a_workspace_is_chosen() {
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
    keyed.complement = CredentialFields::new().private_key(fixture("pkcs8.pem"));
    let credentials = service(&document, &keyed);
    assert_eq!(credentials.organization_id(), ORGANIZATION);
    assert!(opened(&credentials).is_ok());
    // While a credential is migrated, it is OAuth.
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
    // A name that two have says nothing.
    let twins = json!([migrated, migrated]);
    refused(&workspace(twins), &by_name("Both"), Problem::ContextUnknown);
}

#[test]
fn the_file_of_pdf_services_is_read() {
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
    fn whatever_is_changed_is_read_or_refused_without_its_secrets(
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
                let told = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
                prop_assert!(!told.contains("SECRET?") && !told.contains("MII"), "{}", told);
            }
        }
    }
}
