//! The operations of IMS: one file per endpoint, its request beside its response.
//!
//! ```
//! use adobe_ims::{Credentials, ImsClient, Result};
//!
//! # async fn example(ims: ImsClient, document: &[u8]) -> Result<()> {
//! if let Credentials::OauthServerToServer(credentials) = Credentials::parse(document)? {
//!     let response = ims.client_credentials(&credentials).await?;
//!     println!("expires_in was {:?}", response.raw_expires_in);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Units of `expires_in`
//!
//! The unit differs between endpoints.
//!
//! | Endpoint | Unit | Known from |
//! |---|---|---|
//! | `/ims/exchange/jwt` | ms | documented by Adobe; relied upon by published clients; observed |
//! | `/ims/token/v1` | ms | relied upon by two published clients (a third reads seconds); Adobe's samples of 2019 for the path without a version are in ms |
//! | `/ims/token/v2` | s | relied upon by published clients |
//! | `/ims/token/v3` | s | documented by Adobe; relied upon by published clients; observed |
//! | `/ims/token/v4` | s | relied upon by published clients |
//! | `/ims/authorize/v2` | s | documented by Adobe |
//!
//! If the claims of the token contradict the unit of the endpoint, the claims win. Of two possible expiries the
//! earlier one counts.

mod json;
mod version;
mod token_type;
mod request;
mod refusal;
mod content_error;
mod response;
mod token_response;
mod user_token_response;
mod bearer;
mod client_secrets;
mod token_request;
mod assertion_refusal;
mod exchange_jwt;
mod client_credentials;
mod authorization_code;
mod refresh_token;
mod device;
mod on_behalf_of;
mod cluster_exchange;
#[cfg(feature = "sign-in")]
mod implicit;
mod validate_token;
mod invalidate_token;
mod revoke;
mod product_context;
#[cfg(feature = "gzip")]
mod fulfillable_data;
mod profile;
mod userinfo;
mod organizations;
mod admin;
mod register;
mod discovery;
pub(crate) mod jwks;
mod keys;

use core::fmt;
use std::sync::Arc;

use crate::transport::Transport;
use crate::util::clock::{Clock, SystemClock};

pub use admin::{AdminOrganizationsVersion, AdminProfileVersion, UserReference};
pub use cluster_exchange::ClusterTarget;
pub use discovery::Discovery;
#[cfg(feature = "gzip")]
pub use fulfillable_data::UnpackError;
pub use invalidate_token::Cascade;
pub use jwks::KeySet;
pub use keys::FetchedKeys;
pub use organizations::{Group, Organization, Organizations, OrganizationsVersion};
pub use product_context::ProductContext;
pub use profile::{Profile, ProfileVersion, Role};
pub use refresh_token::Rotation;
pub use register::{RegisteredClient, Registration};
pub(crate) use response::retry_after;
pub use token_response::{TokenResponse, Warning};
pub use token_type::TokenType;
pub use user_token_response::UserTokenResponse;
pub use userinfo::{Userinfo, UserinfoVersion};
pub use validate_token::Validation;
pub use version::UnknownVersion;

/// A client of IMS: one method for each operation. Cheap to clone; clones share connections.
///
/// ```
/// use adobe_ims::crypto::Crypto;
/// use adobe_ims::{HttpTransport, ImsClient};
///
/// # fn main() -> adobe_ims::Result<()> {
/// let transport = HttpTransport::builder(Crypto::default()).build()?;
/// let ims = ImsClient::new(transport);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ImsClient {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl ImsClient {
    /// Creates a client that sends its requests over this transport. It uses the clock of the system.
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self {
            transport: Arc::new(transport),
            clock: Arc::new(SystemClock),
        }
    }

    /// Replaces the clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }
}

impl fmt::Debug for ImsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImsClient")
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}
