//! Credentials as plain data, and the documents that hold them.
//!
//! The content of a document decides its kind ([`Credentials::parse`]):
//!
//! | Document | becomes | known from |
//! |---|---|---|
//! | AEM Developer Console, service credentials (`integration`) | [`ServiceCredentials`] | documented by Adobe |
//! | AEM Developer Console, local development token (`accessToken`) | [`AccessToken`] | documented by Adobe |
//! | Adobe Developer Console, OAuth server-to-server (`CLIENT_SECRETS`) | [`OauthCredentials`] | relied upon by published clients |
//! | Adobe Developer Console, JWT (`API_KEY`); the caller adds the private key and metascopes | [`ServiceCredentials`] | relied upon by published clients |
//! | Adobe Developer Console, workspace (`project`) | one of its credentials | published schema of aio |
//! | IMS contexts of aio, alone or in its configuration (`ims.contexts`): JSON, Hjson, YAML; also of the older form (`jwt_payload`) | one of them | documented by Adobe |
//! | `.aio` of `aio app use`, which only names its credentials; the caller adds those of the `.env` ([`DocumentOptions::variables`]) | one of them | published schema of aio |
//! | `.env` files and properties: `AIO_ims_contexts_…`, `IMS_OAUTH_S2S`, `OAUTH_CLIENT_ID`, `CLIENT_ID` and so on, also with a prefix (`AEM_CLIENT_ID`, `aio_api_key`) | the kind that their fields make | written by tools and starter kits of Adobe |
//! | Adobe PDF Services (`client_credentials`) | [`OauthCredentials`], [`ServiceCredentials`] | documented by Adobe, the newer form seen in published samples |
//! | Configuration of Adobe's library jwt-auth (`clientId`, `metaScopes`) | [`ServiceCredentials`] | documented by Adobe |
//! | OAuth file of Adobe's tutorials (`adobeIMSV3TokenEndpointURL`) | [`OauthCredentials`] | documented by Adobe |
//! | Configurations of user-sync and umapi-client (`enterprise`, YAML or ini), aepp and aanalytics2 (`secret`, `tech_id`) | the kind that their fields make | published sources |
//! | Fields in any other spelling (`client-id`, `imsOrgId`), side by side or in named sections, as JSON, YAML or ini | the kind that their fields make | inferred |
//! | A Postman environment (`values`), a curl command that requests a token | the kind that their fields make | inferred |
//!
//! A document may be in base64, in a JSON string, or in the envelope of a secret store: AWS (`SecretString`,
//! `Parameter`), Vault (`data.data`), Kubernetes (`data`, `stringData`), Google (`payload.data`), Azure (`value`). Real
//! line ends in the strings of JSON, which `echo` makes of `\n`, are read as well.
//!
//! The identity service that a document names counts in every usual spelling (`IMS_HOST`, `token_url`, `environment`
//! and so on). A value that is not understood is an error, because the secrets could go to the wrong environment.
//!
//! Credentials may also come in fields ([`CredentialFields`]) or in variables ([`CredentialVariables`]). A caller can
//! add to a document ([`DocumentOptions`]). Three kinds have no document: people who signed in ([`UserCredentials`]),
//! permanent codes ([`PermanentCode`]) and devices ([`DeviceCredentials`]).
//!
//! ```
//! use adobe_ims::credentials::{CredentialFields, Credentials, FieldNames};
//!
//! let fields = CredentialFields::new()
//!     .client_id("0123456789abcdef")
//!     .client_secret("p8e-…")
//!     .scopes("openid");
//! let credentials = fields.credentials(FieldNames::default())?;
//! assert!(matches!(credentials, Credentials::OauthServerToServer(_)));
//! # Ok::<(), adobe_ims::Error>(())
//! ```

mod device;
mod oauth_client;
mod oauth_server_to_server;
mod permanent_code;
mod service;
mod user;
pub(crate) mod document;

