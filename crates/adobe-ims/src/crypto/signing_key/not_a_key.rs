//! What is no RSA private key of a technical account, called by its name.

use super::form::Algorithm;
use crate::error::Error;
use crate::error::Problem;

/// By the label of a PEM block; `None` for one that may hold an RSA private key.
pub(super) fn by_label(label: &str) -> Option<Error> {
    let error = match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            instead(Problem::KeyIsCertificate, "a certificate")
        }
        "PUBLIC KEY" | "RSA PUBLIC KEY" => instead(Problem::KeyIsPublic, "a public key"),
        "SSH2 PUBLIC KEY" => instead(Problem::KeyIsSsh, "an SSH public key"),
        "OPENSSH PRIVATE KEY" | "SSH2 ENCRYPTED PRIVATE KEY" => {
            instead(Problem::KeyIsSsh, "an SSH private key")
        }
        "EC PRIVATE KEY" => not_rsa(&Algorithm::EllipticCurve),
        "DSA PRIVATE KEY" => not_rsa(&Algorithm::Dsa),
        label if label.ends_with("CERTIFICATE REQUEST") => {
            instead(Problem::KeyIsRequest, "a certificate signing request")
        }
        label if label.starts_with("PGP ") => instead(Problem::KeyNotAKey, "a PGP key or message"),
        label if label.ends_with("PRIVATE KEY") => return None,
        label => instead(
            Problem::KeyNotAKey,
            &format!(
                "a PEM block {:?}",
                label.chars().take(40).collect::<String>()
            ),
        ),
    };
    Some(error)
}

/// By how a text without PEM begins.
pub(super) fn by_text(text: &str) -> Option<Error> {
    let error = if ["ssh-", "ecdsa-sha2-", "sk-ssh-"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        instead(Problem::KeyIsSsh, "an SSH public key")
    } else if text.starts_with("PuTTY-User-Key-File") {
        instead(Problem::KeyIsSsh, "a PuTTY key")
            .with_hint("PuTTYgen exports it: Conversions > Export OpenSSH key")
    } else if text.starts_with("---- BEGIN SSH2") {
        instead(Problem::KeyIsSsh, "an SSH public key")
    } else if text.starts_with('[') {
        instead(
            Problem::KeyNotAKey,
            "a JSON array, but not one of lines of text",
        )
    } else if text.starts_with('{') {
        instead(Problem::KeyNotAKey, "a JSON object")
            .with_hint("a whole credential document goes to -c, not into the key")
    } else {
        return None;
    };
    Some(error)
}

/// Whether this is the file of a Java keystore, JKS or JCEKS.
pub(super) fn is_java_keystore(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xFE, 0xED, 0xFE, 0xED, ..] | [0xCE, 0xCE, 0xCE, 0xCE, ..]
    )
}

/// By the first bytes of what is neither text nor DER.
pub(super) fn by_bytes(bytes: &[u8]) -> Error {
    match bytes {
        bytes if is_java_keystore(bytes) => {
            instead(Problem::KeyInContainer, "a Java keystore (.jks, .jceks)")
        }
        _ => Error::new(
            Problem::KeyNotAKey,
            format!(
                "the private key is {} bytes that are neither text nor DER",
                bytes.len()
            ),
        ),
    }
}

pub(super) fn instead(problem: Problem, what: &str) -> Error {
    Error::new(problem, format!("the private key is {what}"))
}

pub(super) fn not_rsa(kind: &Algorithm) -> Error {
    Error::new(
        Problem::KeyNotRsa,
        format!("the private key is of the kind {kind}, not RSA"),
    )
}
