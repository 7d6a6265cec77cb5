//! The compact serialisation of a JWS (RFC 7515), written and read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// `HEADER.PAYLOAD.SIGNATURE`, the signature made by `sign` over the first two parts.
pub(crate) fn compact(
    header: &[u8],
    payload: &[u8],
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
) -> Result<Secret> {
    // 512 bytes: the signature of a 4096-bit key.
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

/// What is signed of a compact JWS, and the signature; `None` when that is not base64url as it should be,
/// without padding and without loose bits.
pub(crate) fn signature(text: &str) -> Option<(&str, Vec<u8>)> {
    let (signed, signature) = text.rsplit_once('.')?;
    Some((signed, URL_SAFE_NO_PAD.decode(signature).ok()?))
}

/// A JWS that was taken apart. Its signature was not looked at.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) header: Map<String, Value>,
    pub(crate) payload: Map<String, Value>,
}

/// Takes a compact JWS apart.
pub(crate) fn decode(text: &str) -> Result<Decoded> {
    let unreadable = |what: String| Error::new(Problem::TokenUnreadable, what);
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
