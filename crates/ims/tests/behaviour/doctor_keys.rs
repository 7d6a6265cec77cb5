//! The checks of `ims doctor` of private keys, certificates and assertions.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adobe_ims_emulator::{Clock, Emulator};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::doctor_offline::Report;
use crate::support::{
    CLIENT_ID, CLIENT_SECRET, Ims, PASSPHRASE, fixture, fixture_bytes, write_private,
};

const FINGERPRINT: &str = "ad6d4ab6c6c18fdb95e3da2645e4d22a8d35551c70f910d06e81520f2b3ac466";

/// A document in a folder of its own.
struct Set(TempDir);

impl Set {
    fn new(document: &Value) -> Self {
        let set = Self(tempfile::tempdir().unwrap());
        set.write("document.json", document.to_string());
        set
    }

    fn with_key(key: &str) -> Self {
        Self::new(&document(key))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        write_private(&path, content);
        path
    }

    fn doctor(&self, more: &[&str]) -> Ims {
        let arguments = ["doctor", "--offline", "-c", "document.json"];
        Ims::new(arguments.iter().chain(more)).in_folder(self.0.path())
    }

    #[track_caller]
    fn report(&self, more: &[&str]) -> Report {
        Report::of(self.doctor(more))
    }
}

fn now() -> SystemTime {
    UNIX_EPOCH + UNIX_EPOCH.elapsed().unwrap()
}

/// Returns service credentials with this key and without a certificate.
fn document(key: &str) -> Value {
    json!({"ok": true, "statusCode": 200, "integration": {
        "imsEndpoint": "ims-na1.adobelogin.com",
        "metascopes": "ent_aem_cloud_api,ent_x",
        "technicalAccount": {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET},
        "email": "0f3c1b1a-1111-4222-8333-444455556666@techacct.adobe.com",
        "id": "ABCDEF0123456789ABCDEF01@techacct.adobe.com",
        "org": "ABCDEF0123456789ABCDEF02@AdobeOrg",
        "privateKey": key,
    }})
}

fn with_certificate(key: &str, certificate: &str) -> Value {
    let mut document = document(key);
    document["integration"]["publicKey"] = certificate.into();
    document
}

/// Returns the document of an emulator whose clock is off by this many days.
fn of_another_day(days: i64) -> Value {
    let span = Duration::from_secs(86_400 * days.unsigned_abs());
    let time = if days < 0 { now() - span } else { now() + span };
    let builder = Emulator::builder().clock(Clock::at(time));
    let emulator = builder.start().unwrap();
    serde_json::from_str(&emulator.credentials_json()).unwrap()
}

#[test]
fn good_key_and_certificate_are_described() {
    let key = fixture("pkcs1.pem").replace('\n', "\r\n");
    let set = Set::new(&with_certificate(&key, &fixture("certificate.pem")));
    let report = set.report(&[]);
    assert_eq!(report.findings(), Vec::<String>::new());
    report.assert_check("private-key", "ok", "the private key has 2048 bits");
    assert_eq!(
        report.evidence("private-key"),
        [
            format!("the public half has the sha256 {FINGERPRINT}"),
            "the form of the key: PKCS#1 in PEM".to_owned(),
        ]
    );
    let summary = "the private key is not encrypted, and needs no passphrase";
    report.assert_check("key-passphrase", "ok", summary);
    report.assert_check(
        "key-certificate",
        "ok",
        "the private key belongs to the certificate",
    );
    assert_eq!(
        report.evidence("key-certificate"),
        [
            format!("public half of the private key: sha256 {FINGERPRINT}"),
            format!("public key of the certificate: sha256 {FINGERPRINT}"),
        ]
    );
    assert_eq!(
        report.evidence("certificate-validity"),
        [
            "valid from: 2026-11-20T09:07:39Z",
            "valid until: 2126-10-27T09:07:39Z"
        ]
    );
    let evidence = report.evidence("assertion");
    assert!(evidence[0].starts_with("exp: 20") && evidence[0].ends_with(" (in 4 min 59 s)"));
    assert_eq!(
        evidence[1..],
        [
            "aud: \"https://ims-na1.adobelogin.com/c/client!+ID\"",
            "iss: \"ABCDEF0123456789ABCDEF02@AdobeOrg\"",
            "sub: \"ABCDEF0123456789ABCDEF01@techacct.adobe.com\"",
            "\"https://ims-na1.adobelogin.com/s/ent_aem_cloud_api\": true",
            "\"https://ims-na1.adobelogin.com/s/ent_x\": true",
        ]
    );
}

