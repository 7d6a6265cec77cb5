//! Errors that name the object that was found instead of an RSA private key.

use super::form::Algorithm;
use crate::error::Error;
use crate::error::Problem;

/// Labels of other PEM blocks that OpenSSL, GnuTLS and Windows write.
const OTHER_LABELS: [&str; 10] = [
    "ATTRIBUTE CERTIFICATE",
    "CMS",
    "DH PARAMETERS",
    "DSA PARAMETERS",
    "EC PARAMETERS",
    "PKCS12",
    "PKCS7",
    "SSL SESSION PARAMETERS",
    "X509 CRL",
    "X9.42 DH PARAMETERS",
];

/// Creates the error for a PEM block by its label. Returns `None` if it may hold an RSA private key.
pub(super) fn by_label(label: &str) -> Option<Error> {
    let error = match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            found_instead(Problem::KeyIsCertificate, "a certificate")
        }
        "PUBLIC KEY" | "RSA PUBLIC KEY" => found_instead(Problem::KeyIsPublic, "a public key"),
        "SSH2 PUBLIC KEY" => found_instead(Problem::KeyIsSsh, "an SSH public key"),
        "OPENSSH PRIVATE KEY" | "SSH2 ENCRYPTED PRIVATE KEY" => {
            found_instead(Problem::KeyIsSsh, "an SSH private key")
        }
        "EC PRIVATE KEY" => not_rsa(&Algorithm::EllipticCurve),
        "DSA PRIVATE KEY" => not_rsa(&Algorithm::Dsa),
        label if label.ends_with("CERTIFICATE REQUEST") => {
            found_instead(Problem::KeyIsRequest, "a certificate signing request")
        }
        label if label.starts_with("PGP ") => {
            found_instead(Problem::KeyNotAKey, "a PGP key or message")
        }
        label if label.ends_with("PRIVATE KEY") => return None,
        label if OTHER_LABELS.contains(&label) => {
            found_instead(Problem::KeyNotAKey, &format!("a PEM block {label:?}"))
        }
        // Where dashes are damaged, the label is a part of the key.
        _ => found_instead(Problem::KeyNotAKey, "a PEM block of an unknown kind"),
    };
    Some(error)
}

/// Creates the error for a text without PEM by its beginning. Returns `None` if that is not known.
pub(super) fn by_text(text: &str) -> Option<Error> {
    let error = if ["ssh-", "ecdsa-sha2-", "sk-ssh-"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        found_instead(Problem::KeyIsSsh, "an SSH public key")
    } else if text.starts_with("PuTTY-User-Key-File") {
        found_instead(Problem::KeyIsSsh, "a PuTTY key")
            .with_hint("PuTTYgen exports it: Conversions > Export OpenSSH key")
    } else if text.starts_with("---- BEGIN SSH2") {
        found_instead(Problem::KeyIsSsh, "an SSH public key")
    } else if text.starts_with('[') {
        found_instead(
            Problem::KeyNotAKey,
            "a JSON array, but not one of lines of text",
        )
    } else if text.starts_with('{') {
        found_instead(Problem::KeyNotAKey, "a JSON object")
            .with_hint("pass a whole credential document as the document, not as the key")
    } else {
        return None;
    };
    Some(error)
}

/// Returns true for the file of a Java keystore, JKS or JCEKS.
pub(super) fn is_java_keystore(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xFE, 0xED, 0xFE, 0xED, ..] | [0xCE, 0xCE, 0xCE, 0xCE, ..]
    )
}

/// Creates the error for bytes that are neither text nor DER.
pub(super) fn by_bytes(bytes: &[u8]) -> Error {
    match bytes {
        bytes if is_java_keystore(bytes) => {
            found_instead(Problem::KeyInContainer, "a Java keystore (.jks, .jceks)")
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

/// Creates the error for an object that is no private key.
pub(super) fn found_instead(problem: Problem, object: &str) -> Error {
    Error::new(problem, format!("the private key is {object}"))
}

/// Creates the error for a private key of another kind.
pub(super) fn not_rsa(kind: &Algorithm) -> Error {
    Error::new(
        Problem::KeyNotRsa,
        format!("the private key is of the kind {kind}, not RSA"),
    )
}

/// Creates the error for an RSA private key that cannot be used.
pub(super) fn unusable(reason: &str) -> Error {
    Error::new(
        Problem::KeyUnusable,
        format!("the private key cannot be used: {reason}"),
    )
}
