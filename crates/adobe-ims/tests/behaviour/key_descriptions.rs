//! The description of a private key's form.

use std::path::Path;

use adobe_ims::credentials::{CredentialFields, FieldNames, ServiceCredentials};
use adobe_ims::crypto::{Crypto, KeyContext};
use adobe_ims::internal::key::{self, KeyDescription};
use adobe_ims::{Credentials, Problem, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).unwrap()
}

fn with_key(key: &str) -> ServiceCredentials {
    let fields = CredentialFields::new()
        .client_id("client!+ID")
        .client_secret("SECRET?%&=ü")
        .organization_id("ABCDEF0123456789ABCDEF01@AdobeOrg")
        .technical_account_id("ABCDEF0123456789ABCDEF01@techacct.adobe.com")
        .metascopes("ent_x")
        .private_key(key);
    match fields.credentials(FieldNames::default()).unwrap() {
        Credentials::Service(service) => service,
        other => panic!("{other:?}"),
    }
}

fn examine(key: &str, passphrase: Option<&str>) -> (KeyDescription, Option<Problem>) {
    let passphrase = passphrase.map(Secret::from);
    let folder = fixtures();
    let context = KeyContext::with_files(&folder).passphrase(passphrase.as_ref());
    let (description, read) = key::examine(&with_key(key), &context, &Crypto::ring());
    (description, read.err().map(|error| error.problem()))
}

#[test]
fn every_repair_is_named() {
    let pkcs1 = fixture("pkcs1.pem");
    let pkcs8 = fixture("pkcs8.pem");
    let lines: Vec<&str> = pkcs1.lines().collect();
    let joined = "had its lines joined";
    for (key, form, repairs) in [
        (pkcs1.clone(), "PKCS#1 in PEM", vec![]),
        (pkcs1.replace('\n', "\r\n"), "PKCS#1 in PEM", vec![]),
        (pkcs8.clone(), "PKCS#8 in PEM", vec![]),
        (
            pkcs1.replace('\n', "\\n"),
            "PKCS#1 in PEM",
            vec!["had its line ends written out (\\n)"],
        ),
        (
            pkcs1.replace('\n', "\\\\n"),
            "PKCS#1 in PEM",
            vec!["had its line ends written out twice (\\\\n)"],
        ),
        (
            format!("\"{}\"", pkcs8.replace('\n', "\\n")),
            "PKCS#8 in PEM",
            vec![
                "had quotes around it",
                "had its line ends written out (\\n)",
            ],
        ),
        (pkcs1.replace('\n', ""), "PKCS#1 in PEM", vec![joined]),
        (
            pkcs1.replace('\n', " "),
            "PKCS#1 in PEM",
            vec!["had blanks in the place of its line ends"],
        ),
        (
            pkcs1.replace('\n', "\n  "),
            "PKCS#1 in PEM",
            vec!["had blanks before its lines"],
        ),
        (
            pkcs1.replace('\n', "\u{a0}\n"),
            "PKCS#1 in PEM",
            vec!["had the blanks of a web page in it"],
        ),
        (
            pkcs1.replace("-----", "—–-"),
            "PKCS#1 in PEM",
            vec!["had the long dashes of a word processor"],
        ),
        (
            pkcs1.replace('\n', "\n> "),
            "PKCS#1 in PEM",
            vec![
                "had the marks of a quoted mail (>)",
                "had blanks before its lines",
            ],
        ),
        (
            pkcs1
                .replace("BEGIN RSA PRIVATE KEY", "begin rsa private key")
                .replace("END RSA PRIVATE KEY", "end rsa private key"),
            "PKCS#1 in PEM",
            vec!["had its BEGIN and END lines in lower case"],
        ),
        (
            pkcs1.replace("-----END RSA PRIVATE KEY-----\n", ""),
            "PKCS#1 in PEM",
            vec!["had no END line"],
        ),
        (
            pkcs1.replace("-----BEGIN RSA PRIVATE KEY-----\n", ""),
            "PKCS#1 in DER in base64",
            vec!["had no BEGIN line"],
        ),
        (STANDARD.encode(&pkcs1), "PKCS#1 in PEM in base64", vec![]),
        (
            serde_json::to_string(&lines).unwrap(),
            "PKCS#1 in PEM in a JSON array of lines",
            vec![],
        ),
    ] {
        let (description, problem) = examine(&key, None);
        assert_eq!(problem, None, "{form} {repairs:?}");
        assert_eq!(description.to_string(), form);
        let found: Vec<_> = description
            .repairs
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, repairs);
    }
}

#[test]
fn file_and_encryption_are_named_even_if_the_key_is_not_read() {
    let path = |name: &str| fixtures().join(name);
    let named = |form: &str, name: &str| format!("{form} in the file {:?}", path(name));
    for (key, passphrase, form, problem) in [
        ("pkcs1.pem", None, named("PKCS#1 in PEM", "pkcs1.pem"), None),
        ("pkcs8.der", None, named("PKCS#8 in DER", "pkcs8.der"), None),
        (
            "pkcs8-aes256.pem",
            None,
            named("PEM", "pkcs8-aes256.pem") + ", encrypted (PKCS#8)",
            Some(Problem::KeyEncrypted),
        ),
        (
            "legacy-aes256.pem",
            Some("wrong"),
            named("PEM", "legacy-aes256.pem") + ", encrypted (AES-256-CBC)",
            Some(Problem::KeyPassphraseWrong),
        ),
        (
            "legacy-aes256.pem",
            Some("PASSPHRASE?%&=ü"),
            named("PKCS#1 in PEM", "legacy-aes256.pem") + ", encrypted (AES-256-CBC)",
            None,
        ),
        (
            "pkcs8-pbes1.pem",
            Some("x"),
            named("PEM", "pkcs8-pbes1.pem")
                + ", encrypted (PBE-SHA1-3DES, a method from before 2000)",
            Some(Problem::KeyEncryptionUnsupported),
        ),
        (
            "gone.pem",
            None,
            String::new(),
            Some(Problem::FileUnreadable),
        ),
    ] {
        let (description, found) = examine(key, passphrase);
        assert_eq!((description.to_string(), found), (form, problem), "{key}");
    }
    let credentials = with_key("gone.pem");
    let context = KeyContext::with_files(Path::new("/keys"));
    assert_eq!(
        key::file(&credentials, &context).unwrap(),
        Path::new("/keys/gone.pem")
    );
    assert_eq!(key::file(&with_key("MIIE"), &context), None);
}
