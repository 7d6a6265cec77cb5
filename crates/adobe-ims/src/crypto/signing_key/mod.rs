//! Any RSA private key people hold, turned into a signer.

mod context;
mod encrypted;
mod legacy_pem;
mod form;
mod not_a_key;

use core::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::provider::Crypto;
use der::asn1::UintRef;
use der::{Decode, Encode};
use pkcs1::{RsaPrivateKey, RsaPublicKey};
use rustls::SignatureScheme;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer};
use rustls::sign::Signer;
use zeroize::Zeroizing;

use super::public_key::PublicKey;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::pem;
use crate::util::secret::Secret;
pub use context::KeyContext;
use encrypted::DecryptError;
use form::Form;
use legacy_pem::Legacy;

/// IMS's own floor is not published; below 2048 bits RSA is held to be breakable, and the TLS
/// libraries refuse it as well.
const SMALLEST_BITS: usize = 2048;

/// What ring signs with.
const LARGEST_BITS: usize = 4096;

/// Longer than the paths of key files, shorter than any key.
const LONGEST_PATH: usize = 512;

/// How often a key may be wrapped in base64, JSON or a path before it is taken for nonsense.
const DEEPEST: u8 = 4;

/// An RSA private key that is ready to sign. It is parsed once; cloning shares it.
#[derive(Clone)]
pub struct SigningKey {
    signer: Arc<dyn Signer>,
    public: PublicKey,
}

impl SigningKey {
    /// Reads a key in any form people hold: PEM (PKCS#1, PKCS#8, encrypted or not, also the legacy
    /// `Proc-Type: 4,ENCRYPTED`), DER, base64 of either, a JSON array of lines, the path of a file;
    /// with CRLF, escaped, joined, indented or quoted lines.
    ///
    /// # Errors
    /// A `Key…` [`Problem`] that says what the thing is instead, of class configuration, or
    /// [`Problem::FileUnreadable`].
    pub fn read(key: &[u8], context: &KeyContext<'_>, crypto: &Crypto) -> Result<Self> {
        let der = to_pkcs1(key, context, DEEPEST)?;
        let parsed = RsaPrivateKey::<UintRef<'_>>::from_der(&der)
            .map_err(|_| unusable("the RSA numbers are missing inside of it"))?;
        let public = PublicKey::from_pkcs1(
            RsaPublicKey {
                modulus: parsed.modulus,
                public_exponent: parsed.public_exponent,
            }
            .to_der()
            .map_err(|_| unusable("its public half cannot be written"))?,
        );
        if public.bits() < SMALLEST_BITS {
            return Err(Error::new(
                Problem::KeyTooSmall,
                format!("the private key has {} bits", public.bits()),
            ));
        }
        let key = crypto
            .provider()
            .key_provider
            .load_private_key(PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(&der[..])).clone_key())
            .map_err(|_| unusable(&why_refused(&parsed, public.bits())))?;
        let signer = key
            .choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])
            .ok_or_else(|| unusable("it does not sign with RS256"))?;
        Ok(Self {
            signer: signer.into(),
            public,
        })
    }

    /// The RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256) of a message.
    ///
    /// # Errors
    /// [`Problem::KeyUnusable`] when the crypto library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.signer
            .sign(message)
            .map_err(|_| unusable("its numbers do not fit together, so it is damaged"))
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// The crypto libraries refuse a key without saying why; these are their conditions.
fn why_refused(key: &RsaPrivateKey<UintRef<'_>>, bits: usize) -> String {
    let exponent = key.public_exponent.as_bytes();
    if key.other_prime_infos.is_some() {
        "it has more than two primes".to_owned()
    } else if bits > LARGEST_BITS || !bits.is_multiple_of(1024) {
        format!("its size of {bits} bits is unusual")
    } else if exponent.len() < 3 || exponent == [1, 0, 0] {
        "its public exponent is below 65537".to_owned()
    } else {
        "its numbers do not fit together, so it is damaged".to_owned()
    }
}

fn unusable(why: &str) -> Error {
    Error::new(
        Problem::KeyUnusable,
        format!("the private key cannot be used: {why}"),
    )
}

