//! The work that every emulator has to do.

use adobe_ims_benches::Result;
use adobe_ims_benches::document::Document;
use adobe_ims_benches::exchange::{bare_key, bare_sign};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::TokenExchange;
use super::process::Process;
use crate::account;

/// The least work of an exchange: verifying the assertion's signature and signing a token.
pub(super) struct Floor {
    key: ring::signature::RsaKeyPair,
    signed: Vec<u8>,
    signature: Vec<u8>,
    token: Vec<u8>,
}

impl Floor {
    pub(super) fn new(process: &Process, exchanged: &TokenExchange) -> Result<Self> {
        let document = Document::parse(&std::fs::read(&process.credentials)?)?;
        let (signed, signature) = account::split(&exchanged.assertion)?;
        let (token, _) = exchanged
            .token
            .rsplit_once('.')
            .ok_or("the token has no signature")?;
        Ok(Self {
            key: bare_key(document.private_key.as_bytes())?,
            signed: signed.into(),
            signature: URL_SAFE_NO_PAD.decode(signature)?,
            token: token.into(),
        })
    }

    /// Verifies the assertion and signs a token.
    pub(super) fn exchange(&self) -> Result<()> {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.key.public_key())
            .verify(&self.signed, &self.signature)
            .map_err(|_| "the assertion's signature is wrong")?;
        self.sign()
    }

    /// Signs a message as long as a token.
    pub(super) fn sign(&self) -> Result<()> {
        std::hint::black_box(bare_sign(&self.key, &self.token)?);
        Ok(())
    }
}
