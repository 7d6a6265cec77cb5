use core::fmt;

use sha2::{Digest, Sha256};

use crate::environment::Environment;
use crate::util::secret::Secret;

/// The grant by which a token is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grant {
    /// The exchange of a signed assertion (`/ims/exchange/jwt`).
    Jwt,
    /// Client credentials (`/ims/token/v3`, `grant_type=client_credentials`).
    ClientCredentials,
    /// The sign-in of a person without a refresh token.
    AuthorizationRequest,
    /// The refresh token of a person who signed in (`/ims/token/v3`, `grant_type=refresh_token`).
    RefreshToken,
    /// The permanent code of a service (`/ims/token/v2`, `grant_type=authorization_code`).
    PermanentCode,
    /// The device token of a device (`/ims/token/v1`, `grant_type=device`).
    Device,
}

impl Grant {
    /// Returns the name of the grant in stored files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::ClientCredentials => "client-credentials",
            Self::AuthorizationRequest => "sign-in",
            Self::RefreshToken => "refresh-token",
            Self::PermanentCode => "permanent-code",
            Self::Device => "device",
        }
    }

    #[cfg(feature = "file-store")]
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [
            Self::Jwt,
            Self::ClientCredentials,
            Self::AuthorizationRequest,
            Self::RefreshToken,
            Self::PermanentCode,
            Self::Device,
        ]
        .into_iter()
        .find(|grant| grant.as_str() == name)
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The identity of a stored token: environment, client, grant, scopes and subject. The order of the scopes does
/// not matter. The key holds no secret, but a [`fingerprint`](Self::fingerprint) of the secrets.
///
/// ```
/// use adobe_ims::cache::{Grant, StoreKey};
/// use adobe_ims::{Environment, Secret};
///
/// let key = |scopes: [&str; 2]| {
///     let environment = Environment::production();
///     let secret = Secret::new("s8e-example");
///     StoreKey::new(&environment, "client", Grant::ClientCredentials, &scopes.map(str::to_owned), "", &[&secret])
/// };
/// assert_eq!(key(["openid", "AdobeID"]).id(), key(["AdobeID", "openid"]).id());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreKey {
    pub(crate) environment: String,
    pub(crate) client_id: String,
    pub(crate) grant: Grant,
    pub(crate) scopes: Vec<String>,
    pub(crate) subject: String,
    pub(crate) id: String,
    pub(crate) fingerprint: String,
}

impl StoreKey {
    /// Creates the key of a token. `secrets` prove the right to the token: the client secret, the private key.
    pub fn new(
        environment: &Environment,
        client_id: &str,
        grant: Grant,
        scopes: &[String],
        subject: &str,
        secrets: &[&Secret],
    ) -> Self {
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        let mut key = Self {
            environment: environment.base_url().to_owned(),
            client_id: client_id.to_owned(),
            grant,
            scopes,
            subject: subject.to_owned(),
            id: String::new(),
            fingerprint: String::new(),
        };
        key.id = key.hash();
        // The id is the salt, so that equal secrets of two clients have different fingerprints.
        let mut hash = Sha256::new();
        hash_part(&mut hash, "adobe-ims fingerprint");
        hash_part(&mut hash, &key.id);
        for secret in secrets {
            hash_part(&mut hash, secret.expose());
        }
        key.fingerprint = hex(&hash.finalize()[..16]);
        key
    }

    /// Returns the base URL of the environment.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Returns the client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the grant.
    pub fn grant(&self) -> Grant {
        self.grant
    }

    /// Returns the scopes or metascopes, sorted.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns the account that the token stands for.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the short name of the key: 32 hexadecimal digits, equal in every process.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the digest of the secrets: 32 hexadecimal digits. A stored token with another fingerprint was
    /// requested with secrets that have been replaced since. The digest reveals nothing about a secret that nobody
    /// can guess.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash_part(&mut hash, "adobe-ims store key");
        hash_part(&mut hash, &self.environment);
        hash_part(&mut hash, &self.client_id);
        hash_part(&mut hash, self.grant.as_str());
        hash_part(&mut hash, &self.subject);
        for scope in &self.scopes {
            hash_part(&mut hash, scope);
        }
        hex(&hash.finalize()[..16])
    }
}

/// Adds a text to the hash, after its length, so that different lists of texts have different hashes.
pub(crate) fn hash_part(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(client: &str, scopes: &[&str], subject: &str, secret: &str) -> StoreKey {
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let environment = Environment::production();
        let secret = Secret::new(secret);
        StoreKey::new(
            &environment,
            client,
            Grant::Jwt,
            &scopes,
            subject,
            &[&secret],
        )
    }

    #[test]
    fn id_depends_on_everything_but_the_order_of_scopes() {
        let one = key("client!+ID", &["b", "a", "a"], "s", "SECRET?%&=ü");
        assert_eq!(one.id(), key("client!+ID", &["a", "b"], "s", "other").id());
        for other in [
            key("client", &["a", "b"], "s", "SECRET?%&=ü"),
            key("client!+ID", &["a"], "s", "SECRET?%&=ü"),
            key("client!+ID", &["a", "b"], "t", "SECRET?%&=ü"),
            key("client!+ID", &["ab"], "s", "SECRET?%&=ü"),
        ] {
            assert_ne!(one.id(), other.id(), "{other:?}");
        }
    }

    #[test]
    fn secret_changes_the_fingerprint_and_not_the_id() {
        let (one, other) = (key("c", &[], "s", "old"), key("c", &[], "s", "new"));
        assert_eq!(one.id(), other.id());
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_ne!(
            one.fingerprint(),
            key("d", &[], "s", "old").fingerprint(),
            "salted by the client"
        );
        assert!(!format!("{one:?}").contains("old"));
    }

    proptest! {
        #[test]
        fn different_identities_have_different_ids(
            a in ("[a-z,]{0,4}", "[a-z,]{0,4}"), b in ("[a-z,]{0,4}", "[a-z,]{0,4}")
        ) {
            let same = a == b;
            prop_assert_eq!(key(&a.0, &[], &a.1, "").id() == key(&b.0, &[], &b.1, "").id(), same);
        }
    }
}
