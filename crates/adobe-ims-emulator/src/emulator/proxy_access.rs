//! The address of the proxy, and the credentials that it wants.

use crate::random::Random;
use crate::server::connect_request::ProxyCredentials;

/// The user of a proxy that wants one.
const USER: &str = "emulator";

/// The address of the proxy, and the credentials that it wants.
pub(crate) struct ProxyAccess {
    pub(crate) url: String,
    pub(crate) credentials: Option<ProxyCredentials>,
}

impl ProxyAccess {
    /// Returns the access to a port.
    pub(crate) fn new(port: u16, credentials: Option<ProxyCredentials>) -> Self {
        let url = format!("http://127.0.0.1:{port}");
        Self { url, credentials }
    }
}

/// Makes up the credentials of a proxy.
pub(crate) fn generate_credentials(seed: Option<u64>) -> ProxyCredentials {
    ProxyCredentials {
        user: USER.to_owned(),
        password: Random::new(seed, "proxy").secret(),
    }
}
