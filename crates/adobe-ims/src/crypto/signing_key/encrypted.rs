//! Opening keys that are locked with a passphrase.

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::ScryptParams;
use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// OpenSSL's default takes 16 MiB. A document with hostile parameters must not end the process.
const MOST_MEMORY: u64 = 1 << 30;

/// Why it stayed locked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DecryptError {
    /// The name of the method that is not supported.
    Unsupported(String),
    WrongPassphrase,
}

/// Opens an encrypted PKCS#8 key (PBES2: PBKDF2 or scrypt, AES or triple DES).
pub(crate) fn pkcs8(
    encrypted: &EncryptedPrivateKeyInfoRef<'_>,
    passphrase: &Secret,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    match &encrypted.encryption_algorithm {
        EncryptionScheme::Pbes1(_) => {
            let method = "PBES1, a method from before 2000";
            return Err(DecryptError::Unsupported(method.to_owned()));
        }
        EncryptionScheme::Pbes2(parameters) => {
            if let Some(scrypt) = parameters.kdf.scrypt()
                && !is_reasonable(scrypt)
            {
                let method = "scrypt with unreasonable parameters";
                return Err(DecryptError::Unsupported(method.to_owned()));
            }
        }
        _ => {}
    }
    let opened =
        encrypted
            .decrypt(passphrase.expose().as_bytes())
            .map_err(|error| match error {
                pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm {
                    oid,
                }) => DecryptError::Unsupported(format!("OID {oid}")),
                _ => DecryptError::WrongPassphrase,
            })?;
    Ok(Zeroizing::new(opened.as_bytes().to_vec()))
}

/// Whether the parameters are possible (RFC 7914 §2) and ask for a sane amount of memory.
fn is_reasonable(parameters: &ScryptParams) -> bool {
    let cost = parameters.cost_parameter;
    let blocks = [parameters.block_size, parameters.parallelization];
    let memory = blocks
        .iter()
        .fold(cost.saturating_mul(128), |memory, factor| {
            memory.saturating_mul(u64::from(*factor))
        });
    cost > 1 && cost.is_power_of_two() && !blocks.contains(&0) && memory <= MOST_MEMORY
}
