//! The settings that [`Account`] and [`OauthClient`] share.
//!
//! [`Account`]: crate::Account
//! [`OauthClient`]: crate::OauthClient

use std::fmt;

use crate::identities::grant_type::GrantType;

/// The settings of a client of any kind. The emulator generates what is not set.
#[derive(Clone, Default)]
pub(crate) struct ClientSettings {
    pub(crate) client_id: Option<String>,
    pub(crate) client_secrets: Vec<String>,
    /// The client has no secret.
    pub(crate) public: bool,
    pub(crate) technical_account_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) grants: Option<Vec<GrantType>>,
    /// The migration to OAuth is complete.
    pub(crate) migrated: bool,
}

impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSettings")
            .field("client_id", &self.client_id)
            .field("public", &self.public)
            .field("technical_account_id", &self.technical_account_id)
            .field("organization", &self.organization)
            .field("scopes", &self.scopes)
            .field("grants", &self.grants)
            .field("migrated", &self.migrated)
            .finish_non_exhaustive()
    }
}

/// Implements the shared setters for a builder with a field `settings`.
macro_rules! impl_client_settings {
    ($builder:ident) => {
        impl $builder {
            /// Sets the client id (API key), the `clientId` or `CLIENT_ID` of a credential
            /// document.
            #[must_use]
            pub fn client_id(mut self, id: impl Into<String>) -> Self {
                self.settings.client_id = Some(id.into());
                self
            }

            /// Adds a client secret. At most two are valid at once (documented by Adobe).
            #[must_use]
            pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
                self.settings.client_secrets.push(secret.into());
                self
            }

            /// Sets the technical account id, `<24 hex>@techacct.adobe.com`: the `id` of a
            /// credential document and the `sub` of an assertion.
            #[must_use]
            pub fn technical_account_id(mut self, id: impl Into<String>) -> Self {
                self.settings.technical_account_id = Some(id.into());
                self
            }

            /// Sets the e-mail address of the technical account, which is its login name in AEM.
            #[must_use]
            pub fn email(mut self, email: impl Into<String>) -> Self {
                self.settings.email = Some(email.into());
                self
            }

            /// Sets the organization, `<24 hex>@AdobeOrg`: the `org` of a credential document and
            /// the `iss` of an assertion. The default is one organization that the emulator
            /// generates for all accounts, clients and people.
            #[must_use]
            pub fn organization(mut self, organization: impl Into<String>) -> Self {
                self.settings.organization = Some(organization.into());
                self
            }

            /// Sets the scopes of the client. At the token endpoint a request may ask for these and
            /// no others; the JWT exchange grants all of them.
            #[must_use]
            pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
                self.settings.scopes = Some(names.into_iter().map(Into::into).collect());
                self
            }

            /// Completes the migration of the client from JWT to OAuth server-to-server: it may use
            /// [`GrantType::ClientCredentials`], and the emulator answers an exchange with 500
            /// `internal_error` (observed).
            #[must_use]
            pub fn migrated(mut self) -> Self {
                self.settings.migrated = true;
                self
            }
        }
    };
}

pub(crate) use impl_client_settings;
