//! The remote control in the handle of an emulator.

use std::time::Duration;

use crate::emulator::running::Emulator;

impl Emulator {
    /// Sets the lifetime of new access tokens in whole milliseconds.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.access_token = lifetime);
    }

    /// Sets the lifetime of new refresh tokens.
    pub fn set_refresh_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.refresh_token = lifetime);
    }

    /// Sets the lifetime of new authorization codes.
    pub fn set_code_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.authorization_code = lifetime);
    }

    /// Sets the lifetime of new device tokens.
    pub fn set_device_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.device_token = lifetime);
    }
}
