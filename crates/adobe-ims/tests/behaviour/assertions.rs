//! Assertions, checked by an independent JOSE library.

use std::time::{Duration, SystemTime};

use adobe_ims::assertion::{Assertion, AssertionOptions, TechnicalAccount};
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::{Credentials, Environment, Problem};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value, json};

use crate::support::{self, CLIENT_ID, ORGANIZATION, TECHNICAL_ACCOUNT, fixture};

const NOW: u64 = 1_800_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

fn sign<'a>(account: &'a TechnicalAccount, options: &AssertionOptions) -> Assertion<'a> {
    Assertion::sign(account, now(), options).unwrap()
}

/// Returns the claims after the oracle has checked the signature.
fn verified(assertion: &Assertion<'_>, public_key: &str) -> Map<String, Value> {
    let jws = assertion.as_secret().expose();
    let header = decode_header(jws).unwrap();
    assert_eq!(header.alg, Algorithm::RS256);
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_rsa_pem(fixture(public_key).as_bytes()).unwrap();
    decode(jws, &key, &validation).unwrap().claims
}

#[test]
fn default_assertion_has_the_required_claims_only() {
    let account = support::account();
    let assertion = sign(&account, &AssertionOptions::default());
    let expected = json!({
        "exp": NOW + 300,
        "iss": ORGANIZATION,
        "sub": TECHNICAL_ACCOUNT,
        "aud": format!("https://ims-na1.adobelogin.com/c/{CLIENT_ID}"),
        "https://ims-na1.adobelogin.com/s/ent_aem_cloud_api": true,
    });
    assert_eq!(Value::Object(verified(&assertion, "public.pem")), expected);
    assert_eq!(assertion.expires_at(), now() + Duration::from_secs(300));
}

#[test]
fn options_add_the_optional_claims() {
    let options = AssertionOptions::default()
        .with_lifetime(Duration::from_millis(60_900))
        .with_issued_at()
        .with_id("once \"only\"");
    let account = support::account();
    let claims = verified(&sign(&account, &options), "public.pem");
    assert_eq!(claims["exp"], json!(NOW + 60));
    assert_eq!(claims["iat"], json!(NOW));
    assert_eq!(claims["jti"], json!("once \"only\""));
}

#[test]
fn metascope_claims_name_the_environment() {
    let mut document = support::document();
    document["integration"]["metascopes"] = json!("ent_aem_cloud_sdk, ent_cloudmgr_sdk");
    let environment = Environment::parse("http://127.0.0.1:8080/").unwrap();
    let parsed = Credentials::parse_for(document.to_string().as_bytes(), environment).unwrap();
    let Credentials::Service(credentials) = parsed else {
        panic!("not service credentials");
    };
    let crypto = Crypto::ring();
    let account = TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto).unwrap();
    let claims = verified(&sign(&account, &AssertionOptions::default()), "public.pem");
    assert_eq!(
        claims["aud"],
        json!(format!("http://127.0.0.1:8080/c/{CLIENT_ID}"))
    );
    assert_eq!(
        claims["http://127.0.0.1:8080/s/ent_aem_cloud_sdk"],
        json!(true)
    );
    assert_eq!(
        claims["http://127.0.0.1:8080/s/ent_cloudmgr_sdk"],
        json!(true)
    );
    assert_eq!(claims.len(), 6);
}

#[test]
fn key_of_4096_bits_signs() {
    let mut document = support::document();
    document["integration"]["publicKey"] = json!(null);
    document["integration"]["privateKey"] = json!(fixture("rsa4096.pem"));
    let account = support::open(&document);
    let jws = sign(&account, &AssertionOptions::default());
    let signature = jws.as_secret().expose().rsplit('.').next().unwrap().len();
    assert_eq!(signature, (4096_usize / 8).div_ceil(3) * 4 - 1);
}

#[test]
fn overflowing_lifetime_is_an_error() {
    let options = AssertionOptions::default().with_lifetime(Duration::MAX);
    let account = support::account();
    let error = Assertion::sign(&account, now(), &options).unwrap_err();
    assert_eq!(error.problem(), Problem::AssertionLifetime);
}

#[test]
fn debug_hides_the_assertion() {
    let account = support::account();
    let assertion = sign(&account, &AssertionOptions::default());
    assert!(!format!("{assertion:?}").contains("eyJ"));
}
