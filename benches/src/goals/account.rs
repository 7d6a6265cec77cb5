//! Opens a technical account of the emulator with the library.

use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::{Credentials, Environment};
use adobe_ims_benches::Result;

/// Opens a service credentials document, for `environment` if it is given.
pub(crate) fn open(document: &[u8], environment: Option<&str>) -> Result<TechnicalAccount> {
    let credentials = match environment {
        Some(url) => Credentials::parse_for(document, Environment::parse(url)?)?,
        None => Credentials::parse(document)?,
    };
    let Credentials::Service(credentials) = credentials else {
        return Err("the emulator wrote no service credentials".into());
    };
    let crypto = Crypto::ring();
    Ok(TechnicalAccount::open(
        &credentials,
        &KeyContext::default(),
        &crypto,
    )?)
}

/// Splits an assertion into the part that its signature covers and the encoded signature.
pub(crate) fn split(assertion: &str) -> Result<(&str, &str)> {
    let parts = assertion.rsplit_once('.');
    Ok(parts.ok_or("the assertion has no signature")?)
}
