use core::fmt;

use sha2::{Digest, Sha256};

use crate::environment::Environment;
use crate::util::secret::Secret;

/// How a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grant {
    /// A signed assertion is exchanged (`/ims/exchange/jwt`).
    Jwt,
    /// The client proves itself by its secret (`/ims/token/v3`, `grant_type=client_credentials`).
    ClientCredentials,
    /// Somebody signed in, and left nothing that another token can be got with.
    AuthorizationRequest,
    /// Somebody signed in; what they left is spent (`/ims/token/v3`, `grant_type=refresh_token`).
    RefreshToken,
    /// A service shows its permanent code (`/ims/token/v2`, `grant_type=authorization_code`).
    PermanentCode,
    /// A device shows its token (`/ims/token/v1`, `grant_type=device`).
    Device,
}

impl Grant {
    /// The name under which it is stored.
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

/// Which token it is: the environment, the client, the grant, the scopes in any order, and who it
/// speaks for. No secret is part of it; a [`fingerprint`](Self::fingerprint) of the secrets is kept
/// beside it.
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
    /// Names a token. `secrets` are what proves the right to it: the client secret, the private key.
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
        // The id salts it: equal secrets of two clients have different fingerprints.
        let mut hash = Sha256::new();
        part(&mut hash, "adobe-ims fingerprint");
        part(&mut hash, &key.id);
        for secret in secrets {
            part(&mut hash, secret.expose());
        }
        key.fingerprint = hex(&hash.finalize()[..16]);
        key
    }

    /// The base URL of the environment.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The grant.
    pub fn grant(&self) -> Grant {
        self.grant
    }

    /// The scopes or metascopes, sorted.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Who the token speaks for: the technical account.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// A short name for all of it, the same in every process: 32 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What tells whether a stored token was got with the secrets of today: 32 hexadecimal digits from
    /// which nothing can be learnt of a secret that cannot be guessed.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn hash(&self) -> String {
        let mut hash = Sha256::new();
        part(&mut hash, "adobe-ims store key");
        part(&mut hash, &self.environment);
        part(&mut hash, &self.client_id);
        part(&mut hash, self.grant.as_str());
        part(&mut hash, &self.subject);
        for scope in &self.scopes {
            part(&mut hash, scope);
        }
        hex(&hash.finalize()[..16])
    }
}

/// With its length before it, so that no two lists of parts look alike.
pub(crate) fn part(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    let both = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(both).collect()
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
    fn the_order_of_scopes_does_not_matter_and_everything_else_does() {
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
    fn the_secret_is_no_part_of_the_name_and_changes_the_fingerprint() {
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
        fn different_identities_have_different_names(
            a in ("[a-z,]{0,4}", "[a-z,]{0,4}"), b in ("[a-z,]{0,4}", "[a-z,]{0,4}")
        ) {
            let same = a == b;
            prop_assert_eq!(key(&a.0, &[], &a.1, "").id() == key(&b.0, &[], &b.1, "").id(), same);
        }
    }
}
