//! Evidence of the credentials and the clocks about a refusal comes before the words of IMS.

use std::time::{Duration, SystemTime};

use adobe_ims::api::Warning;
use adobe_ims::assertion::{Assertion, AssertionOptions, TechnicalAccount};
use adobe_ims::crypto::{Crypto, KeyContext};
use adobe_ims::error::Certainty;
use adobe_ims::{Credentials, Environment, Error, Problem};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::canned::{Canned, NOW, run};
use crate::support;

const BINDINGS: &str = r#"{"error_description":"Could not match JWT signature to any of the bindings","error":"invalid_token"}"#;
const SAID: &str = "IMS refused (400 Bad Request): invalid_token, \"Could not match JWT signature to any of the bindings\"";
const UNKNOWN_CLIENT: &str =
    r#"{"error_description":"invalid client_id parameter","error":"invalid_client"}"#;
const DAY: u64 = 86_400;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Returns a document whose certificate, of the key of the document, is valid from `start` to `end`.
fn document_with_certificate(start: u64, end: u64) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pkcs8.der");
    let key = std::fs::read(folder).unwrap();
    let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(
        &key.as_slice().into(),
        &rcgen::PKCS_RSA_SHA256,
    )
    .unwrap();
    let mut params = rcgen::CertificateParams::default();
    (params.not_before, params.not_after) = (at(start).into(), at(end).into());
    let certificate = STANDARD.encode(params.self_signed(&key).unwrap().der());
    let mut document = support::document();
    document["integration"]["publicKey"] = json!(format!(
        "-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"
    ));
    document["integration"]["certificateExpirationDate"] = json!(null);
    document
}

fn refusal_of(document: &Value, canned: &Canned) -> Error {
    let account = support::open(document);
    run(canned.ims().token(&account)).unwrap_err()
}

fn refused(body: &str) -> Canned {
    Canned::new(400, &[], body)
}

#[test]
fn expired_certificate_is_the_headline_of_a_signature_that_matches_no_binding() {
    let expired = document_with_certificate(NOW - 400 * DAY, NOW - 35 * DAY);
    for (body, said) in [
        (BINDINGS, SAID),
        (
            r#"{"error":"invalid_signature"}"#,
            "IMS refused (400 Bad Request): invalid_signature",
        ),
        (
            r#"{"error":"invalid_token","error_description":"other words"}"#,
            "IMS refused (400 Bad Request): invalid_token, \"other words\"",
        ),
    ] {
        let error = refusal_of(&expired, &refused(body));
        assert_eq!(error.problem(), Problem::CertificateExpired);
        assert_eq!(
            error.to_string(),
            format!(
                "the certificate of these credentials expired on 2026-12-11T08:00:00Z, which is likely why {said}"
            )
        );
        assert_eq!(error.server().unwrap().status, 400);
        assert!(!error.is_transient());
    }
    assert_eq!(Problem::CertificateExpired.certainty(), Certainty::Likely);
}

#[test]
fn certificate_that_is_not_valid_yet_is_the_headline() {
    let early = document_with_certificate(NOW + 3600, NOW + 365 * DAY);
    let error = refusal_of(&early, &refused(BINDINGS));
    assert_eq!(error.problem(), Problem::CertificateNotYetValid);
    let fact = "the certificate of these credentials is not valid before 2027-01-15T09:00:00Z";
    assert_eq!(
        error.to_string(),
        format!("{fact}, which is likely why {SAID}")
    );
}

#[test]
fn clock_of_the_server_decides_about_the_certificate() {
    let at_server = |seconds| {
        let date = httpdate::fmt_http_date(at(seconds));
        Canned::new(400, &[("date", &date)], BINDINGS)
    };
    let document = document_with_certificate(NOW - DAY, NOW + DAY);
    for (server, problem) in [
        (NOW, Problem::SignatureNotBound),
        (NOW + 2 * DAY, Problem::CertificateExpired),
        (NOW - 2 * DAY, Problem::CertificateNotYetValid),
    ] {
        let error = refusal_of(&document, &at_server(server));
        assert_eq!(error.problem(), problem, "{error}");
    }
    let expired_here_only = document_with_certificate(NOW - 9 * DAY, NOW - DAY);
    let error = refusal_of(&expired_here_only, &at_server(NOW - 2 * DAY));
    assert_eq!(error.problem(), Problem::SignatureNotBound);
    assert_eq!(error.to_string(), SAID);
}

#[test]
fn valid_certificate_leaves_the_words_of_ims() {
    let document = document_with_certificate(NOW, NOW + 1);
    let error = refusal_of(&document, &refused(BINDINGS));
    assert_eq!(
        (error.problem(), error.to_string().as_str()),
        (Problem::SignatureNotBound, SAID)
    );
    // The certificate says something else than the date beside it.
    let mut stated = support::document();
    stated["integration"]["certificateExpirationDate"] = json!("2020-01-02T03:04:05.000Z");
    let error = refusal_of(&stated, &refused(BINDINGS));
    assert_eq!(error.problem(), Problem::SignatureNotBound);
    assert_eq!(
        error.hints().next(),
        Some("the certificate of these credentials expired on 2020-01-02T03:04:05Z")
    );
}

