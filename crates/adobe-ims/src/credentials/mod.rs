//! Credentials as plain data, and the documents that hold them.
//!
//! A document is recognised by its content ([`Credentials::parse`]):
//!
//! | Document | becomes | known from |
//! |---|---|---|
//! | AEM Developer Console, service credentials (`integration`) | [`ServiceCredentials`] | documented by Adobe |
//! | AEM Developer Console, local development token (`accessToken`) | [`AccessToken`] | documented by Adobe |
//! | Adobe Developer Console, OAuth server-to-server (`CLIENT_SECRETS`) | [`OauthCredentials`] | relied upon by published clients |
//! | Adobe Developer Console, JWT (`API_KEY`); the private key and metascopes are given beside it | [`ServiceCredentials`] | relied upon by published clients |
//! | Adobe Developer Console, workspace (`project`) | of one of its credentials | published schema of aio |
//! | IMS contexts of aio, alone or in its configuration (`ims.contexts`) | of one of them | documented by Adobe |
//! | `.env` files: `AIO_ims_contexts_…`, `IMS_OAUTH_S2S`, `OAUTH_CLIENT_ID`, `CLIENT_ID` and so on | as their fields say | written by tools and starter kits of Adobe |
//! | Adobe PDF Services (`client_credentials`) | [`OauthCredentials`], [`ServiceCredentials`] | documented by Adobe, the newer form seen in published samples |
//! | Configuration of Adobe's library jwt-auth (`clientId`, `metaScopes`) | [`ServiceCredentials`] | documented by Adobe |
//! | OAuth file of Adobe's tutorials (`adobeIMSV3TokenEndpointURL`) | [`OauthCredentials`] | documented by Adobe |
//!
//! Credentials may also come in fields ([`CredentialFields`]) or in variables ([`CredentialVariables`]), and a
//! document can be completed ([`DocumentOptions`]). What is no document: people who signed in
//! ([`UserCredentials`]), permanent codes, devices.

mod device;
mod oauth_client;
mod oauth_server_to_server;
mod permanent_code;
mod service;
mod user;
mod document;

pub use crate::token::lifetime::TokenVersion;
pub use device::DeviceCredentials;
pub(crate) use document::JWT_CREDENTIALS_ENDED;
pub use document::{CredentialFields, CredentialVariables, DocumentOptions, FieldNames};
pub use oauth_client::OauthClient;
pub use oauth_server_to_server::OauthCredentials;
pub use permanent_code::PermanentCode;
pub use service::ServiceCredentials;
pub use user::UserCredentials;

use crate::token::AccessToken;

/// What proves the right to a token: a credential document that was read, or what else Adobe hands out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// A token that is ready to use (AEM local development token). There is nothing to exchange.
    AccessToken(AccessToken),
    /// A technical account: a key with which to sign assertions.
    Service(ServiceCredentials),
    /// An OAuth server-to-server credential of the Adobe Developer Console: a client and its secrets.
    OauthServerToServer(OauthCredentials),
    /// Somebody who signed in, and stays so.
    User(UserCredentials),
    /// A service, with its permanent authorization code.
    PermanentCode(PermanentCode),
    /// A device that was registered for a person.
    Device(DeviceCredentials),
}

impl Credentials {
    /// Asks for a token for these audiences (`resource`). `None` where the request has no such parameter: for
    /// a token that is ready, a device, and somebody who signed in, whose sign-in names them
    /// ([`AuthorizationRequest::resources`](crate::sign_in::AuthorizationRequest::resources)).
    pub fn for_resources(self, resources: impl IntoIterator<Item = String>) -> Option<Self> {
        Some(match self {
            Self::Service(it) => Self::Service(it.for_resources(resources)),
            Self::OauthServerToServer(it) => Self::OauthServerToServer(it.for_resources(resources)),
            Self::PermanentCode(it) => Self::PermanentCode(it.for_resources(resources)),
            Self::AccessToken(_) | Self::Device(_) | Self::User(_) => return None,
        })
    }
}
