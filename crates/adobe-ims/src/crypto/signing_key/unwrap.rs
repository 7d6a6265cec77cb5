//! The DER of an RSA private key in any form in which people hold keys.

use std::path::Path;

use zeroize::Zeroizing;

use super::der_key::from_der;
use super::description::KeyWrapping;
use super::not_a_key;
use super::path::as_path;
use super::pem_key::from_pem;
use super::reading::Reading;
use crate::error::{Error, Problem, Result};
use crate::util::pem;

/// The number of layers of base64, JSON or paths around a key. More than that is no key.
pub(super) const MAX_DEPTH: u8 = 4;

/// Returns the PKCS#1 DER of an RSA key, unwrapped from its container: PEM, PKCS#8, base64, JSON or a file.
pub(super) fn to_pkcs1(
    key: &[u8],
    reading: &mut Reading<'_, '_>,
    depth: u8,
) -> Result<Zeroizing<Vec<u8>>> {
    // Keys of other kinds are short, and so is their length field.
    let is_short_der =
        matches!(key, [0x30, length, rest @ ..] if usize::from(*length) == rest.len());
    if pem::is_der(key) || is_short_der {
        reading.description.wrapped(KeyWrapping::Der);
        return from_der(key, reading);
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
        reading.description.wrapped(KeyWrapping::JsonLines);
        let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
        return unwrap_nested(Zeroizing::new(lines.join("\n")).as_bytes(), reading, depth);
    }
    let unescaped = pem::unescape(trimmed);
    let text = pem::with_upper_case_labels(&unescaped);
    let has_block = text.contains("-BEGIN ");
    if !has_block && let Some(path) = as_path(trimmed) {
        return from_file(&path, reading, depth);
    }
    reading.description.look_at_text(key, trimmed);
    if has_block {
        if !unescaped.contains("-BEGIN ") {
            reading.description.had_lower_case_labels();
        }
        return from_pem(&text, reading);
    }
    if let Some(error) = not_a_key::by_text(&text) {
        return Err(error);
    }
    from_bare_base64(&text, reading, depth)
}

/// Reads base64 without a BEGIN line, which may have been lost with the first line of a file.
fn from_bare_base64(
    text: &str,
    reading: &mut Reading<'_, '_>,
    depth: u8,
) -> Result<Zeroizing<Vec<u8>>> {
    let body = text.split("-----END").next().unwrap_or_default();
    match pem::base64(body) {
        Ok(inner) if inner.first() == Some(&0x30) => {
            if body.len() < text.len() {
                reading.description.had_no_begin_line();
            }
            reading.description.wrapped(KeyWrapping::Base64);
            reading.description.wrapped(KeyWrapping::Der);
            from_der(&inner, reading)
        }
        Ok(inner) if not_a_key::is_java_keystore(&inner) => Err(not_a_key::by_bytes(&inner)),
        Ok(inner) if is_key_text(&inner) => {
            reading.description.wrapped(KeyWrapping::Base64);
            unwrap_nested(&inner, reading, depth)
        }
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

fn unwrap_nested(
    key: &[u8],
    reading: &mut Reading<'_, '_>,
    depth: u8,
) -> Result<Zeroizing<Vec<u8>>> {
    match depth.checked_sub(1) {
        Some(depth) => to_pkcs1(key, reading, depth),
        None => Err(Error::new(
            Problem::KeyNotAKey,
            "the private key is wrapped too many times",
        )),
    }
}

fn from_file(path: &Path, reading: &mut Reading<'_, '_>, depth: u8) -> Result<Zeroizing<Vec<u8>>> {
    let full_path = reading.context.resolve(path);
    let content = reading
        .context
        .read(path)
        .map(Zeroizing::new)
        .map_err(|error| {
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
    reading.description.wrapped(KeyWrapping::File(full_path));
    unwrap_nested(&content, reading, depth)
}
