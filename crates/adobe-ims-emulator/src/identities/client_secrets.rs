//! The secrets of a client.

use serde::{Deserialize, Serialize};

use crate::identities::registration_error::RegistrationError;

/// The number of secrets of a client that are valid at once (documented by Adobe).
const MAX_SECRETS: usize = 2;

/// The secrets of a client. A confidential client without a valid secret stays confidential: nobody
/// can authenticate as it.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) enum ClientSecrets {
    /// A public client, which uses PKCE instead.
    Public,
    Confidential(NumberedSecrets),
}

/// The valid secrets, the oldest first, each with its number. A number is used once.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct NumberedSecrets {
    valid: Vec<(u32, String)>,
    next: u32,
}

impl ClientSecrets {
    /// Returns the secrets of a confidential client.
    pub(crate) fn confidential(
        secrets: impl IntoIterator<Item = String>,
    ) -> Result<Self, RegistrationError> {
        let mut numbered = NumberedSecrets::default();
        for secret in secrets {
            numbered.add(|| secret)?;
        }
        Ok(Self::Confidential(numbered))
    }

    pub(crate) fn is_public(&self) -> bool {
        matches!(self, Self::Public)
    }

    /// Returns the valid secrets, the oldest first.
    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.valid().iter().map(|(_, secret)| secret.as_str())
    }

    /// Returns the numbers of the valid secrets.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.valid().iter().map(|(number, _)| *number)
    }

    pub(crate) fn newest(&self) -> Option<&str> {
        self.values().next_back()
    }

    pub(crate) fn contains(&self, secret: &str) -> bool {
        self.values().any(|own| own == secret)
    }

    /// Adds a secret to the client of this id, and returns its number.
    pub(crate) fn add(
        &mut self,
        id: &str,
        secret: impl FnOnce() -> String,
    ) -> Result<u32, RegistrationError> {
        match self {
            Self::Public => Err(RegistrationError::PublicClient(id.to_owned())),
            Self::Confidential(numbered) => numbered.add(secret),
        }
    }

    /// Ends a secret. Returns whether there was one of this number.
    pub(crate) fn remove(&mut self, number: u32) -> bool {
        let Self::Confidential(numbered) = self else {
            return false;
        };
        let before = numbered.valid.len();
        numbered.valid.retain(|(own, _)| *own != number);
        numbered.valid.len() < before
    }

    fn valid(&self) -> &[(u32, String)] {
        match self {
            Self::Public => &[],
            Self::Confidential(numbered) => &numbered.valid,
        }
    }
}

impl NumberedSecrets {
    /// Adds a secret, which is asked for only if there is room.
    fn add(&mut self, secret: impl FnOnce() -> String) -> Result<u32, RegistrationError> {
        if self.valid.len() == MAX_SECRETS {
            return Err(RegistrationError::TooManySecrets);
        }
        let secret = secret();
        if secret.is_empty() {
            return Err(RegistrationError::Empty("client_secret"));
        }
        let number = self.next;
        self.next += 1;
        self.valid.push((number, secret));
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_of_an_ended_secret_is_not_used_again() {
        let mut secrets = ClientSecrets::confidential(["a".to_owned()]).unwrap();
        assert_eq!(secrets.add("id", || "b".to_owned()), Ok(1));
        let third = secrets.add("id", || "c".to_owned());
        assert_eq!(third, Err(RegistrationError::TooManySecrets));
        assert!(secrets.remove(1) && !secrets.remove(1));
        assert_eq!(secrets.add("id", || "d".to_owned()), Ok(2));
        assert_eq!(secrets.numbers().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(secrets.newest(), Some("d"));
        assert!(!secrets.contains("b") && !secrets.contains(""));
    }

    #[test]
    fn client_without_a_valid_secret_is_not_public() {
        let mut secrets = ClientSecrets::confidential(["a".to_owned()]).unwrap();
        assert!(secrets.remove(0));
        assert!(!secrets.is_public());
        let public = ClientSecrets::Public.add("id", || "a".to_owned());
        assert_eq!(
            public,
            Err(RegistrationError::PublicClient("id".to_owned()))
        );
    }
}
