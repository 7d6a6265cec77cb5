//! The compact serialisation of a JWS (RFC 7515).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// Returns `HEADER.PAYLOAD.SIGNATURE`. `sign` makes the signature of the first two parts.
pub(crate) fn compact(
    header: &[u8],
    payload: &[u8],
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
) -> Result<Secret> {
    // The signature of a 4096-bit key has 512 bytes.
    let capacity = (header.len() + payload.len() + 512) * 4 / 3 + 8;
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    URL_SAFE_NO_PAD.encode_string(header, &mut text);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut text);
    let signature = sign(text.as_bytes())?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    Ok(Secret::new(std::mem::take(&mut *text)))
}

/// Returns the signed part of a compact JWS and its signature. Returns `None` if the signature is not strict base64url:
/// it has no padding and no loose bits.
pub(crate) fn signature(text: &str) -> Option<(&str, Vec<u8>)> {
    let (signed, signature) = text.rsplit_once('.')?;
    Some((signed, URL_SAFE_NO_PAD.decode(signature).ok()?))
}

/// The header and the payload of a JWS. The signature is not checked.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) header: Map<String, Value>,
    pub(crate) payload: Map<String, Value>,
}

/// Splits a compact JWS and decodes header and payload.
///
/// # Errors
/// [`Problem::TokenUnreadable`].
pub(crate) fn decode(text: &str) -> Result<Decoded> {
    let unreadable = |message: String| Error::new(Problem::TokenUnreadable, message);
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return Err(unreadable(format!(
            "a token has three parts separated by dots; this text has {}",
            parts.len()
        )));
    };
    let object = |part: &str, name: &str| {
        let json = URL_SAFE_NO_PAD
            .decode(part.trim_end_matches('='))
            .map_err(|_| unreadable(format!("the {name} of the token is not base64url")))?;
        serde_json::from_slice(&json)
            .map_err(|_| unreadable(format!("the {name} of the token is not a JSON object")))
    };
    if !signature.is_ascii() {
        return Err(unreadable(
            "the signature of the token is not base64url".to_owned(),
        ));
    }
    Ok(Decoded {
        header: object(header, "header")?,
        payload: object(payload, "payload")?,
    })
}