pub use crate::token::lifetime::TokenVersion;
pub use device::DeviceCredentials;
pub use document::{CredentialFields, CredentialVariables, DocumentOptions, FieldNames};
pub(crate) use document::{JWT_CREDENTIALS_ENDED, names_identity_service};
pub use oauth_client::OauthClient;
pub use oauth_server_to_server::OauthCredentials;
pub use permanent_code::PermanentCode;
pub use service::ServiceCredentials;
pub use user::UserCredentials;

use crate::crypto::KeyContext;
use crate::token::AccessToken;
use crate::util::secret::Secret;

/// Credentials of any kind: the proof with which a client requests tokens.
#[derive(Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// An access token that is already issued (AEM local development token). Nothing is exchanged.
    AccessToken(AccessToken),
    /// A technical account: a private key that signs assertions.
    Service(ServiceCredentials),
    /// An OAuth server-to-server credential of the Adobe Developer Console: a client and its secrets.
    OauthServerToServer(OauthCredentials),
    /// A person who signs in and stays signed in.
    User(UserCredentials),
    /// A service with its permanent authorization code.
    PermanentCode(PermanentCode),
    /// A device that was registered for a person.
    Device(DeviceCredentials),
}

impl Credentials {
    /// Requests tokens for these audiences (`resource`). Returns `None` where the request has no such parameter: for an
    /// access token, for a device, and for a person, whose sign-in names the audiences.
    pub fn for_resources(self, resources: impl IntoIterator<Item = String>) -> Option<Self> {
        Some(match self {
            Self::Service(service) => Self::Service(service.for_resources(resources)),
            Self::OauthServerToServer(oauth) => {
                Self::OauthServerToServer(oauth.for_resources(resources))
            }
            Self::PermanentCode(code) => Self::PermanentCode(code.for_resources(resources)),
            Self::AccessToken(_) | Self::Device(_) | Self::User(_) => return None,
        })
    }

    /// Keeps that the document says that an emulator made it.
    pub(crate) fn of_emulator(mut self) -> Self {
        match &mut self {
            Self::Service(service) => service.is_of_emulator = true,
            Self::OauthServerToServer(oauth) => oauth.client.is_of_emulator = true,
            Self::AccessToken(_) | Self::User(_) | Self::PermanentCode(_) | Self::Device(_) => {}
        }
        self
    }

    /// Returns true if the document says that an emulator made it.
    pub(crate) fn is_of_emulator(&self) -> bool {
        match self {
            Self::Service(service) => service.is_of_emulator,
            other => other.oauth_client().is_some_and(|it| it.is_of_emulator),
        }
    }

    /// Returns the client, if the credentials have one of OAuth.
    pub(crate) fn oauth_client(&self) -> Option<&OauthClient> {
        match self {
            Self::AccessToken(_) | Self::Service(_) => None,
            Self::OauthServerToServer(oauth) => Some(&oauth.client),
            Self::User(user) => Some(user.client()),
            Self::PermanentCode(service) => Some(&service.client),
            Self::Device(device) => Some(&device.client),
        }
    }

    /// Returns the secrets with which tokens are requested. A private key in a file is read if the context allows it.
    pub(crate) fn secrets(&self, context: &KeyContext<'_>) -> Vec<Secret> {
        let client = self.oauth_client().into_iter();
        let mut secrets: Vec<Secret> = client.flat_map(|it| it.secrets.clone()).collect();
        match self {
            Self::Service(service) => {
                secrets.push(service.client_secret.clone());
                secrets.extend(service.passphrase.clone());
                let key = context.material(&service.private_key);
                // The path of a file is no secret.
                secrets.extend((!KeyContext::names_a_file(&key)).then_some(key));
            }
            Self::PermanentCode(service) => secrets.push(service.code.clone()),
            Self::Device(device) => secrets.push(device.device_token.clone()),
            Self::AccessToken(_) | Self::OauthServerToServer(_) | Self::User(_) => {}
        }
        secrets
    }
}
