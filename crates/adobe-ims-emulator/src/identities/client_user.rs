//! The users that belong to a client itself: its technical account, its service user, and the
//! technical accounts of organizations that consented to it.

use crate::identities::client::{Client, Consent};

/// A user that belongs to a client.
pub(crate) struct ClientUser<'d> {
    pub(crate) client: &'d Client,
    pub(crate) user_id: String,
    pub(crate) email: &'d str,
    pub(crate) organization: &'d str,
}

/// The end of the user id of a service token. A published client tells service tokens by it.
pub(crate) const SERVICE_SUFFIX: &str = "@AdobeService";

impl Client {
    /// Returns the user id of the client's service tokens.
    pub(crate) fn service_user_id(&self) -> String {
        let id = &self.binding.technical_account_id;
        let ident = id.split_once('@').map_or(&**id, |(ident, _)| ident);
        format!("{ident}{SERVICE_SUFFIX}")
    }

    /// Returns the consent of an organization, also a withdrawn one.
    pub(crate) fn consent(&self, organization: &str) -> Option<&Consent> {
        let mut consents = self.consents.iter();
        consents.find(|consent| consent.organization == organization)
    }

    /// Returns the user of an id, if it belongs to this client.
    pub(crate) fn user(&self, user_id: &str) -> Option<ClientUser<'_>> {
        let binding = &self.binding;
        let user = |email, organization| ClientUser {
            client: self,
            user_id: user_id.to_owned(),
            email,
            organization,
        };
        let is_own = binding.technical_account_id == user_id
            || (user_id.ends_with(SERVICE_SUFFIX) && self.service_user_id() == user_id);
        if is_own {
            return Some(user(&binding.email, &binding.organization));
        }
        let mut consents = self.consents.iter();
        let consent = consents.find(|consent| consent.technical_account_id == user_id)?;
        Some(user(&consent.email, &consent.organization))
    }
}
