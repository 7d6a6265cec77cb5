//! OAuth server-to-server documents under all names of their fields.

use adobe_ims::credentials::OauthCredentials;
use adobe_ims::{Credentials, Environment, Problem};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, oauth_document};

fn read(document: &Value) -> adobe_ims::Result<OauthCredentials> {
    match Credentials::parse(document.to_string().as_bytes())? {
        Credentials::OauthServerToServer(credentials) => Ok(credentials),
        other => panic!("not OAuth credentials: {other:?}"),
    }
}

#[track_caller]
fn complaint(document: &Value) -> String {
    let error = read(document).unwrap_err();
    // The caller may add the scopes to a client with its secret.
    let message = error.to_string();
    let lacks_scopes = ["empty: SCOPES", "empty: scopes"]
        .iter()
        .any(|part| message.contains(part));
    let problem = if lacks_scopes {
        Problem::DocumentNeedsMore
    } else {
        Problem::DocumentIncomplete
    };
    assert_eq!(error.problem(), problem, "{error}");
    let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
    assert!(!everything.contains("SECRET?"), "{everything}");
    error.to_string()
}

#[test]
fn download_of_the_console_is_read() {
    let credentials = read(&oauth_document()).unwrap();
    assert_eq!(credentials.client_id(), CLIENT_ID);
    assert_eq!(credentials.secret_count(), 1);
    assert_eq!(credentials.organization_id(), Some(ORGANIZATION));
    assert_eq!(credentials.technical_account_id(), Some(TECHNICAL_ACCOUNT));
    assert_eq!(
        credentials.email(),
        Some("11111111-2222-3333-4444-555555555555@techacct.adobe.com")
    );
    assert_eq!(
        credentials.scopes(),
        ["openid", "AdobeID", "read_organizations"]
    );
    assert_eq!(*credentials.environment(), Environment::production());
    assert!(!format!("{credentials:?}").contains("SECRET"));
}

