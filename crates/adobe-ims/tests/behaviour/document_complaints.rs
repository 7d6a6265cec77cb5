//! Errors of documents that are incomplete, wrong or no documents.

use adobe_ims::{Credentials, Environment, Problem};
use serde_json::json;

use crate::support::{
    CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TECHNICAL_ACCOUNT, document, fixture, service,
};

#[track_caller]
pub(crate) fn complaint(document: impl AsRef<[u8]>, problem: Problem) -> String {
    let error = Credentials::parse(document.as_ref()).unwrap_err();
    assert_eq!(error.problem(), problem, "{error}");
    let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
    for secret in [CLIENT_SECRET, "MII", "eyJ"] {
        assert!(!everything.contains(secret), "{everything}");
    }
    error.to_string()
}

#[test]
fn missing_fields_are_listed_in_one_message() {
    let message = complaint(r#"{"integration": {}}"#, Problem::DocumentIncomplete);
    assert_eq!(
        message,
        "the credential document is incomplete; missing or empty: integration.imsEndpoint, \
         integration.org, integration.id, integration.technicalAccount.clientId, \
         integration.technicalAccount.clientSecret, integration.metascopes, integration.privateKey"
    );
    let message = complaint(
        r#"{"technicalAccount": null, "imsEndpoint": ""}"#,
        Problem::DocumentIncomplete,
    );
    assert!(
        message.contains("empty: imsEndpoint, org, id, technicalAccount.clientId, "),
        "{message}"
    );

    for (path, empty) in [
        ("imsEndpoint", json!("")),
        ("org", json!(null)),
        ("id", json!(" ")),
        ("metascopes", json!(", ,")),
        ("metascopes", json!([])),
        ("privateKey", json!("\r\n")),
        ("privateKey", json!([])),
    ] {
        let mut document = document();
        document["integration"][path] = empty;
        let message = complaint(document.to_string(), Problem::DocumentIncomplete);
        assert_eq!(
            message,
            format!("the credential document is incomplete; missing or empty: integration.{path}")
        );
    }
}

#[test]
fn values_of_the_wrong_type_are_named_and_not_shown() {
    let mut document = document();
    document["integration"]["org"] = json!({"SECRET?%&=ü": "SECRET?%&=ü"});
    document["integration"]["id"] = json!(["SECRET?%&=ü"]);
    document["integration"]["technicalAccount"] = json!("SECRET?%&=ü");
    document["integration"]["metascopes"] = json!(7);
    document["integration"]["privateKey"] = json!([1, "SECRET?%&=ü"]);
    let message = complaint(document.to_string(), Problem::DocumentIncomplete);
    for part in [
        "integration.org is an object",
        "integration.id is a list",
        "integration.technicalAccount.clientId is not in an object",
        "integration.metascopes is a number",
        "integration.privateKey is a list of mixed things",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn swapped_identities_are_refused() {
    let mut document = document();
    document["integration"]["org"] = json!(TECHNICAL_ACCOUNT);
    document["integration"]["id"] = json!(ORGANIZATION);
    complaint(document.to_string(), Problem::IdentitiesSwapped);
}

#[test]
fn other_files_are_refused_by_their_kind() {
    let text = document().to_string();
    for (document, problem, part) in [
        ("", Problem::DocumentNotJson, "empty"),
        ("  \n", Problem::DocumentNotJson, "empty"),
        ("{}", Problem::DocumentUnknown, "empty JSON object"),
        ("[]", Problem::DocumentUnknown, "not an object"),
        ("\"text\"", Problem::DocumentUnknown, "not an object"),
        (
            r#"{"installed": {"client_secret": "SECRET?%&=ü"}}"#,
            Problem::DocumentUnknown,
            "\"installed\"",
        ),
        (
            "{\"integration\": \"SECRET?%&=ü\"}",
            Problem::DocumentUnknown,
            "`integration` that is no object",
        ),
        (
            &text[..text.len() / 2],
            Problem::DocumentNotJson,
            "ends in the middle",
        ),
        (
            "{\n  \"ok\": true,\n  ]}",
            Problem::DocumentNotJson,
            "line 3",
        ),
        ("{\n  \"ok\": true,\n}", Problem::DocumentUnknown, "\"ok\""),
        (
            "<!DOCTYPE html><html>",
            Problem::DocumentNotJson,
            "a web page",
        ),
        (
            "eyJhbGciOiJSUzI1NiJ9.e30.x",
            Problem::DocumentIsToken,
            "a token",
        ),
        (
            &fixture("pkcs1.pem"),
            Problem::DocumentNotJson,
            "a PEM file",
        ),
        (
            "CLIENT_SECRET=SECRET?%&=ü",
            Problem::DocumentNeedsMore,
            "CLIENT_ID, SCOPES",
        ),
        (
            "SECRET=SECRET?%&=ü",
            Problem::DocumentUnknown,
            "variables, and none of a known name",
        ),
        (
            "GOOGLE_CLIENT_ID=x\nGOOGLE_CLIENT_SECRET=SECRET?%&=ü\nGOOGLE_SCOPES=openid",
            Problem::DocumentUnknown,
            "\"GOOGLE_\"; they look like credentials, but nothing says that they are Adobe's",
        ),
        (
            r#"{"type": "service_account", "client_id": "1", "token_uri": "x", "private_key": "SECRET?%&=ü"}"#,
            Problem::DocumentUnknown,
            "a service account of Google Cloud",
        ),
        (
            "a: &x SECRET?%&=ü",
            Problem::DocumentNotJson,
            "looks like YAML, and it is not readable at line 1: anchors",
        ),
        (
            "curl https://ims-na1.adobelogin.com/ims/exchange/jwt -d 'client_id=x&jwt_token=SECRET?%&=ü'",
            Problem::DocumentNotSupported,
            "exchanges an assertion",
        ),
        (
            "{\"accessToken\": \"\"}",
            Problem::DocumentIncomplete,
            "accessToken",
        ),
        (
            "{\"accessToken\": 12}",
            Problem::DocumentIncomplete,
            "accessToken is a number",
        ),
    ] {
        let message = complaint(document, problem);
        assert!(message.contains(part), "{part}: {message}");
        let error = Credentials::parse(document.as_bytes()).unwrap_err();
        let of_a_console = error.hints().any(|hint| hint.contains("Download"));
        let expected = problem == Problem::DocumentNotJson && document.contains("integration")
            || document.contains("accessToken");
        assert_eq!(of_a_console, expected, "{document}");
    }
    complaint([0x00, 0x9F, 0x92, 0x96], Problem::DocumentNotJson);
    let message = complaint(b"PK\x03\x04\x14\x00\xFF", Problem::DocumentNotJson);
    assert!(message.contains("a zip archive"), "{message}");
    complaint("[".repeat(10_000), Problem::DocumentNotJson);
    complaint(
        format!("{{\"a\":{}", "[".repeat(10_000)),
        Problem::DocumentNotJson,
    );
}

#[test]
fn file_of_another_kind_has_a_hint_that_names_the_right_one() {
    let hint = "Pass the document as Adobe's console hands it out.";
    for (document, is_other) in [
        (b"" as &[u8], true),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n", true),
        (b"\n<!DOCTYPE html>\n<html>", true),
        (b"{\\rtf1\\ansi}", true),
        (b"hello", true),
        (b"\x89PNG\r\n\x1a\n\xFF", true),
        // A damaged document has hints of its own.
        (b"{\"a\": \"b\", !}", false),
        (b"{\"integration\": {", false),
        (b"a: &anchor b\nc: d\n", false),
        (b"PK\x03\x04\x14\x00\xFF", false),
    ] {
        let error = Credentials::parse(document).unwrap_err();
        let shown = String::from_utf8_lossy(document);
        assert_eq!(error.problem(), Problem::DocumentNotJson, "{shown}");
        assert_eq!(error.hints().next() == Some(hint), is_other, "{shown}");
        assert!(error.hints().filter(|it| *it == hint).count() < 2);
    }
}

#[test]
fn address_is_checked_when_the_document_is_read() {
    for (endpoint, problem) in [
        ("http://ims-na1.adobelogin.com", Problem::EndpointInsecure),
        ("ims na1", Problem::EndpointInvalid),
        ("ftp://ims-na1.adobelogin.com", Problem::EndpointInvalid),
    ] {
        let mut document = document();
        document["integration"]["imsEndpoint"] = json!(endpoint);
        complaint(document.to_string(), problem);
    }
}

#[test]
fn unknown_identity_service_of_a_document_is_refused() {
    let named = |endpoint: &str| {
        let mut document = document();
        document["integration"]["imsEndpoint"] = json!(endpoint);
        document
    };
    for known in [
        "ims-na1-stg1.adobelogin.com",
        "IMS-EU1.adobelogin.com",
        "127.0.0.1:8443",
        "http://localhost:8080",
    ] {
        assert!(service(&named(known)).is_ok(), "{known}");
    }
    for unknown in [
        "ims.example.test",
        "adobelogin.com.example.test",
        "fake-adobelogin.com",
        "example.test/.adobelogin.com",
        "https://example.test/ims/exchange/jwt/x.adobelogin.com",
        "192.0.2.1",
    ] {
        let document = named(unknown).to_string();
        complaint(&document, Problem::IdentityServiceNotNamed);
        let trusted = Environment::parse(unknown).unwrap();
        assert!(Credentials::parse_for(document.as_bytes(), trusted).is_ok());
    }
    let tutorial = json!({
        "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "scopes": "openid",
        "adobeIMSV3TokenEndpointURL": "https://ims.example.test/ims/token/v3",
    });
    complaint(tutorial.to_string(), Problem::IdentityServiceNotNamed);
}

#[test]
fn environment_of_the_caller_replaces_an_invalid_address() {
    let stage = Environment::parse("ims-na1-stg1.adobelogin.com").unwrap();
    let mut document = document();
    document["integration"]["imsEndpoint"] = json!("ims na1");
    let credentials =
        Credentials::parse_for(document.to_string().as_bytes(), stage.clone()).unwrap();
    let Credentials::Service(credentials) = credentials else {
        panic!("not service credentials");
    };
    assert_eq!(*credentials.environment(), stage);
    // A document without an address is still incomplete: other fields may be missing too.
    document["integration"]["imsEndpoint"] = json!(null);
    let error = Credentials::parse_for(document.to_string().as_bytes(), stage).unwrap_err();
    assert_eq!(error.problem(), Problem::DocumentIncomplete);
}
