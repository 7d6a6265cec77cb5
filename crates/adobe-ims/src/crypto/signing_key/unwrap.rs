//! The DER of an RSA private key in any form in which people hold keys.

use std::path::Path;

use zeroize::Zeroizing;

use super::context::KeyContext;
use super::der_key::from_der;
use super::not_a_key;
use super::path::as_path;
use super::pem_key::from_pem;
use crate::error::{Error, Problem, Result};
use crate::util::pem;

/// The number of layers of base64, JSON or paths around a key. More than that is no key.
pub(super) const MAX_DEPTH: u8 = 4;

/// Returns the PKCS#1 DER of an RSA key, unwrapped from its container: PEM, PKCS#8, base64, JSON or a file.
pub(super) fn to_pkcs1(
    key: &[u8],
    context: &KeyContext<'_>,
    depth: u8,
) -> Result<Zeroizing<Vec<u8>>> {
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
        return unwrap_nested(Zeroizing::new(lines.join("\n")).as_bytes(), context, depth);
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
    from_bare_base64(&text, context, depth)
}

/// Reads base64 without a BEGIN line, which may have been lost with the first line of a file.
fn from_bare_base64(text: &str, context: &KeyContext<'_>, depth: u8) -> Result<Zeroizing<Vec<u8>>> {
    let body = text.split("-----END").next().unwrap_or_default();
    match pem::base64(body) {
        Ok(inner) if inner.first() == Some(&0x30) => from_der(&inner, context),
        Ok(inner) if not_a_key::is_java_keystore(&inner) => Err(not_a_key::by_bytes(&inner)),
        Ok(inner) if is_key_text(&inner) => unwrap_nested(&inner, context, depth),
        _ => Err(Error::new(
            Problem::KeyNotAKey,
            format!(
                "the private key is {} characters of text, but neither PEM nor base64 of a key",
                text.chars().count()
            ),
        )),
    }
}

fn is_key_text(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    bytes.len() > 64
        && (bytes.iter().all(printable)
            || pem::decode(bytes).is_some_and(|text| text.contains("-BEGIN ")))
}

fn unwrap_nested(key: &[u8], context: &KeyContext<'_>, depth: u8) -> Result<Zeroizing<Vec<u8>>> {
    match depth.checked_sub(1) {
        Some(depth) => to_pkcs1(key, context, depth),
        None => Err(Error::new(
            Problem::KeyNotAKey,
            "the private key is wrapped too many times",
        )),
    }
}

fn from_file(path: &Path, context: &KeyContext<'_>, depth: u8) -> Result<Zeroizing<Vec<u8>>> {
    let full_path = context.resolve(path);
    let content = context.read(path).map(Zeroizing::new).map_err(|error| {
        let message =
            format!("the private key is the path {full_path:?}, which cannot be read: {error}");
        let error = Error::new(Problem::FileUnreadable, message);
        if path.starts_with("~") {
            error.with_hint(
                "`~` stands for the home directory in a shell only; write the whole path",
            )
        } else {
            error
        }
    })?;
    unwrap_nested(&content, context, depth)
}
