//! The proxy in the handle of an emulator.

use crate::emulator::running::Emulator;

impl Emulator {
    /// Returns the URL of the proxy, such as `http://127.0.0.1:49153`. Returns `None` without
    /// [`connect_proxy`](crate::EmulatorBuilder::connect_proxy).
    pub fn proxy_url(&self) -> Option<&str> {
        self.proxy.as_ref().map(|proxy| &*proxy.url)
    }

    /// Returns the user that the proxy wants, or `None` if it wants no authentication.
    pub fn proxy_user(&self) -> Option<&str> {
        Some(&self.proxy.as_ref()?.credentials.as_ref()?.user)
    }

    /// Returns the password that the proxy wants, or `None` if it wants no authentication.
    pub fn proxy_password(&self) -> Option<&str> {
        Some(&self.proxy.as_ref()?.credentials.as_ref()?.password)
    }
}
