//! The AEM service credentials.

use ring::rsa::KeyPair;
use ring::signature::KeyPair as _;
use serde_json::Value;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, SubjectAltName};

use crate::support::{NOW, der, emulator, frozen_builder};

#[test]
fn service_credentials_have_published_form() {
    let emulator = frozen_builder()
        .metascopes(["ent_a", "ent_b"])
        .start()
        .unwrap();
    let text = emulator.credentials_json();
    let keys: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\":"))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(
        keys,
        [
            "ok",
            "integration",
            "imsEndpoint",
            "metascopes",
            "technicalAccount",
            "clientId",
            "clientSecret",
            "email",
            "id",
            "org",
            "privateKey",
            "publicKey",
            "certificateExpirationDate",
            "statusCode",
            "emulator",
        ]
    );
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["ok"], true);
    assert_eq!(document["statusCode"], 200);
    let integration = &document["integration"];
    assert_eq!(integration["imsEndpoint"], "ims-na1.adobelogin.com");
    assert_eq!(integration["metascopes"], "ent_a,ent_b");
    let client = &integration["technicalAccount"]["clientId"];
    assert_eq!(client, "cm-p12345-e67890-integration-0");
    let ident = |value: &Value, auth_source: &str| {
        let ident = value.as_str().unwrap().strip_suffix(auth_source).unwrap();
        assert_eq!(ident.len(), 24);
        assert!(
            ident
                .bytes()
                .all(|byte| b"0123456789ABCDEF".contains(&byte))
        );
    };
    ident(&integration["id"], "@techacct.adobe.com");
    ident(&integration["org"], "@AdobeOrg");
    let email = integration["email"].as_str().unwrap();
    assert_eq!(email.strip_suffix("@techacct.adobe.com").unwrap().len(), 36);
    assert_eq!(
        integration["certificateExpirationDate"],
        "2028-01-15T08:00:00.000Z"
    );
    for (key, label) in [
        ("privateKey", "RSA PRIVATE KEY"),
        ("publicKey", "CERTIFICATE"),
    ] {
        let pem = integration[key].as_str().unwrap();
        assert!(pem.starts_with(&format!("-----BEGIN {label}-----\r\n")));
        assert!(pem.ends_with(&format!("-----END {label}-----\r\n")));
        assert_eq!(pem.matches('\n').count(), pem.matches("\r\n").count());
        let lines: Vec<&str> = pem
            .lines()
            .filter(|line| !line.starts_with("---"))
            .collect();
        assert!(lines[..lines.len() - 1].iter().all(|line| line.len() == 64));
    }
}

#[test]
fn key_and_certificate_match_and_are_valid_for_one_year() {
    let document: Value = serde_json::from_str(&emulator().credentials_json()).unwrap();
    let integration = &document["integration"];
    let pem = |key: &str| der(integration[key].as_str().unwrap());
    let key = KeyPair::from_der(&pem("privateKey")).unwrap();
    assert_eq!(key.public().modulus_len(), 256);
    let certificate = x509_cert::Certificate::from_der(&pem("publicKey")).unwrap();
    let body = certificate.tbs_certificate();
    let public = body
        .subject_public_key_info()
        .subject_public_key
        .raw_bytes();
    assert_eq!(public, key.public_key().as_ref());
    ring::signature::UnparsedPublicKey::new(&ring::signature::RSA_PKCS1_2048_8192_SHA256, public)
        .verify(&body.to_der().unwrap(), certificate.signature().raw_bytes())
        .expect("the certificate is self-signed");

    assert_eq!(body.version(), x509_cert::Version::V3);
    assert_eq!(body.subject().to_string(), "CN=client!\\+ID");
    assert_eq!(body.issuer(), body.subject());
    let validity = body.validity();
    assert_eq!(validity.not_before.to_unix_duration().as_secs(), NOW);
    assert_eq!(
        validity.not_after.to_unix_duration().as_secs(),
        NOW + 365 * 86_400
    );
    let (_, basic): (_, BasicConstraints) = body.get_extension().unwrap().unwrap();
    assert!(basic.ca);
    let (_, usage): (_, KeyUsage) = body.get_extension().unwrap().unwrap();
    assert!(usage.digital_signature() && usage.non_repudiation() && usage.key_cert_sign());
    assert!(usage.key_encipherment() && usage.data_encipherment());
    assert!(!usage.crl_sign() && !usage.key_agreement());
    let (_, names): (_, SubjectAltName) = body.get_extension().unwrap().unwrap();
    let [GeneralName::UniformResourceIdentifier(uri)] = names.0.as_slice() else {
        panic!("{names:?}");
    };
    assert_eq!(uri.as_str(), "http://example.org/webid#me");
}

#[test]
fn ims_endpoint_is_configurable() {
    let endpoint = |emulator: &adobe_ims_emulator::Emulator| {
        let document: Value = serde_json::from_str(&emulator.credentials_json()).unwrap();
        document["integration"]["imsEndpoint"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let named = frozen_builder()
        .ims_endpoint("ims-na1-stg1.adobelogin.com")
        .start()
        .unwrap();
    assert_eq!(endpoint(&named), "ims-na1-stg1.adobelogin.com");
    let own = frozen_builder().own_ims_endpoint().start().unwrap();
    assert_eq!(endpoint(&own), format!("127.0.0.1:{}", own.port()));
}