#[test]
fn other_field_names_are_read() {
    let tutorial = json!({
        "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "scopes": "openid, AdobeID",
        "adobeIMSV3TokenEndpointURL": "https://ims-na1-stg1.adobelogin.com/ims/token/v3",
    });
    let credentials = read(&tutorial).unwrap();
    assert_eq!(
        credentials.environment().base_url(),
        "https://ims-na1-stg1.adobelogin.com"
    );
    assert_eq!(credentials.organization_id(), None);
    let aio = json!({
        "client_id": CLIENT_ID, "client_secrets": ["a", CLIENT_SECRET], "scopes": ["openid"],
        "technical_account_id": TECHNICAL_ACCOUNT, "ims_org_id": ORGANIZATION,
    });
    let credentials = read(&aio).unwrap();
    assert_eq!(credentials.secret_count(), 2);
    assert_eq!(credentials.organization_id(), Some(ORGANIZATION));
    let names = json!({"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "SCOPES": "openid"});
    assert_eq!(read(&names).unwrap().secret_count(), 1);
}

/// Returns the download of a workspace with these credentials.
fn workspace(credentials: Value) -> Value {
    json!({"project": {
        "id": "4566200000000000001", "name": "formsproj",
        "org": {"id": "23294", "name": "Example Org", "ims_org_id": ORGANIZATION},
        "workspace": {
            "name": "Production",
            "details": {"credentials": credentials, "services": [], "runtime": {"namespaces": []}},
        },
    }})
}

fn entry() -> Value {
    json!({
        "id": "436084", "name": "Forms S2S", "integration_type": "oauth_server_to_server",
        "oauth_server_to_server": {
            "client_id": CLIENT_ID, "client_secrets": [CLIENT_SECRET], "scopes": ["openid"],
            "technical_account_email": "x@techacct.adobe.com",
            "technical_account_id": TECHNICAL_ACCOUNT,
        },
    })
}

#[test]
fn only_credential_of_a_workspace_is_read() {
    let key = json!({"integration_type": "apikey", "api_key": {"client_id": "other"}});
    let mut migrated = entry();
    migrated["jwt"] = json!({"client_id": CLIENT_ID, "meta_scopes": ["ent_x"]});
    for credentials in [json!([entry()]), json!([key, migrated])] {
        let credentials = read(&workspace(credentials)).unwrap();
        assert_eq!(credentials.client_id(), CLIENT_ID);
        assert_eq!(credentials.organization_id(), Some(ORGANIZATION));
        assert_eq!(credentials.technical_account_id(), Some(TECHNICAL_ACCOUNT));
        assert_eq!(credentials.scopes(), ["openid"]);
    }
    let mut incomplete = entry();
    incomplete["oauth_server_to_server"]["client_secrets"] = json!([]);
    let message = complaint(&workspace(json!([incomplete])));
    let path = "project.workspace.details.credentials[].oauth_server_to_server.client_secrets";
    assert!(message.ends_with(path), "{message}");
    for (credentials, part) in [
        (json!([]), "it has no OAuth"),
        (json!([key]), "it has no OAuth"),
    ] {
        let error = read(&workspace(credentials)).unwrap_err();
        assert_eq!(error.problem(), Problem::DocumentNotSupported);
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn secrets_and_scopes_are_read_as_lists_or_texts() {
    for (secrets, count) in [
        (json!(CLIENT_SECRET), 1),
        (json!(["a", CLIENT_SECRET]), 2),
        (json!(["a", " a ", ""]), 1),
        (json!(json!([CLIENT_SECRET, "b"]).to_string()), 2),
        (json!("a,b"), 1),
    ] {
        let mut document = oauth_document();
        document["CLIENT_SECRETS"] = secrets.clone();
        assert_eq!(read(&document).unwrap().secret_count(), count, "{secrets}");
    }
    for scopes in [
        json!(["openid", "AdobeID"]),
        json!("openid,AdobeID"),
        json!("openid AdobeID"),
        json!("openid\u{a0}\r\nAdobeID"),
        json!(" openid , AdobeID,, openid"),
        json!("[\"openid\", \"AdobeID\"]"),
        json!("[openid,AdobeID]"),
        json!(["openid,AdobeID", "openid"]),
    ] {
        let mut document = oauth_document();
        document["SCOPES"] = scopes.clone();
        let credentials = read(&document).unwrap();
        assert_eq!(credentials.scopes(), ["openid", "AdobeID"], "{scopes}");
    }
}

#[test]
fn missing_fields_are_listed_by_the_names_of_the_document() {
    let message = complaint(&json!({"CLIENT_SECRETS": [], "CLIENT_ID": " "}));
    assert!(
        message.ends_with("missing or empty: CLIENT_ID, CLIENT_SECRETS, SCOPES"),
        "{message}"
    );
    let message = complaint(&json!({"client_id": 7, "client_secrets": {"a": 1}, "scopes": ","}));
    assert!(
        message.ends_with("missing or empty: scopes; client_id is a number instead of text; client_secrets is an object instead of text"),
        "{message}"
    );
    let message = complaint(&json!({"clientId": "x", "adobeIMSV3TokenEndpointURL": "x"}));
    assert!(message.ends_with("clientSecret, scopes"), "{message}");
    let message = complaint(&json!({"CLIENT_ID": "x", "CLIENT_SECRET": CLIENT_SECRET}));
    assert!(message.ends_with("empty: SCOPES"), "{message}");
    let message = complaint(&json!({"client_id": "x", "client_secret": CLIENT_SECRET}));
    assert!(message.ends_with("empty: scopes"), "{message}");
}

#[test]
fn environment_of_the_caller_counts() {
    let other = Environment::parse("http://127.0.0.1:8443").unwrap();
    let document = oauth_document().to_string();
    let credentials = Credentials::parse_for(document.as_bytes(), other.clone()).unwrap();
    let Credentials::OauthServerToServer(credentials) = credentials else {
        panic!("{credentials:?}");
    };
    assert_eq!(*credentials.environment(), other);
    let production = read(&oauth_document()).unwrap();
    assert_ne!(credentials.store_key().id(), production.store_key().id());
}

#[test]
fn secrets_change_the_fingerprint_and_not_the_name() {
    let key = |secrets: Value| {
        let mut document = oauth_document();
        document["CLIENT_SECRETS"] = secrets;
        read(&document).unwrap().store_key()
    };
    let (one, two) = (key(json!(["a"])), key(json!(["a", "b"])));
    assert_eq!(one.id(), two.id());
    assert_ne!(one.fingerprint(), two.fingerprint());
    assert_eq!(one.grant().as_str(), "client-credentials");
    assert_eq!(one.subject(), TECHNICAL_ACCOUNT);
}

#[test]
fn field_under_two_names_is_refused() {
    let mut document = oauth_document();
    document["clientId"] = json!("other");
    let error = read(&document).unwrap_err();
    assert_eq!(error.problem(), Problem::DocumentUnknown);
    assert!(
        error.to_string().contains("gives client_id twice"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn changed_document_is_read_or_refused(
        at in 0usize..400, by in any::<u8>(), scopes in "[a-z,\\[\\]\" ]{0,12}",
    ) {
        let mut document = oauth_document();
        document["SCOPES"] = json!(scopes);
        let mut text = document.to_string().into_bytes();
        let at = at % text.len();
        text[at] = by;
        if let Ok(Credentials::OauthServerToServer(credentials)) = Credentials::parse(&text) {
            prop_assert!(!credentials.client_id().is_empty());
            prop_assert!(!credentials.scopes().is_empty());
            prop_assert!(credentials.scopes().iter().all(|scope| !scope.contains([',', ' '])));
            prop_assert_eq!(credentials.secret_count(), 1);
        }
    }
}
