//! The keys that sign tokens, one for each sort of them.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::crypto::certificate::{SigningKey, verifies};

/// The id of a key, and the name of its certificate's file.
type Names = (&'static str, &'static str);

const ACCESS: Names = ("emulator-key-at-1", "emulator-key-at-1.cer");
const REFRESH: Names = ("emulator-key-rt-1", "emulator-key-rt-1.cer");
const IDENTITY: Names = ("emulator-key-1", "emulator-key-1.cer");

/// A key, and the header of what it signs.
pub(crate) struct TokenKey {
    pub(crate) key: SigningKey,
    pub(crate) kid: &'static str,
    /// The name of its certificate's file.
    pub(crate) x5u: &'static str,
    /// The encoded header, the same for every token.
    header: String,
    /// The certificate in PEM, made when it is first asked for.
    pub(crate) certificate: OnceLock<String>,
}

/// As observed: no `typ`, and an `x5u` that is a bare file name rather than a URI.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    x5u: &'static str,
    kid: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    itt: Option<&'static str>,
}

/// An id token is for libraries that keep to the letter: no `x5u` that is no URI.
#[derive(Serialize)]
struct IdTokenHeader {
    alg: &'static str,
    kid: &'static str,
}

impl TokenKey {
    fn new(pem: &str, (kid, x5u): Names, itt: Option<&'static str>) -> Self {
        Self {
            key: SigningKey::from_pem(pem).expect("the built-in keys are readable"),
            kid,
            x5u,
            header: part(&Header {
                alg: "RS256",
                x5u,
                kid,
                itt,
            }),
            certificate: OnceLock::new(),
        }
    }

    pub(crate) fn sign(&self, claims: &impl Serialize) -> String {
        self.signed(&self.header, claims)
    }

    pub(crate) fn sign_id_token(&self, claims: &impl Serialize) -> String {
        let header = IdTokenHeader {
            alg: "RS256",
            kid: self.kid,
        };
        self.signed(&part(&header), claims)
    }

    /// Whether the key signed `signed`, an encoded header and what follows it up to the signature.
    pub(crate) fn has_signed(&self, header: &str, signed: &str, signature: &[u8]) -> bool {
        header == self.header && verifies(self.key.public_key(), signed.as_bytes(), signature)
    }

    fn signed(&self, header: &str, claims: &impl Serialize) -> String {
        let mut token = format!("{header}.{}", part(claims));
        let signature = self.key.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

/// All keys of this IMS. Adobe's have a key of their own for access tokens and one for refresh
/// tokens (observed); that the third signs the rest is inferred.
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
            identity: TokenKey::new(include_str!("../../keys/ims-identity.pem"), IDENTITY, None),
        }
    }

    pub(crate) fn all(&self) -> [&TokenKey; 3] {
        [&self.access, &self.refresh, &self.identity]
    }

    /// Whether the certificate of a key has this file name.
    pub(crate) fn is_file(name: &str) -> bool {
        [ACCESS, REFRESH, IDENTITY]
            .iter()
            .any(|(_, x5u)| *x5u == name)
    }

    /// The key whose certificate has this file name.
    pub(crate) fn of_file(&self, file: &str) -> Option<&TokenKey> {
        self.all().into_iter().find(|key| key.x5u == file)
    }
}

fn part(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).expect("the claims have string keys"))
}
