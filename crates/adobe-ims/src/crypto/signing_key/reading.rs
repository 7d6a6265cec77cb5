use super::context::KeyContext;
use super::description::KeyDescription;
use crate::error::{Error, Problem, Result};
use crate::util::secret::Secret;

/// A private key that is being read: the context, and what was learnt so far.
pub(super) struct Reading<'a, 'c> {
    pub(super) context: &'a KeyContext<'c>,
    pub(super) description: KeyDescription,
}

impl<'a, 'c> Reading<'a, 'c> {
    pub(super) fn new(context: &'a KeyContext<'c>) -> Self {
        Self {
            context,
            description: KeyDescription::default(),
        }
    }

    /// Returns the passphrase for a key that is encrypted with this method.
    pub(super) fn passphrase(&mut self, method: &str) -> Result<&'c Secret> {
        let method: String = method.chars().take(40).collect();
        let passphrase = self.context.secret().ok_or_else(|| {
            let message = format!("the private key is encrypted ({method})");
            Error::new(Problem::KeyEncrypted, message)
        });
        self.description.encryption = Some(method);
        passphrase
    }
}
