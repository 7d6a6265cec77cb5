//! The keys that sign tokens, one for each type of token.

use std::ops::RangeInclusive;
use std::sync::{Mutex, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::crypto::signing_key::{SigningKey, verify_signature};
use crate::tokens::token_type::TokenType;

/// The name of a key: the `kid`, and the file name of its certificate.
struct KeyName {
    kid: &'static str,
    x5u: &'static str,
}

const ACCESS: KeyName = KeyName {
    kid: "emulator-key-at-1",
    x5u: "emulator-key-at-1.cer",
};
const REFRESH: KeyName = KeyName {
    kid: "emulator-key-rt-1",
    x5u: "emulator-key-rt-1.cer",
};
/// The key of id tokens.
pub(crate) const IDENTITY_PEM: &str = include_str!("../../keys/ims-identity.pem");
const IDENTITY: KeyName = KeyName {
    kid: "emulator-key-1",
    x5u: "emulator-key-1.cer",
};

/// The name of a key that no environment of the emulator publishes.
const OTHER_ENVIRONMENT: KeyName = KeyName {
    kid: "emulator-other-environment-key-at-1",
    x5u: "emulator-other-environment-key-at-1.cer",
};

/// A key that signs tokens, with the header of these tokens.
pub(crate) struct TokenKey {
    pem: &'static str,
    /// Read at the first use: most emulators sign with one of the keys.
    key: OnceLock<SigningKey>,
    pub(crate) kid: &'static str,
    /// The file name of the certificate.
    pub(crate) x5u: &'static str,
    /// The encoded header, which all tokens of this key share.
    header: String,
    /// The last certificate that was asked for.
    pub(crate) certificate: Mutex<Option<KeyCertificate>>,
}

/// A certificate of a key, valid for a year.
pub(crate) struct KeyCertificate {
    pub(crate) pem: String,
    /// Seconds since 1970.
    pub(crate) period: RangeInclusive<i64>,
}

/// The header of tokens as observed: without `typ`, and with a file name instead of a URI in `x5u`.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    x5u: &'static str,
    kid: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    itt: Option<&'static str>,
}

/// The header of id tokens. OpenID libraries are strict, so there is no `x5u` that is not a URI.
#[derive(Serialize)]
struct IdTokenHeader {
    alg: &'static str,
    kid: &'static str,
}

#[derive(Serialize)]
struct UnsignedHeader {
    alg: &'static str,
}

impl TokenKey {
    fn new(pem: &'static str, KeyName { kid, x5u }: KeyName, itt: Option<&'static str>) -> Self {
        Self {
            pem,
            key: OnceLock::new(),
            kid,
            x5u,
            header: part(&Header {
                alg: "RS256",
                x5u,
                kid,
                itt,
            }),
            certificate: Mutex::default(),
        }
    }

    pub(crate) fn key(&self) -> &SigningKey {
        self.key
            .get_or_init(|| SigningKey::from_pem(self.pem).expect("the built-in keys are readable"))
    }

    /// Returns a signed token with these claims.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> String {
        self.sign_with_header(&self.header, claims)
    }

    /// Returns a signed id token with these claims.
    pub(crate) fn sign_id_token(&self, claims: &impl Serialize) -> String {
        let header = IdTokenHeader {
            alg: "RS256",
            kid: self.kid,
        };
        self.sign_with_header(&part(&header), claims)
    }

    /// Returns whether this key signed a token: `signing_input` is header and claims, joined by a
    /// dot.
    pub(crate) fn has_signed(&self, header: &str, signing_input: &str, signature: &[u8]) -> bool {
        header == self.header
            && verify_signature(self.key().public_key(), signing_input.as_bytes(), signature)
    }

    fn sign_with_header(&self, header: &str, claims: &impl Serialize) -> String {
        let mut token = format!("{header}.{}", part(claims));
        let signature = self.key().sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

/// The keys of the emulator. IMS has separate keys for access tokens and refresh tokens (observed).
/// The third key signs everything else (inferred).
pub(crate) struct TokenKeys {
    pub(crate) access: TokenKey,
    pub(crate) refresh: TokenKey,
    pub(crate) identity: TokenKey,
}

impl TokenKeys {
    pub(crate) fn built_in() -> Self {
        Self {
            access: TokenKey::new(include_str!("../../keys/ims-token.pem"), ACCESS, Some("at")),
            refresh: TokenKey::new(
                include_str!("../../keys/ims-refresh-token.pem"),
                REFRESH,
                Some("rt"),
            ),
            identity: TokenKey::new(IDENTITY_PEM, IDENTITY, None),
        }
    }

    pub(crate) fn all(&self) -> [&TokenKey; 3] {
        [&self.access, &self.refresh, &self.identity]
    }

    /// Returns the key that signs tokens of a type.
    pub(crate) fn of(&self, token_type: TokenType) -> &TokenKey {
        match token_type {
            TokenType::Access => &self.access,
            TokenType::Refresh => &self.refresh,
            TokenType::AuthorizationCode | TokenType::Device | TokenType::Promise => &self.identity,
        }
    }

    /// Returns whether this is the file name of a key's certificate.
    pub(crate) fn is_certificate_file(name: &str) -> bool {
        [ACCESS, REFRESH, IDENTITY]
            .iter()
            .any(|key| key.x5u == name)
    }

    /// Returns the key whose certificate has this file name.
    pub(crate) fn by_certificate_file(&self, file: &str) -> Option<&TokenKey> {
        self.all().into_iter().find(|key| key.x5u == file)
    }
}

/// Returns a token with the claims and the header of the emulator's access tokens, signed with a
/// key that is not the emulator's.
pub(crate) fn sign_with_foreign_key(claims: &impl Serialize) -> String {
    foreign_key(ACCESS).sign(claims)
}

/// Returns a token as another environment of IMS signs it. Its key id is not in the key set of the
/// emulator.
pub(crate) fn sign_in_other_environment(claims: &impl Serialize) -> String {
    foreign_key(OTHER_ENVIRONMENT).sign(claims)
}

/// Returns a token without a signature (RFC 7519 §6).
pub(crate) fn unsigned(claims: &impl Serialize) -> String {
    let header = part(&UnsignedHeader { alg: "none" });
    format!("{header}.{}.", part(claims))
}

fn foreign_key(name: KeyName) -> TokenKey {
    TokenKey::new(include_str!("../../keys/foreign.pem"), name, Some("at"))
}

/// Encodes one part of a JWS.
fn part(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).expect("the claims have string keys"))
}