#[test]
fn each_repair_of_the_key_is_named() {
    let key = fixture("pkcs8.pem");
    for (key, summary) in [
        (
            key.replace('\n', "\\n"),
            "the private key has 2048 bits; it had its line ends written out (\\n)",
        ),
        (
            format!("\"{}\"", key.replace('\n', "")),
            "the private key has 2048 bits; it had quotes around it and had its lines joined",
        ),
        (STANDARD.encode(&key), "the private key has 2048 bits"),
    ] {
        let report = Set::with_key(&key).report(&[]);
        assert_eq!(report.findings(), Vec::<String>::new());
        report.assert_check("private-key", "ok", summary);
    }
}

#[test]
fn key_that_is_none_is_the_only_problem() {
    let cut = fixture("pkcs8.pem");
    let cut = &cut[..cut.len() / 2];
    for (key, finding) in [
        (
            fixture("certificate.pem"),
            "private-key problem certain key-is-certificate",
        ),
        (
            fixture("public.pem"),
            "private-key problem certain key-is-public",
        ),
        (
            fixture("request.pem"),
            "private-key problem certain key-is-request",
        ),
        (
            fixture("openssh.pem"),
            "private-key problem certain key-is-ssh",
        ),
        (
            fixture("openssh.pub"),
            "private-key problem certain key-is-ssh",
        ),
        (
            STANDARD.encode(fixture_bytes("bundle.p12")),
            "private-key problem certain key-in-container",
        ),
        (fixture("ec.pem"), "private-key problem certain key-not-rsa"),
        (
            fixture("rsa1024.pem"),
            "private-key problem certain key-too-small",
        ),
        (
            fixture("rsa-e3.pem"),
            "private-key problem certain key-unusable",
        ),
        (cut.to_owned(), "private-key problem likely key-truncated"),
        (
            "hello world of keys".to_owned(),
            "private-key problem certain key-not-a-key",
        ),
        (
            "./gone.pem".to_owned(),
            "private-key problem certain file-unreadable",
        ),
        (
            fixture("pkcs8-pbes1.pem"),
            "private-key problem certain key-encryption-unsupported",
        ),
        (
            fixture("pkcs8-aes256.pem"),
            "key-passphrase problem certain key-encrypted",
        ),
        (
            fixture("legacy-des3.pem"),
            "key-passphrase problem certain key-encrypted",
        ),
    ] {
        let set = Set::new(&with_certificate(&key, &fixture("certificate.pem")));
        let report = set.report(&[]);
        assert_eq!(report.findings(), [finding]);
        let reason = "the private key cannot be read";
        report.assert_check("key-certificate", "skipped", reason);
        report.assert_check("assertion", "skipped", reason);
        assert_eq!(report.check("certificate-validity")["verdict"], "ok");
    }
}

#[test]
fn swapped_key_and_certificate_are_one_problem() {
    let document = with_certificate(&fixture("certificate.pem"), &fixture("pkcs8.pem"));
    let report = Set::new(&document).report(&[]);
    assert_eq!(
        report.findings(),
        ["private-key problem certain key-is-certificate"]
    );
    let fix = "swap the values of `privateKey` and `publicKey`";
    assert_eq!(report.fixes("private-key")[0], fix);
}

#[test]
fn piece_of_a_key_may_be_a_truncated_one() {
    let key = fixture("pkcs8.pem");
    let shortened = format!("{}…{}", &key[..400], &key[800..]);
    let without_first_line = key.lines().enumerate().filter(|(at, _)| *at != 1);
    let without_first_line: Vec<_> = without_first_line.map(|(_, line)| line).collect();
    for (key, finding) in [
        (
            shortened,
            "private-key problem certain key-not-a-key possible key-truncated",
        ),
        (
            without_first_line.join("\n"),
            "private-key problem likely key-truncated",
        ),
    ] {
        assert_eq!(Set::with_key(&key).report(&[]).findings(), [finding]);
    }
}

