//! Private keys in every form in which people hold them, and other objects in their place.

use std::io;
use std::path::Path;

use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::{KeyContext, SigningKey};
use adobe_ims::{Error, Problem, Secret};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

const PASSPHRASE: &str = "PASSPHRASE?%&=ü";

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures")
            .join(name),
    )
    .unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

fn without_line(text: &str, number: usize) -> String {
    let lines = text.lines().enumerate();
    let kept = lines.filter(|(at, _)| *at != number);
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

fn read_with(key: &[u8], passphrase: Option<&str>) -> Result<SigningKey, Error> {
    let passphrase = passphrase.map(Secret::from);
    let read = |path: &Path| {
        let name = path
            .strip_prefix("/keys")
            .map_err(|_| io::ErrorKind::NotFound)?;
        match name.to_str() {
            Some("loop.pem") => Ok(b"loop.pem".to_vec()),
            Some(name @ ("pkcs1.pem" | "pkcs8.der")) => Ok(fixture(name)),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    };
    let context =
        KeyContext::with_reader(Path::new("/keys"), &read).passphrase(passphrase.as_ref());
    SigningKey::read(key, &context, &Crypto::ring())
}

fn read(key: impl AsRef<[u8]>) -> Result<SigningKey, Error> {
    read_with(key.as_ref(), None)
}

#[track_caller]
fn assert_is_the_key(form: &str, key: Result<SigningKey, Error>) {
    let expected = read(fixture("pkcs1.pem")).unwrap();
    match key {
        Ok(key) => assert_eq!(key.public_key(), expected.public_key(), "{form}"),
        Err(error) => panic!("{form}: {error} [{}]", error.problem().id()),
    }
}

#[track_caller]
fn assert_complaint(object: &str, key: Result<SigningKey, Error>, problem: Problem) {
    let error = key.expect_err(object);
    assert_eq!(error.problem(), problem, "{object}: {error}");
    let everything = format!("{error} {error:?} {:?}", error.hints().collect::<Vec<_>>());
    assert!(!everything.contains(PASSPHRASE), "{object}: {everything}");
    // No line of any fixture's base64 may appear.
    for name in ["pkcs1.pem", "pkcs8.pem", "openssh.pem", "ec.pem"] {
        for line in text(name).lines().filter(|line| !line.starts_with("---")) {
            assert!(!everything.contains(line), "{object}: {everything}");
        }
    }
}

#[test]
fn key_is_read_in_every_form() {
    let pkcs1 = text("pkcs1.pem");
    let pkcs8 = text("pkcs8.pem");
    let der = fixture("pkcs1.der");
    let one_line = pkcs1.replace('\n', "");
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(pkcs1.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let lines: Vec<&str> = pkcs1.lines().collect();
    let body: String = pkcs1
        .lines()
        .filter(|line| !line.starts_with("---"))
        .collect();

    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("PKCS#1", pkcs1.clone().into()),
        ("PKCS#8", pkcs8.clone().into()),
        ("PKCS#1 DER", der.clone()),
        ("PKCS#8 DER", fixture("pkcs8.der")),
        ("DER with a line end after it", [&der[..], b"\n"].concat()),
        ("CRLF", pkcs1.replace('\n', "\r\n").into()),
        ("CR only", pkcs1.replace('\n', "\r").into()),
        ("literal \\n", pkcs1.replace('\n', "\\n").into()),
        ("literal \\r\\n", pkcs1.replace('\n', "\\r\\n").into()),
        ("doubly escaped \\\\n", pkcs1.replace('\n', "\\\\n").into()),
        (
            "doubly escaped \\\\r\\\\n",
            pkcs1.replace('\n', "\\\\r\\\\n").into(),
        ),
        (
            "triply escaped",
            pkcs8.replace('\n', "\\\\\\\\r\\\\\\\\n").into(),
        ),
        ("a JSON string", serde_json::to_vec(&pkcs1).unwrap()),
        ("a JSON string of a JSON string", {
            serde_json::to_vec(&serde_json::to_string(&pkcs1).unwrap()).unwrap()
        }),
        (
            "escaped slashes",
            pkcs1.replace('/', "\\/").replace('\n', "\\n").into(),
        ),
        ("no line breaks at all", one_line.clone().into()),
        ("no line breaks, PKCS#8", pkcs8.replace('\n', "").into()),
        ("blanks for line breaks", pkcs1.replace('\n', " ").into()),
        ("indented", pkcs1.replace('\n', "\n        ").into()),
        (
            "dashes of a word processor",
            pkcs1.replace("-----", "—–-").into(),
        ),
        ("no-break spaces", pkcs1.replace('\n', "\n\u{a0}").into()),
        (
            "tabs and trailing blanks",
            pkcs1.replace('\n', " \t\n\t").into(),
        ),
        ("blank lines between", pkcs1.replace('\n', "\n\n").into()),
        ("byte order mark", ["\u{feff}", &pkcs1].concat().into()),
        ("UTF-16 from PowerShell", utf16),
        ("double quotes", format!("\"{pkcs1}\"").into()),
        (
            "single quotes",
            format!("'{}'", pkcs1.replace('\n', "\\n")).into(),
        ),
        ("base64 of the PEM", STANDARD.encode(&pkcs1).into()),
        (
            "base64 of the PEM, no padding",
            STANDARD_NO_PAD.encode(&pkcs8).into(),
        ),
        ("base64url of the PEM", URL_SAFE.encode(&pkcs1).into()),
        (
            "base64 of the base64",
            STANDARD.encode(STANDARD.encode(&pkcs1)).into(),
        ),
        ("base64 of the DER", STANDARD.encode(&der).into()),
        ("only the base64 between the lines", body.clone().into()),
        (
            "no BEGIN line",
            pkcs1
                .replace("-----BEGIN RSA PRIVATE KEY-----\n", "")
                .into(),
        ),
        (
            "base64 of a PEM with a mark",
            STANDARD.encode(format!("\u{feff}{pkcs1}")).into(),
        ),
        ("a JSON array of lines", serde_json::to_vec(&lines).unwrap()),
        ("a JSON array of lines with line ends", {
            serde_json::to_vec(
                &lines
                    .iter()
                    .map(|line| format!("{line}\n"))
                    .collect::<Vec<_>>(),
            )
            .unwrap()
        }),
        ("a path", b"pkcs1.pem".to_vec()),
        ("a path with blanks around", b" ./pkcs1.pem\n".to_vec()),
        ("a path of DER", b"/keys/pkcs8.der".to_vec()),
        (
            "the wrong label",
            pkcs8.replace("PRIVATE KEY", "RSA PRIVATE KEY").into(),
        ),
        (
            "the other wrong label",
            pkcs1.replace("RSA PRIVATE KEY", "PRIVATE KEY").into(),
        ),
        (
            "no END line",
            pkcs1.replace("-----END RSA PRIVATE KEY-----\n", "").into(),
        ),
        (
            "after its certificate",
            [text("certificate.pem"), pkcs1.clone()].concat().into(),
        ),
        (
            "before its certificate",
            [pkcs1.clone(), text("certificate.pem")].concat().into(),
        ),
        ("among bag attributes", {
            [
                "Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n",
                &pkcs8,
            ]
            .concat()
            .into()
        }),
        (
            "after a comment in Latin-1",
            [b"# cl\xe9\n".as_slice(), pkcs1.as_bytes()].concat(),
        ),
        (
            "stray lines before and after",
            format!("export KEY=\n{pkcs1}\n# end\n").into(),
        ),
    ];
    for (form, key) in forms {
        assert_is_the_key(form, read(key));
    }
}

#[test]
fn encrypted_key_needs_the_right_passphrase() {
    for name in [
        "pkcs8-aes256.pem",
        "pkcs8-aes128-sha1.pem",
        "pkcs8-des3.pem",
        "pkcs8-scrypt.pem",
        "pkcs8-aes256.der",
        "legacy-aes128.pem",
        "legacy-aes192.pem",
        "legacy-aes256.pem",
        "legacy-des3.pem",
    ] {
        let key = fixture(name);
        assert_is_the_key(name, read_with(&key, Some(PASSPHRASE)));
        assert_complaint(name, read(&key), Problem::KeyEncrypted);
        assert_complaint(
            name,
            read_with(&key, Some("wrong")),
            Problem::KeyPassphraseWrong,
        );
        assert_complaint(name, read_with(&key, Some("")), Problem::KeyPassphraseWrong);
    }
}

#[test]
fn encrypted_key_is_read_in_every_form() {
    for name in ["pkcs8-aes256.pem", "legacy-aes256.pem", "legacy-des3.pem"] {
        for (form, key) in [
            ("CRLF", text(name).replace('\n', "\r\n")),
            ("escaped", text(name).replace('\n', "\\n")),
            ("one line", text(name).replace('\n', "")),
            ("base64", STANDARD.encode(text(name))),
        ] {
            assert_is_the_key(
                &format!("{name}, {form}"),
                read_with(key.as_bytes(), Some(PASSPHRASE)),
            );
        }
    }
    assert_is_the_key(
        "a passphrase nobody needs",
        read_with(&fixture("pkcs8.pem"), Some("x")),
    );
}

#[test]
fn keys_of_other_sizes_sign() {
    for (name, bits) in [("rsa3072.pem", 3072), ("rsa4096.pem", 4096)] {
        assert_eq!(read(fixture(name)).unwrap().public_key().bits(), bits);
    }
}

#[test]
fn other_objects_are_refused_by_their_kind() {
    let pkcs1 = text("pkcs1.pem");
    let public_ssh = text("openssh.pub");
    let half = &pkcs1[..pkcs1.len() / 2];
    let body_cut = format!("{}-----END RSA PRIVATE KEY-----\n", &pkcs1[..1000]);
    let mut damaged = fixture("pkcs1.der");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xFF;

    let complaints: Vec<(&str, Vec<u8>, Problem)> = vec![
        ("nothing", b"".to_vec(), Problem::KeyMissing),
        ("white space", b" \r\n\t".to_vec(), Problem::KeyMissing),
        ("only quotes", b"\"\"".to_vec(), Problem::KeyNotAKey),
        ("a word", b"secret".to_vec(), Problem::KeyNotAKey),
        ("a number", b"0".to_vec(), Problem::KeyNotAKey),
        ("a certificate", fixture("certificate.pem"), Problem::KeyIsCertificate),
        ("a certificate on one line", text("certificate.pem").replace('\n', "\\n").into(), Problem::KeyIsCertificate),
        ("a certificate under a key's label", {
            text("certificate.pem").replace("CERTIFICATE", "PRIVATE KEY").into()
        }, Problem::KeyIsCertificate),
        ("a public key", fixture("public.pem"), Problem::KeyIsPublic),
        ("a PKCS#1 public key", fixture("public-pkcs1.pem"), Problem::KeyIsPublic),
        ("a signing request", fixture("request.pem"), Problem::KeyIsRequest),
        ("an OpenSSH private key", fixture("openssh.pem"), Problem::KeyIsSsh),
        ("an SSH public key", public_ssh.into(), Problem::KeyIsSsh),
        ("a PuTTY key", b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n".to_vec(), Problem::KeyIsSsh),
        ("a PKCS#12 bundle", fixture("bundle.p12"), Problem::KeyInContainer),
        ("base64 of a PKCS#12 bundle", STANDARD.encode(fixture("bundle.p12")).into(), Problem::KeyInContainer),
        ("a Java keystore", vec![0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2], Problem::KeyInContainer),
        ("an EC key", fixture("ec.pem"), Problem::KeyNotRsa),
        ("an EC key as PKCS#8", fixture("ec-pkcs8.pem"), Problem::KeyNotRsa),
        ("an Ed25519 key", fixture("ed25519.pem"), Problem::KeyNotRsa),
        ("a DSA key", fixture("dsa.pem"), Problem::KeyNotRsa),
        ("an RSA-PSS key", fixture("rsa-pss.pem"), Problem::KeyNotRsa),
        ("1024 bits", fixture("rsa1024.pem"), Problem::KeyTooSmall),
        ("half a PEM", half.into(), Problem::KeyTruncated),
        ("half a PEM, escaped", half.replace('\n', "\\n").into(), Problem::KeyTruncated),
        ("a PEM cut inside", body_cut.into(), Problem::KeyTruncated),
        ("half a DER", fixture("pkcs1.der")[..600].to_vec(), Problem::KeyTruncated),
        ("a PEM without its first line", without_line(&text("pkcs1.pem"), 1).into(), Problem::KeyTruncated),
        ("a PEM without a line inside", without_line(&text("pkcs8.pem"), 9).into(), Problem::KeyTruncated),
        ("an encrypted PEM without its headers", without_line(&without_line(&text("legacy-aes256.pem"), 1), 1).into(), Problem::KeyTruncated),
        ("an OpenSSH key under another label", text("openssh.pem").replace("OPENSSH ", "").into(), Problem::KeyIsSsh),
        ("a PEM of a word", b"-----BEGIN PRIVATE KEY-----\nSECRETKEY\n-----END PRIVATE KEY-----".to_vec(), Problem::KeyNotAKey),
        ("only the first line", b"-----BEGIN RSA PRIVATE KEY-----\n".to_vec(), Problem::KeyTruncated),
        ("an empty PEM", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----".to_vec(), Problem::KeyTruncated),
        ("a shortened PEM", b"-----BEGIN RSA PRIVATE KEY-----\nMIIE\xe2\x80\xa6\n-----END RSA PRIVATE KEY-----".to_vec(), Problem::KeyNotAKey),
        ("a redacted PEM", b"-----BEGIN RSA PRIVATE KEY-----\\r\\***REDACTED***\\r\\n-----END RSA PRIVATE KEY-----".to_vec(), Problem::KeyNotAKey),
        ("a PGP key", b"-----BEGIN PGP PRIVATE KEY BLOCK-----\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----".to_vec(), Problem::KeyNotAKey),
        ("a damaged key", damaged, Problem::KeyUnusable),
        ("a JSON object", b"{\"kty\":\"RSA\"}".to_vec(), Problem::KeyNotAKey),
        ("a JSON array of numbers", b"[1, 2]".to_vec(), Problem::KeyNotAKey),
        ("a file that is not there", b"missing.pem".to_vec(), Problem::FileUnreadable),
        ("a file that names itself", b"loop.pem".to_vec(), Problem::KeyNotAKey),
        ("bytes", vec![0, 159, 146, 150], Problem::KeyNotAKey),

    ];
    for (object, key, problem) in complaints {
        assert_complaint(object, read(key), problem);
    }
    for name in [
        "pkcs8-pbes1.pem",
        "legacy-camellia.pem",
        "pkcs8-scrypt-cost-0.pem",
    ] {
        assert_complaint(
            name,
            read_with(&fixture(name), Some(PASSPHRASE)),
            Problem::KeyEncryptionUnsupported,
        );
    }
}

#[test]
fn line_of_the_key_in_a_damaged_label_or_header_is_not_shown() {
    let lines = text("pkcs8.pem");
    let line = lines.lines().nth(2).unwrap();
    let body = &text("pkcs1.pem")[32..1000];
    for key in [
        format!("-----BEGIN {line}-----\nAAAA\n-----END {line}-----"),
        format!("-----BEGIN PRIVATE {line}-----\n{body}"),
        format!("-----BEGIN {line} PRIVATE KEY-----\n-----END {line} PRIVATE KEY-----"),
        format!(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: {line},\n\n\
             AAAA\n-----END RSA PRIVATE KEY-----"
        ),
    ] {
        for passphrase in [None, Some(PASSPHRASE)] {
            let error = read_with(key.as_bytes(), passphrase).unwrap_err();
            let shown = format!("{error:?} {}", error.report());
            let parts = (0..line.len() - 12).map(|start| &line[start..start + 12]);
            assert!(
                !parts.into_iter().any(|part| shown.contains(part)),
                "{shown}"
            );
        }
    }
    let parameters = b"-----BEGIN EC PARAMETERS-----\nAAAA\n-----END EC PARAMETERS-----";
    let error = read(parameters).unwrap_err();
    assert!(error.to_string().contains("\"EC PARAMETERS\""), "{error}");
}

#[test]
fn truncated_encrypted_key_is_not_reported_as_a_wrong_passphrase() {
    let legacy = text("legacy-aes256.pem");
    let without_end = legacy.split("-----END").next().unwrap();
    let cut = format!("{}-----END RSA PRIVATE KEY-----", &legacy[..1000]);
    for key in [without_end, &cut] {
        let key = read_with(key.as_bytes(), Some(PASSPHRASE));
        assert_complaint("cut", key, Problem::KeyTruncated);
    }
}

#[test]
fn piece_of_a_key_is_not_taken_for_a_path() {
    let key = STANDARD.encode(fixture("pkcs1.der"));
    let at = key.find('/').unwrap();
    let piece = &key[at..at + 400];
    for piece in [piece.to_owned(), format!("{piece}.pem{}", "x".repeat(200))] {
        let error = read(&piece).unwrap_err();
        assert!(!error.to_string().contains(&piece[..40]), "{error}");
    }
}

#[test]
fn reason_of_an_unusable_key_is_reported() {
    let pkcs1 = text("pkcs1.pem");
    let mut damaged = fixture("pkcs1.der");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xFF;
    let lines: Vec<_> = pkcs1.lines().collect();
    let doubled = [&lines[..5], &lines[4..]].concat().join("\n");
    for (key, why) in [
        (fixture("rsa-e3.pem"), "its public exponent is below 65537"),
        (fixture("rsa2056.pem"), "its size of 2056 bits is unusual"),
        (fixture("rsa-3-primes.pem"), "it has more than two primes"),
        (doubled.into_bytes(), "it is damaged"),
        (damaged, "its numbers do not fit together"),
    ] {
        let error = read(key).unwrap_err();
        assert_eq!(error.problem(), Problem::KeyUnusable);
        assert!(error.to_string().contains(why), "{error}");
    }
    let pbes1 = read(fixture("pkcs8-pbes1.pem")).unwrap_err().to_string();
    assert!(pbes1.contains("PBE-SHA1-3DES"), "{pbes1}");
}

#[test]
fn fingerprint_is_that_of_openssl() {
    // openssl pkey -in pkcs1.pem -pubout -outform DER | openssl sha256
    let key = read(fixture("pkcs1.pem")).unwrap();
    let spki = text("public.pem");
    let body: String = spki
        .lines()
        .filter(|line| !line.starts_with("---"))
        .collect();
    let der = STANDARD.decode(body).unwrap();
    let digest = ring_digest(&der);
    assert_eq!(key.public_key().fingerprint(), digest);
    assert_eq!(key.public_key().bits(), 2048);
}

fn ring_digest(data: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(data)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

mod never_panics {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn on_bytes(key in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_with(&key, Some("x"));
        }

        #[test]
        fn on_text_around_a_label(before in "\\PC{0,20}", label in "[A-Z ]{0,20}", body in "[A-Za-z0-9+/=\\\\ \n-]{0,200}") {
            let _ = read_with(format!("{before}-----BEGIN {label}-----{body}").as_bytes(), Some("x"));
        }

        #[test]
        fn on_a_cut_or_changed_key(cut in 0usize..1700, at in 0usize..1190, by in any::<u8>()) {
            let pem = fixture("pkcs1.pem");
            let _ = read(&pem[..cut.min(pem.len())]);
            let mut der = fixture("pkcs1.der");
            let at = at.min(der.len() - 1);
            der[at] = by;
            let _ = read(&der);
            let mut locked = fixture("legacy-aes256.pem");
            locked[at] = by;
            let _ = read_with(&locked, Some(PASSPHRASE));
        }
    }
}