/// Gets at the PKCS#1 DER of an RSA key through whatever it is wrapped in.
fn to_pkcs1(key: &[u8], context: &KeyContext<'_>, depth: u8) -> Result<Zeroizing<Vec<u8>>> {
    // Keys of other kinds are short, and so is their length field.
    let is_short_der =
        matches!(key, [0x30, length, rest @ ..] if usize::from(*length) == rest.len());
    if pem::is_der(key) || is_short_der {
        return from_der(key, context);
    }
    let Some(text) = pem::decode(key) else {
        return Err(not_a_key::by_bytes(key));
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Error::new(Problem::KeyMissing, "the private key is empty"));
    }
    if trimmed.starts_with('[')
        && let Ok(lines) = serde_json::from_str::<Vec<Zeroizing<String>>>(trimmed)
    {
        let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
        return deeper(Zeroizing::new(lines.join("\n")).as_bytes(), context, depth);
    }
    let text = pem::unescape(trimmed);
    let text = pem::with_upper_case_labels(&text);
    if text.contains("-BEGIN ") {
        return from_pem(&text, context);
    }
    if let Some(path) = as_path(trimmed) {
        return from_file(&path, context, depth);
    }
    if let Some(error) = not_a_key::by_text(&text) {
        return Err(error);
    }
    // A BEGIN line may have been lost with the first line of a file.
    let body = text.split("-----END").next().unwrap_or_default();
    match pem::base64(body) {
        Ok(inner) if inner.first() == Some(&0x30) => from_der(&inner, context),
        Ok(inner) if not_a_key::is_java_keystore(&inner) => Err(not_a_key::by_bytes(&inner)),
        Ok(inner) if is_text_of_a_key(&inner) => deeper(&inner, context, depth),
        _ => Err(Error::new(
            Problem::KeyNotAKey,
            format!(
                "the private key is {} characters of text, but neither PEM nor base64 of a key",
                text.chars().count()
            ),
        )),
    }
}

fn is_text_of_a_key(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    bytes.len() > 64
        && (bytes.iter().all(printable)
            || pem::decode(bytes).is_some_and(|text| text.contains("-BEGIN ")))
}

fn deeper(key: &[u8], context: &KeyContext<'_>, depth: u8) -> Result<Zeroizing<Vec<u8>>> {
    match depth.checked_sub(1) {
        Some(depth) => to_pkcs1(key, context, depth),
        None => Err(Error::new(
            Problem::KeyNotAKey,
            "the private key is wrapped too many times",
        )),
    }
}

fn from_pem(text: &str, context: &KeyContext<'_>) -> Result<Zeroizing<Vec<u8>>> {
    let blocks = pem::blocks(text);
    let of_rsa = |label: &str| {
        label.ends_with("PRIVATE KEY")
            && !["EC ", "DSA ", "OPENSSH "]
                .iter()
                .any(|kind| label.starts_with(kind))
    };
    let Some(block) = blocks
        .iter()
        .find(|block| of_rsa(block.label))
        .or_else(|| {
            blocks
                .iter()
                .find(|block| block.label.ends_with("PRIVATE KEY"))
        })
        .or_else(|| blocks.first())
    else {
        return Err(Error::new(
            Problem::KeyNotAKey,
            "the private key has a BEGIN line without an end",
        ));
    };
    if let Some(error) = not_a_key::by_label(block.label) {
        return Err(error);
    }
    let legacy = Legacy::find(block.body);
    let base64 = legacy.as_ref().map_or(block.body, |legacy| legacy.body);
    let der = pem::base64(base64).map_err(|alien| {
        let what = alien.map_or_else(
            || "the private key's base64 is damaged".to_owned(),
            |c| {
                format!(
                    "the private key holds {c:?}, which is not base64: it looks shortened or edited"
                )
            },
        );
        Error::new(Problem::KeyNotAKey, what)
    })?;
    if der.is_empty() {
        return Err(Error::new(
            Problem::KeyTruncated,
            format!(
                "there is nothing between BEGIN {0} and END {0}",
                block.label
            ),
        ));
    }
    match legacy {
        None if !block.ended && !is_complete(&der) => Err(Error::new(
            Problem::KeyTruncated,
            "the private key has no END line and stops in the middle",
        )),
        None => from_der(&der, context),
        Some(legacy) => {
            if !block.ended || !der.len().is_multiple_of(legacy.iv.len().max(1)) {
                return Err(Error::new(
                    Problem::KeyTruncated,
                    "the encrypted private key is cut off",
                ));
            }
            let passphrase = passphrase(context, legacy.cipher)?;
            let opened = legacy.open(&der, passphrase).map_err(locked)?;
            unlocked(&opened)
        }
    }
}

