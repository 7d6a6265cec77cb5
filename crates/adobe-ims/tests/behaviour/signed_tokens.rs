//! Tokens signed like those of IMS, and their key sets.

use std::time::{Duration, SystemTime};

use adobe_ims::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use der::Decode;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::canned::NOW;
use crate::support::{CLIENT_ID, TECHNICAL_ACCOUNT, fixture};

pub(crate) const KID: &str = "ims_na1-key-at-1";

pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Returns the entry of a key set for the private key in this file.
pub(crate) fn jwk(kid: Option<&str>, file: &str) -> Value {
    let pem: String = fixture(file)
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let der = STANDARD.decode(pem).unwrap();
    let key = match pkcs8::PrivateKeyInfoRef::from_der(&der) {
        Ok(info) => info.private_key.as_bytes().to_vec(),
        Err(_) => der,
    };
    let key = pkcs1::RsaPrivateKey::<der::asn1::UintRef<'_>>::from_der(&key).unwrap();
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut entry = json!({
        "kty": "RSA", "use": "sig", "alg": "RS256",
        "n": number(key.modulus.as_bytes()), "e": number(key.public_exponent.as_bytes()),
    });
    if let Some(kid) = kid {
        entry["kid"] = kid.into();
    }
    entry
}

pub(crate) fn key_set(keys: &[Value]) -> Value {
    json!({"keys": keys})
}

/// Returns claims like those of IMS. `null` removes one.
pub(crate) fn claims(other: Value) -> Value {
    let mut claims = json!({
        "type": "access_token", "client_id": CLIENT_ID, "user_id": TECHNICAL_ACCOUNT, "as": "ims-na1",
        "created_at": (NOW * 1000).to_string(), "expires_in": "86400000", "scope": "openid,AdobeID",
    });
    let fields = claims.as_object_mut().unwrap();
    for (name, value) in other.as_object().unwrap() {
        match value {
            Value::Null => drop(fields.remove(name)),
            value => drop(fields.insert(name.clone(), value.clone())),
        }
    }
    claims
}

pub(crate) fn signed_with(header: &Header, claims: &Value, file: &str) -> Secret {
    let key = EncodingKey::from_rsa_pem(fixture(file).as_bytes()).unwrap();
    Secret::new(encode(header, claims, &key).unwrap())
}

pub(crate) fn signed(kid: Option<&str>, claims: &Value, file: &str) -> Secret {
    let mut header = Header::new(Algorithm::RS256);
    header.typ = None;
    header.kid = kid.map(str::to_owned);
    // A bare file name, as in tokens of IMS.
    header.x5u = Some("ims_na1-key-at-1.cer".to_owned());
    signed_with(&header, claims, file)
}