#[test]
fn stated_date_counts_where_there_is_no_certificate() {
    let mut document = support::document();
    document["integration"]["publicKey"] = json!(null);
    document["integration"]["certificateExpirationDate"] = json!("2026-01-02T03:04:05.000Z");
    let error = refusal_of(&document, &refused(BINDINGS));
    assert_eq!(error.problem(), Problem::CertificateExpired);
    let fact = "the certificate of these credentials (by its date in the document) expired on 2026-01-02T03:04:05Z";
    assert_eq!(
        error.to_string(),
        format!("{fact}, which is likely why {SAID}")
    );
}

#[test]
fn odd_fields_and_an_expired_certificate_are_both_named_and_neither_is_called_the_reason() {
    let mut document = document_with_certificate(NOW - 9 * DAY, NOW - DAY);
    document["integration"]["id"] = document["integration"]["email"].clone();
    let error = refusal_of(&document, &refused(BINDINGS));
    assert_eq!(error.problem(), Problem::CertificateExpired);
    let message = error.to_string();
    assert!(
        message.starts_with("integration.id is an e-mail address"),
        "{message}"
    );
    let end =
        format!("; the certificate of these credentials expired on 2027-01-14T08:00:00Z; {SAID}");
    assert!(message.ends_with(&end), "{message}");
}

