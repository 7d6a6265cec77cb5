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
//! | `/ims/token/v1` | ms | two published clients rely on it, one reads seconds; Adobe's samples of 2019 for the path without a version are in ms |
//! | `/ims/token/v2` | s | relied upon by published clients |
//! | `/ims/token/v3` | s | documented by Adobe; relied upon by published clients; observed |
//! | `/ims/token/v4` | s | relied upon by published clients |
//! | `/ims/authorize/v2` | s | documented by Adobe |
//!
//! Where the claims of the token contradict the unit of the endpoint, the claims win. Of two readings the earlier
//! expiry counts.

mod admin;
mod authorization_code;
mod bearer;
mod client_credentials;
mod client_secrets;
mod cluster_exchange;
mod device;
mod discovery;
mod exchange_jwt;
mod form;
#[cfg(feature = "sign-in")]
mod implicit;
mod invalidate_token;
pub(crate) mod jwks;
mod keys;
mod on_behalf_of;
mod organizations;
mod product_context;
#[cfg(feature = "gzip")]
mod fulfillable_data;
mod profile;
mod raw;
mod refresh_token;
mod register;
mod revoke;
mod response;
mod token_request;
mod token_response;
mod token_type;
mod user_token_response;
mod userinfo;
mod validate_token;
mod version;

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
pub use register::{RegisteredClient, Registration};
pub(crate) use response::server_text;
pub use token_response::{TokenResponse, Warning};
pub use token_type::TokenType;
pub use user_token_response::UserTokenResponse;
pub use userinfo::{Userinfo, UserinfoVersion};
pub use validate_token::Validation;
pub use version::UnknownVersion;

/// Asks IMS. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct ImsClient {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl ImsClient {
    /// Asks over this transport, by the system's clock.
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self {
            transport: Arc::new(transport),
            clock: Arc::new(SystemClock),
        }
    }

    /// Goes by another clock.
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