/// What came out of an encrypted key. A wrong passphrase leaves valid padding once in 256 times, and
/// noise behind it.
fn unlocked(opened: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    match form::recognise(opened) {
        Form::Rsa(pkcs1) => Ok(Zeroizing::new(pkcs1.to_vec())),
        Form::OtherPrivateKey(kind) => Err(not_a_key::not_rsa(&kind)),
        _ => Err(locked(DecryptError::WrongPassphrase)),
    }
}

fn is_complete(der: &[u8]) -> bool {
    !matches!(form::recognise(der), Form::Truncated(..) | Form::Unknown)
}

fn from_der(der: &[u8], context: &KeyContext<'_>) -> Result<Zeroizing<Vec<u8>>> {
    match form::recognise(der) {
        Form::Rsa(pkcs1) => Ok(Zeroizing::new(pkcs1.to_vec())),
        Form::EncryptedPkcs8(encrypted) => {
            let passphrase = passphrase(context, "PKCS#8")?;
            let opened = encrypted::pkcs8(&encrypted, passphrase).map_err(locked)?;
            unlocked(&opened)
        }
        Form::EncryptedOtherwise(method) => Err(locked(DecryptError::Unsupported(
            form::encryption_name(method),
        ))),
        Form::DamagedRsa => Err(unusable("it is damaged: its numbers cannot be read")),
        Form::OtherPrivateKey(kind) => Err(not_a_key::not_rsa(&kind)),
        Form::Certificate => Err(not_a_key::instead(
            Problem::KeyIsCertificate,
            "a certificate",
        )),
        Form::CertificateRequest => Err(not_a_key::instead(
            Problem::KeyIsRequest,
            "a certificate signing request",
        )),
        Form::PublicKey => Err(not_a_key::instead(Problem::KeyIsPublic, "a public key")),
        Form::Pkcs12 => Err(not_a_key::instead(
            Problem::KeyInContainer,
            "a PKCS#12 bundle (.p12, .pfx)",
        )),
        Form::Truncated(there, needed) => Err(Error::new(
            Problem::KeyTruncated,
            format!("the private key is cut off: {there} of {needed} bytes are there"),
        )),
        Form::Unknown => Err(Error::new(
            Problem::KeyNotAKey,
            "the private key decodes to something that is not a key",
        )),
    }
}

fn from_file(named: &Path, context: &KeyContext<'_>, depth: u8) -> Result<Zeroizing<Vec<u8>>> {
    let path = context.resolve(named);
    let content = context.read(named).map(Zeroizing::new).map_err(|error| {
        let what =
            format!("the private key is given as the path {path:?}, which cannot be read: {error}");
        let error = Error::new(Problem::FileUnreadable, what);
        match named.starts_with("~") {
            true => error.with_hint(
                "`~` stands for the home directory in a shell only; write the whole path",
            ),
            false => error,
        }
    })?;
    deeper(&content, context, depth)
}

/// A single line that names a file rather than being a key.
fn as_path(text: &str) -> Option<PathBuf> {
    let text = text.trim_matches(['"', '\'']);
    let named = Path::new(text);
    let has_key_extension = named
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| {
            [
                "pem", "key", "der", "p8", "pk8", "txt", "crt", "cer", "p12", "pfx", "b64",
            ]
            .contains(&extension.to_ascii_lowercase().as_str())
        });
    let begins_like_one = ["/", "./", "../", "~/", "C:\\", ".\\"]
        .iter()
        .any(|start| text.starts_with(start));
    let is_one_line = text.len() <= LONGEST_PATH && !text.contains(['\n', '\r']);
    // A piece of a key may begin with a slash as well.
    let stem = named.with_extension("");
    let stem = stem.to_str().unwrap_or_default();
    let is_base64 = stem.len() > 64
        && stem
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    (is_one_line && !is_base64 && (has_key_extension || begins_like_one)).then(|| named.to_owned())
}

fn passphrase<'a>(context: &KeyContext<'a>, how: &str) -> Result<&'a Secret> {
    context.secret().ok_or_else(|| {
        let how: String = how.chars().take(40).collect();
        Error::new(
            Problem::KeyEncrypted,
            format!("the private key is encrypted ({how})"),
        )
    })
}

fn locked(why: DecryptError) -> Error {
    match why {
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
