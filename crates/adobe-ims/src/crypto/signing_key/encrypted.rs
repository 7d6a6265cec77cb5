//! Decryption of PKCS#8 keys.

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::ScryptParams;
use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// The memory that scrypt may take, in bytes. OpenSSL's default takes 16 MiB. Hostile parameters in a document must
/// not end the process.
const MAX_MEMORY: u64 = 1 << 30;

/// The reason why a key could not be decrypted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DecryptError {
    /// The method is not supported. This is its name.
    Unsupported(String),
    WrongPassphrase,
}

/// Decrypts a PKCS#8 key (PBES2: PBKDF2 or scrypt, AES or triple DES).
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
    let decrypted =
        encrypted
            .decrypt(passphrase.expose().as_bytes())
            .map_err(|error| match error {
                pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm {
                    oid,
                }) => DecryptError::Unsupported(format!("OID {oid}")),
                _ => DecryptError::WrongPassphrase,
            })?;
    Ok(Zeroizing::new(decrypted.as_bytes().to_vec()))
}

/// Returns true if the parameters are possible (RFC 7914 §2) and take at most [`MAX_MEMORY`].
fn is_reasonable(parameters: &ScryptParams) -> bool {
    let cost = parameters.cost_parameter;
    let blocks = [parameters.block_size, parameters.parallelization];
    let memory = blocks
        .iter()
        .fold(cost.saturating_mul(128), |memory, factor| {
            memory.saturating_mul(u64::from(*factor))
        });
    cost > 1 && cost.is_power_of_two() && !blocks.contains(&0) && memory <= MAX_MEMORY
}
