//! The kind of object that DER holds.

use core::fmt;

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Header, Reader, SliceReader, Tag};
use pkcs1::{RsaPrivateKey, RsaPublicKey};
use pkcs8::spki::SubjectPublicKeyInfoRef;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");
const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");

/// The algorithm of a private key, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Dsa,
    EllipticCurve,
    Edwards,
    Other(ObjectIdentifier),
    RsaPss,
}

impl Algorithm {
    fn of(oid: ObjectIdentifier) -> Self {
        match oid {
            RSA_PSS => Self::RsaPss,
            EC => Self::EllipticCurve,
            ED25519 | ED448 => Self::Edwards,
            DSA => Self::Dsa,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dsa => f.write_str("DSA"),
            Self::EllipticCurve => f.write_str("elliptic-curve (EC)"),
            Self::Edwards => f.write_str("Ed25519 or Ed448"),
            Self::Other(oid) => write!(f, "unknown (OID {oid})"),
            Self::RsaPss => f.write_str("RSA-PSS-only"),
        }
    }
}

/// The kind of object that DER holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Form<'a> {
    Certificate,
    CertificateRequest,
    EncryptedPkcs8(EncryptedPrivateKeyInfoRef<'a>),
    /// PKCS#8 that is encrypted with an unknown method.
    EncryptedOtherwise(ObjectIdentifier),
    OtherPrivateKey(Algorithm),
    /// A PKCS#12 bundle.
    Pkcs12,
    PublicKey,
    /// A list of numbers that begins like an RSA private key and does not continue like one.
    DamagedRsa,
    /// An RSA private key as PKCS#1, without PKCS#8 around it.
    Rsa(&'a [u8]),
    /// DER that is shorter than its own length field says, in bytes.
    Truncated {
        present: usize,
        needed: usize,
    },
    Unknown,
}

/// Returns the kind of object, by the structure of the DER. PEM labels do not count. Bytes after the end are ignored.
pub(crate) fn recognise(bytes: &[u8]) -> Form<'_> {
    let Some(needed) = outer_length(bytes) else {
        return Form::Unknown;
    };
    if needed > bytes.len() {
        return Form::Truncated {
            present: bytes.len(),
            needed,
        };
    }
    let der = &bytes[..needed];
    if let Ok(info) = PrivateKeyInfoRef::from_der(der) {
        return match info.algorithm.oid {
            RSA => Form::Rsa(info.private_key.as_bytes()),
            other => Form::OtherPrivateKey(Algorithm::of(other)),
        };
    }
    if RsaPrivateKey::<der::asn1::UintRef<'_>>::from_der(der).is_ok() {
        return Form::Rsa(der);
    }
    if let Ok(encrypted) = EncryptedPrivateKeyInfoRef::from_der(der) {
        return Form::EncryptedPkcs8(encrypted);
    }
    if x509_cert::Certificate::from_der(der).is_ok() {
        return Form::Certificate;
    }
    if SubjectPublicKeyInfoRef::from_der(der).is_ok()
        || RsaPublicKey::<der::asn1::UintRef<'_>>::from_der(der).is_ok()
    {
        return Form::PublicKey;
    }
    by_first_elements(der).unwrap_or(Form::Unknown)
}

/// Returns the name of an unsupported encryption method, as OpenSSL writes it if it is known.
pub(crate) fn encryption_name(method: ObjectIdentifier) -> String {
    let name = match method.to_string().as_str() {
        "1.2.840.113549.1.12.1.1" => "PBE-SHA1-RC4-128",
        "1.2.840.113549.1.12.1.2" => "PBE-SHA1-RC4-40",
        "1.2.840.113549.1.12.1.3" => "PBE-SHA1-3DES",
        "1.2.840.113549.1.12.1.4" => "PBE-SHA1-2DES",
        "1.2.840.113549.1.12.1.5" => "PBE-SHA1-RC2-128",
        "1.2.840.113549.1.12.1.6" => "PBE-SHA1-RC2-40",
        "1.2.840.113549.1.5.13" => return "PBES2 with a cipher that is not known here".to_owned(),
        other => return format!("the method {other}"),
    };
    format!("{name}, a method from before 2000")
}

/// Returns the kind of object, by its first two elements.
fn by_first_elements(der: &[u8]) -> Option<Form<'static>> {
    let outer = AnyRef::from_der(der).ok()?;
    let mut inside = SliceReader::new(outer.value()).ok()?;
    let first = AnyRef::decode(&mut inside).ok()?;
    let second = AnyRef::decode(&mut inside).ok();
    let second_tag = second.map(|any| der::Tagged::tag(&any));
    match (der::Tagged::tag(&first), first.value(), second_tag) {
        (Tag::Integer, [1], Some(Tag::OctetString)) => {
            Some(Form::OtherPrivateKey(Algorithm::EllipticCurve))
        }
        (Tag::Integer, [3], Some(Tag::Sequence)) => Some(Form::Pkcs12),
        (Tag::Sequence, algorithm, Some(Tag::OctetString)) => {
            let method = SliceReader::new(algorithm).ok()?.decode().ok()?;
            Some(Form::EncryptedOtherwise(method))
        }
        (Tag::Integer, [0 | 1], Some(Tag::Integer)) => Some(if is_dsa(outer.value()) {
            Form::OtherPrivateKey(Algorithm::Dsa)
        } else {
            Form::DamagedRsa
        }),
        (Tag::Sequence, _, Some(Tag::Sequence)) => Some(Form::CertificateRequest),
        _ => None,
    }
}

/// Returns true for the six numbers of a DSA key. The third of them has 160 to 256 bits.
fn is_dsa(content: &[u8]) -> bool {
    let Ok(mut reader) = SliceReader::new(content) else {
        return false;
    };
    let mut lengths = Vec::new();
    while !reader.is_finished() {
        match AnyRef::decode(&mut reader) {
            Ok(any) if der::Tagged::tag(&any) == Tag::Integer => lengths.push(any.value().len()),
            _ => return false,
        }
    }
    matches!(lengths[..], [_, _, 20..=33, _, _, _])
}

/// Returns the length of the outermost SEQUENCE with its header, in bytes.
fn outer_length(bytes: &[u8]) -> Option<usize> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    if header.tag() != Tag::Sequence {
        return None;
    }
    let content = usize::try_from(u32::from(header.length())).ok()?;
    usize::try_from(u32::from(reader.position()))
        .ok()?
        .checked_add(content)
}