#[test]
fn certificate_says_nothing_about_other_refusals() {
    let expired = document_with_certificate(NOW - 400 * DAY, NOW - 35 * DAY);
    for (body, problem) in [
        (UNKNOWN_CLIENT, Problem::ClientUnknown),
        (
            r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#,
            Problem::ClientSecretWrong,
        ),
        (r#"{"error":"invalid_scope"}"#, Problem::ScopeInvalid),
        (
            r#"{"error":"invalid_token","error_description":"JWT token is incorrectly formatted, and can not be decoded."}"#,
            Problem::AssertionMalformed,
        ),
    ] {
        let error = refusal_of(&expired, &refused(body));
        assert_eq!(error.problem(), problem, "{error}");
        assert!(error.to_string().starts_with("IMS refused"), "{error}");
    }
}

#[test]
fn clock_that_is_behind_and_old_assertion_come_before_the_refusal_of_an_expired_assertion() {
    let body = r#"{"error":"invalid_token","error_description":"JWT token is expired."}"#;
    let said = "IMS refused (400 Bad Request): invalid_token, \"JWT token is expired.\"";
    let account = support::account();
    let exchange = |signed: u64, server: u64| {
        let assertion = Assertion::sign(&account, at(signed), &AssertionOptions::default());
        let date = httpdate::fmt_http_date(at(server));
        let canned = Canned::new(400, &[("date", &date)], body);
        run(canned.ims().exchange_jwt(&assertion.unwrap())).unwrap_err()
    };
    for (signed, server, fact) in [
        (
            NOW,
            NOW + 600,
            "the clock of this machine is 10 min 0 s behind the server's, which is likely why ",
        ),
        (
            NOW - 420,
            NOW,
            "the assertion expired 2 min 0 s before, which is likely why ",
        ),
        // A clock that is ahead makes an assertion last longer.
        (NOW, NOW - 600, ""),
        (NOW, NOW, ""),
    ] {
        let error = exchange(signed, server);
        assert_eq!(error.problem(), Problem::AssertionExpired);
        assert_eq!(error.to_string(), format!("{fact}{said}"));
    }
    let ahead = exchange(NOW, NOW - 600);
    assert_eq!(
        ahead.hints().next(),
        Some("the clock of this machine is 10 min 0 s ahead of the server's")
    );
}

#[test]
fn unknown_client_of_a_document_that_names_another_environment_is_called_so() {
    let parse = |document: &Value, environment: Option<Environment>| {
        let document = document.to_string();
        match environment {
            Some(environment) => Credentials::parse_for(document.as_bytes(), environment),
            None => Credentials::parse(document.as_bytes()),
        }
        .unwrap()
    };
    let refusal = |credentials: &Credentials, body: &str| match credentials {
        Credentials::Service(service) => {
            let account =
                TechnicalAccount::open(service, &KeyContext::default(), &Crypto::ring()).unwrap();
            run(refused(body).ims().token(&account)).unwrap_err()
        }
        Credentials::OauthServerToServer(oauth) => {
            run(refused(body).ims().client_credentials(oauth)).unwrap_err()
        }
        other => panic!("{other:?}"),
    };
    let mut of_stage = support::document();
    of_stage["integration"]["imsEndpoint"] = json!("ims-na1-stg1.adobelogin.com");
    let mut named_stage = support::oauth_document();
    named_stage["IMS_HOST"] = json!("ims-na1-stg1.adobelogin.com");
    let fact = "the credentials name https://ims-na1-stg1.adobelogin.com, and the request went to https://ims-na1.adobelogin.com, which is likely why IMS refused (400 Bad Request): invalid_client";
    for document in [&of_stage, &named_stage] {
        let production = Some(Environment::production());
        for body in [UNKNOWN_CLIENT, r#"{"error":"invalid_client"}"#] {
            let error = refusal(&parse(document, production.clone()), body);
            assert_eq!(error.problem(), Problem::ClientOfOtherEnvironment);
            assert!(error.to_string().starts_with(fact), "{error}");
            let hint = error.hints().next().unwrap();
            assert!(
                hint.starts_with("requested as client \"client!+ID\" at "),
                "{hint}"
            );
        }
        // The secret of a known client is another matter, and so is the environment of the document itself.
        let body =
            r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#;
        let error = refusal(&parse(document, production), body);
        assert_eq!(error.problem(), Problem::ClientSecretWrong);
        let error = refusal(&parse(document, None), UNKNOWN_CLIENT);
        assert_eq!(error.problem(), Problem::ClientUnknown);
        let hint = error.hints().next().unwrap();
        assert!(hint.contains("this is stage"), "{hint}");
    }
    let mut cmstg = support::document();
    cmstg["integration"]["technicalAccount"]["clientId"] = json!("cm-p1-e2-cmstg-integration-0");
    let error = refusal(&parse(&cmstg, None), UNKNOWN_CLIENT);
    assert_eq!(error.problem(), Problem::ClientOfOtherEnvironment);
    let fact = "the client id is that of a stage environment (cmstg), and the request went to https://ims-na1.adobelogin.com, which is likely why ";
    assert!(error.to_string().starts_with(fact), "{error}");
}

#[test]
fn ended_jwt_credential_is_the_likely_reason_where_the_client_is_refused() {
    let document = |client: &str| {
        json!({
            "CLIENT_SECRET": support::CLIENT_SECRET,
            "ORG_ID": support::ORGANIZATION,
            "API_KEY": client,
            "TECHNICAL_ACCOUNT_ID": support::TECHNICAL_ACCOUNT,
            "METASCOPES": "ent_user_sdk",
            "PRIVATE_KEY": support::fixture("pkcs8.pem"),
        })
    };
    let ended = document("0123456789abcdef0123456789abcdef");
    let fact = "Adobe has ended JWT credentials of the Adobe Developer Console, which is likely why IMS refused";
    for body in [
        r#"{"error":"invalid_client"}"#,
        r#"{"error":"unauthorized_client"}"#,
    ] {
        let error = refusal_of(&ended, &refused(body));
        assert_eq!(error.problem(), Problem::JwtCredentialsEnded, "{error}");
        assert!(error.to_string().starts_with(fact), "{error}");
        // Technical accounts of AEM, which other notations may hold, have not ended.
        let error = refusal_of(&document("cm-p1-e2-integration-0"), &refused(body));
        assert_ne!(error.problem(), Problem::JwtCredentialsEnded, "{error}");
        assert!(
            !error.report().to_string().contains("2026-03-01"),
            "{error:?}"
        );
    }
    let error = refusal_of(&ended, &refused(UNKNOWN_CLIENT));
    assert_eq!(error.problem(), Problem::ClientUnknown);
    assert!(error.hints().any(|hint| hint.contains("2026-03-01")));
}

#[test]
fn answer_in_the_form_of_the_gateway_is_not_one_of_ims() {
    for body in [
        r#"{"error_code":"403003","message":"Api Key is invalid"}"#,
        r#"{"error_code":403000,"title":"Api Key is required"}"#,
    ] {
        let error = refusal_of(&support::document(), &refused(body));
        assert_eq!(error.problem(), Problem::AnswerOfGateway, "{error}");
    }
    let error = refusal_of(&support::document(), &refused(r#"{"error":"400"}"#));
    assert_eq!(error.problem(), Problem::RefusedOtherwise);
}

#[test]
fn each_warning_has_an_entry_of_the_catalogue() {
    for (warning, problem) in [
        (
            Warning::Lifetime(String::new()),
            Problem::LifetimeContradictory,
        ),
        (Warning::Clock(String::new()), Problem::ClockWrong),
        (Warning::OtherClient, Problem::TokenOfOtherClient),
        (Warning::OtherType, Problem::TokenOfOtherType),
        (
            Warning::MissingScopes(Vec::new()),
            Problem::ScopesNotGranted,
        ),
        (Warning::SecretRefused, Problem::ClientSecretOutdated),
    ] {
        assert_eq!(warning.problem(), problem, "{warning}");
    }
}