#[test]
fn passphrase_is_checked_with_the_key() {
    let run = |key: &str, passphrase: &str| {
        let set = Set::with_key(&fixture(key));
        set.write("passphrase", passphrase);
        set.report(&["--passphrase-file", "passphrase"])
    };
    let report = run("pkcs8-aes256.pem", &format!("{PASSPHRASE}\n"));
    assert_eq!(report.findings(), Vec::<String>::new());
    report.assert_check(
        "key-passphrase",
        "ok",
        "the passphrase opens the private key",
    );
    let form = "the form of the key: PKCS#8 in PEM, encrypted (PKCS#8)";
    assert!(report.evidence("private-key").contains(&form));
    for (passphrase, oddity) in [
        ("wrong", None),
        ("", Some("the passphrase is empty")),
        (" x", Some("the passphrase begins or ends with a blank")),
    ] {
        let report = run("pkcs8-aes256.pem", passphrase);
        assert_eq!(
            report.findings(),
            ["key-passphrase problem likely key-passphrase-wrong"]
        );
        let reason = "the private key is encrypted, and was not decrypted";
        report.assert_check("private-key", "skipped", reason);
        let evidence = report.evidence("key-passphrase");
        assert!(
            evidence.contains(&"the passphrase is from \"passphrase\""),
            "{evidence:?}"
        );
        assert_eq!(evidence.get(2).copied(), oddity);
    }
    let report = run("pkcs8.pem", PASSPHRASE);
    assert_eq!(report.findings(), ["key-passphrase warning"]);
    assert_eq!(report.code, 0);
}

#[test]
fn passphrase_file_that_cannot_be_read_is_the_problem() {
    for key in ["pkcs8.pem", "pkcs8-aes256.pem"] {
        let set = Set::with_key(&fixture(key));
        let report = set.report(&["--passphrase-file", "gone"]);
        assert_eq!(
            report.findings(),
            ["key-passphrase problem certain file-unreadable"]
        );
    }
}

#[test]
fn key_of_another_certificate_is_a_problem_with_both_fingerprints() {
    let document = with_certificate(&fixture("other.pem"), &fixture("certificate.pem"));
    let report = Set::new(&document).report(&[]);
    assert_eq!(
        report.findings(),
        ["key-certificate problem certain certificate-key-mismatch"]
    );
    let summary = "the private key does not belong to the certificate";
    report.assert_check("key-certificate", "problem", summary);
    let evidence = report.evidence("key-certificate");
    assert!(evidence[0].starts_with("public half of the private key: sha256 "));
    assert!(!evidence[0].contains(FINGERPRINT));
    assert_eq!(
        evidence[1],
        format!("public key of the certificate: sha256 {FINGERPRINT}")
    );
    assert_eq!(
        evidence[2],
        "the certificate is \"CN=cm-p12345-e67890-integration-0\""
    );
    report.assert_check("assertion", "skipped", summary);
}

#[test]
fn missing_and_damaged_certificates_stop_nothing() {
    let key = fixture("pkcs8.pem");
    let report = Set::with_key(&key).report(&[]);
    assert_eq!(report.findings(), Vec::<String>::new());
    let reason = "the credentials have no certificate (`publicKey`)";
    report.assert_check("key-certificate", "skipped", reason);
    report.assert_check("certificate-subject", "skipped", reason);
    let report = Set::new(&with_certificate(&key, "no certificate")).report(&[]);
    assert_eq!(
        report.findings(),
        ["key-certificate warning certain certificate-unreadable"]
    );
    assert_eq!(report.check("assertion")["verdict"], "ok");
}

