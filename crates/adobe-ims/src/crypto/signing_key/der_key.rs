//! Private keys in DER.

use zeroize::Zeroizing;

use super::description::KeyEncoding;
use super::encrypted::{self, DecryptError};
use super::form::{self, Form};
use super::not_a_key;
use super::reading::Reading;
use crate::error::{Error, Problem, Result};

/// Returns the key that was decrypted. A wrong passphrase leaves valid padding once in 256 times, with noise before
/// it.
pub(super) fn from_decrypted(
    decrypted: &[u8],
    reading: &mut Reading<'_, '_>,
) -> Result<Zeroizing<Vec<u8>>> {
    match form::recognise(decrypted) {
        Form::Rsa(pkcs1) => Ok(rsa(pkcs1, decrypted, reading)),
        Form::OtherPrivateKey(kind) => Err(not_a_key::not_rsa(&kind)),
        _ => Err(decryption_failed(DecryptError::WrongPassphrase)),
    }
}

/// Returns true if the DER is not cut off.
pub(super) fn is_complete(der: &[u8]) -> bool {
    !matches!(form::recognise(der), Form::Truncated { .. } | Form::Unknown)
}

/// Returns the PKCS#1 DER of a key, or an error that names the object found instead.
pub(super) fn from_der(der: &[u8], reading: &mut Reading<'_, '_>) -> Result<Zeroizing<Vec<u8>>> {
    match form::recognise(der) {
        Form::Rsa(pkcs1) => Ok(rsa(pkcs1, der, reading)),
        Form::EncryptedPkcs8(encrypted) => {
            let passphrase = reading.passphrase("PKCS#8")?;
            let decrypted = encrypted::pkcs8(&encrypted, passphrase).map_err(decryption_failed)?;
            from_decrypted(&decrypted, reading)
        }
        Form::EncryptedOtherwise(method) => {
            let method = form::encryption_name(method);
            reading.description.encryption = Some(method.clone());
            Err(decryption_failed(DecryptError::Unsupported(method)))
        }
        Form::DamagedRsa => Err(not_a_key::unusable(
            "it is damaged: its numbers cannot be read",
        )),
        Form::OtherPrivateKey(kind) => Err(not_a_key::not_rsa(&kind)),
        Form::Certificate => Err(not_a_key::found_instead(
            Problem::KeyIsCertificate,
            "a certificate",
        )),
        Form::CertificateRequest => Err(not_a_key::found_instead(
            Problem::KeyIsRequest,
            "a certificate signing request",
        )),
        Form::PublicKey => Err(not_a_key::found_instead(
            Problem::KeyIsPublic,
            "a public key",
        )),
        Form::Pkcs12 => Err(not_a_key::found_instead(
            Problem::KeyInContainer,
            "a PKCS#12 bundle (.p12, .pfx)",
        )),
        Form::Truncated { present, needed } => Err(Error::new(
            Problem::KeyTruncated,
            format!("the private key is cut off: {present} of {needed} bytes are there"),
        )),
        Form::Unknown => Err(Error::new(
            Problem::KeyNotAKey,
            "the private key decodes to something that is not a key",
        )),
    }
}

/// Creates the error of a key that could not be decrypted.
pub(super) fn decryption_failed(error: DecryptError) -> Error {
    match error {
        DecryptError::WrongPassphrase => Error::new(
            Problem::KeyPassphraseWrong,
            "the passphrase does not open the private key",
        ),
        DecryptError::Unsupported(method) => Error::new(
            Problem::KeyEncryptionUnsupported,
            format!("the private key is encrypted with {method}"),
        ),
    }
}

/// Returns the key, and notes its encoding: `der` is it, or has it inside.
fn rsa(pkcs1: &[u8], der: &[u8], reading: &mut Reading<'_, '_>) -> Zeroizing<Vec<u8>> {
    let is_inside = pkcs1.as_ptr() != der.as_ptr();
    reading.description.encoding = Some(if is_inside {
        KeyEncoding::Pkcs8
    } else {
        KeyEncoding::Pkcs1
    });
    Zeroizing::new(pkcs1.to_vec())
}
