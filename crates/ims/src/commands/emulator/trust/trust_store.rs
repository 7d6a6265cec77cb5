//! A trust store for Java: PKCS#12 (RFC 7292) with one certificate.
//!
//! The certificate is public, so the store has no password: it is neither encrypted nor has it a MAC. Java reads such a
//! store without a password.

use std::path::{Path, PathBuf};

use adobe_ims::crypto::Certificate;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::commands::emulator::files::{Access, refuse_to_overwrite, write as write_file};
use crate::environment::input::NamedFile;
use crate::error::Failure;

/// The name of the certificate in the store.
const ALIAS: &str = "adobe-ims-emulator";

/// The maximum size of a store of one certificate, in bytes.
const MAX_SIZE: usize = 4096;

const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const CERT_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x03,
];
const X509_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];
const FRIENDLY_NAME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x14];
/// By this attribute, with any usage as its value, Java tells a trusted certificate from others.
const TRUSTED_KEY_USAGE: &[u8] = &[
    0x60, 0x86, 0x48, 0x01, 0x86, 0xf9, 0x66, 0xad, 0xca, 0x7b, 0x01, 0x01,
];
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0x00];

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const BMP_STRING: u8 = 0x1e;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const EXPLICIT_0: u8 = 0xa0;

/// Writes the store for the certificate of a CA. Returns its absolute path.
pub(super) fn write(path: &Path, ca: &Path) -> Result<PathBuf, Failure> {
    refuse_to_overwrite(Some(path), is_trust_store)?;
    let content = NamedFile::new("--ca-file, IMS_CA_FILE or the ready line", ca).read()?;
    Certificate::read(&content.bytes)?;
    let path = std::path::absolute(path)
        .map_err(|error| Failure::unexpected(format!("{path:?} is no path: {error}")))?;
    let store = trust_store(&der_of_certificate(&content.bytes));
    write_file(&path, &store, Access::Everyone)?;
    Ok(path)
}

/// Returns the DER of the first certificate in a file, which is PEM or DER.
fn der_of_certificate(content: &[u8]) -> Vec<u8> {
    let block = |text: &str| {
        let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
        let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
        let packed: String = body.split_ascii_whitespace().collect();
        STANDARD.decode(packed).ok()
    };
    let of_pem = std::str::from_utf8(content).ok().and_then(block);
    of_pem.unwrap_or_else(|| content.to_vec())
}

fn trust_store(certificate: &[u8]) -> Vec<u8> {
    let certificate = value(EXPLICIT_0, &[&value(OCTET_STRING, &[certificate])]);
    let certificate = value(SEQUENCE, &[&oid(X509_CERTIFICATE), &certificate]);
    let trusted = attribute(TRUSTED_KEY_USAGE, &oid(ANY_USAGE));
    let attributes = value(SET, &[&trusted, &attribute(FRIENDLY_NAME, &alias())]);
    let bag = value(EXPLICIT_0, &[&certificate]);
    let bag = value(SEQUENCE, &[&oid(CERT_BAG), &bag, &attributes]);
    let safe = value(SEQUENCE, &[&data(&value(SEQUENCE, &[&bag]))]);
    value(SEQUENCE, &[&value(INTEGER, &[&[3]]), &data(&safe)])
}

/// Returns whether a file is a store that this module wrote.
fn is_trust_store(content: &[u8]) -> bool {
    let alias = alias();
    let has_alias = content.windows(alias.len()).any(|part| part == alias);
    content.first() == Some(&SEQUENCE) && content.len() <= MAX_SIZE && has_alias
}

fn alias() -> Vec<u8> {
    let text: Vec<u8> = ALIAS.encode_utf16().flat_map(u16::to_be_bytes).collect();
    value(BMP_STRING, &[&text])
}

/// Returns a `ContentInfo` with data.
fn data(content: &[u8]) -> Vec<u8> {
    let content = value(EXPLICIT_0, &[&value(OCTET_STRING, &[content])]);
    value(SEQUENCE, &[&oid(DATA), &content])
}

fn attribute(name: &[u8], content: &[u8]) -> Vec<u8> {
    value(SEQUENCE, &[&oid(name), &value(SET, &[content])])
}

fn oid(bytes: &[u8]) -> Vec<u8> {
    value(OBJECT_IDENTIFIER, &[bytes])
}

/// Returns the DER of a value.
fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut der = vec![tag];
    match content.len() {
        short @ 0..128 => der.push(short as u8),
        long => {
            let bytes = long.to_be_bytes();
            let first = bytes.iter().position(|byte| *byte != 0).unwrap_or_default();
            let bytes = &bytes[first..];
            der.push(0x80 | bytes.len() as u8);
            der.extend(bytes);
        }
    }
    der.extend(content);
    der
}