#[test]
fn end_of_the_certificate_is_judged_by_the_clock() {
    let report = Set::new(&of_another_day(-340)).report(&[]);
    assert_eq!(report.findings(), ["certificate-validity warning"]);
    let fix = "In the AEM Developer Console, open Integrations > Technical Accounts, choose Add certificate for the account, and download the document again (View).";
    assert_eq!(report.fixes("certificate-validity"), [fix]);
    let report = Set::new(&of_another_day(-400)).report(&[]);
    assert_eq!(
        report.findings(),
        ["certificate-validity problem likely certificate-expired"]
    );
    assert_eq!(report.fixes("certificate-validity")[0], fix);
    let mut document = of_another_day(0);
    document["integration"]["certificateExpirationDate"] = json!("2020-01-02T03:04:05.000Z");
    let report = Set::new(&document).report(&[]);
    assert_eq!(
        report.findings(),
        ["certificate-validity problem possible certificate-expired"]
    );
    let summary = "the document states that its certificate expired on 2020-01-02T03:04:05Z";
    report.assert_check("certificate-validity", "problem", summary);
}

#[test]
fn certificate_of_the_future_is_told_from_a_clock_that_is_behind() {
    let set = Set::new(&of_another_day(2));
    let finding =
        "certificate-validity problem likely certificate-not-yet-valid possible clock-wrong";
    assert_eq!(set.report(&[]).findings(), [finding]);
    let set_back = |days: u64| {
        let later = now() + Duration::from_secs(days * 86_400);
        let file = File::options()
            .write(true)
            .open(set.0.path().join("document.json"));
        file.unwrap().set_modified(later).unwrap();
    };
    set_back(2);
    let report = set.report(&[]);
    let finding = "assertion problem likely clock-wrong possible certificate-not-yet-valid";
    assert_eq!(report.findings(), [finding]);
    report.assert_check(
        "certificate-validity",
        "skipped",
        "the clock of this machine is wrong",
    );
}

#[test]
fn file_of_the_future_makes_the_clock_doubtful() {
    let set = Set::with_key(&fixture("pkcs8.pem"));
    let file = File::options()
        .write(true)
        .open(set.0.path().join("document.json"));
    let later = now() + Duration::from_secs(86_400);
    file.unwrap().set_modified(later).unwrap();
    let report = set.report(&[]);
    assert_eq!(
        report.findings(),
        ["assertion warning possible clock-wrong"]
    );
}

#[test]
fn name_of_the_certificate_is_a_hint_only() {
    let (key, certificate) = (fixture("pkcs1.pem"), fixture("certificate.pem"));
    let report = |client_id: &str| {
        let mut document = with_certificate(&key, &certificate);
        document["integration"]["technicalAccount"]["clientId"] = client_id.into();
        Set::new(&document).report(&[])
    };
    let own = report("cm-p12345-e67890-integration-0");
    own.assert_check(
        "certificate-subject",
        "ok",
        "the certificate has the name of the client",
    );
    let other = report("cm-p1-e2-integration-0");
    assert_eq!(other.findings(), ["certificate-subject warning"]);
    assert_eq!(
        report(CLIENT_ID).check("certificate-subject")["verdict"],
        "skipped"
    );
}

#[test]
fn credentials_that_cannot_be_read_skip_the_checks_of_their_parts() {
    let set = Set::new(&json!({"integration": {}}));
    let report = set.report(&[]);
    for id in [
        "private-key",
        "key-passphrase",
        "key-certificate",
        "certificate-validity",
        "certificate-subject",
        "assertion",
    ] {
        report.assert_check(id, "skipped", "the credentials cannot be read");
    }
}

#[test]
fn credentials_without_a_key_have_no_checks_of_keys() {
    let emulator = Emulator::start().unwrap();
    let document: Value = serde_json::from_str(&emulator.oauth_credentials_json()).unwrap();
    let report = Set::new(&document).report(&[]);
    assert_eq!(report.findings(), Vec::<String>::new());
    for id in [
        "private-key",
        "certificate-validity",
        "assertion",
        "given-token",
    ] {
        assert!(report.find(id).is_none(), "{id}");
    }
}

#[test]
fn key_file_that_a_document_names_is_read_beside_it() {
    let set = Set::with_key("key.pem");
    let path = set.write("key.pem", fixture("pkcs1.pem"));
    let report = set.report(&[]);
    assert_eq!(report.findings(), Vec::<String>::new());
    let name = Path::new("key.pem");
    assert!(path.ends_with(name));
    let form = format!("the form of the key: PKCS#1 in PEM in the file {name:?}");
    assert!(report.evidence("private-key").contains(&form.as_str()));
}
