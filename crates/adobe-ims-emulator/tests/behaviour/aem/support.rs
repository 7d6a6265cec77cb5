//! An emulator with a user of AEM.

use std::time::Duration;

use adobe_ims_emulator::{AemGroup, Emulator};
use http::Request;
use serde_json::Value;

use crate::support::{AssertionSigner, FORM, TestResponse, form, frozen_builder, send};

/// An emulator, and the token of a user.
pub(crate) struct Aem {
    pub(crate) emulator: Emulator,
    pub(crate) token: String,
}

impl Aem {
    /// Starts an emulator with a user in a group.
    pub(crate) fn with(group: AemGroup) -> Self {
        let emulator = frozen_builder().start().unwrap();
        let signer = AssertionSigner::of(&emulator);
        assert!(emulator.set_aem_groups(&signer.id, [group], Duration::ZERO));
        let token = signer.token(&emulator);
        Self { emulator, token }
    }

    /// Starts an emulator with a user who writes assets.
    pub(crate) fn new() -> Self {
        Self::with(AemGroup::DamUsers)
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        request.header("authorization", format!("Bearer {}", self.token))
    }

    pub(crate) fn send(&self, request: http::request::Builder, body: &[u8]) -> TestResponse {
        send(&self.emulator, request, body)
    }

    pub(crate) fn get(&self, path: &str) -> TestResponse {
        self.send(self.request("GET", path), b"")
    }

    pub(crate) fn json(&self, method: &str, path: &str, body: &Value) -> TestResponse {
        let request = self.request(method, path);
        let request = request.header("content-type", "application/json");
        self.send(request, body.to_string().as_bytes())
    }

    pub(crate) fn form(&self, path: &str, pairs: &[(&str, &str)]) -> TestResponse {
        let request = self.request("POST", path).header("content-type", FORM);
        self.send(request, form(pairs).as_bytes())
    }
}

/// Sends JSON to the remote control.
pub(crate) fn put(emulator: &Emulator, path: &str, body: &Value) -> TestResponse {
    send(emulator, Request::put(path), body.to_string().as_bytes())
}
