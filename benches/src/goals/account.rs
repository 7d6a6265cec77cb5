//! A technical account of an emulator, opened with the library.

use adobe_ims::{Assertion, Credentials, Environment, KeyContext, TechnicalAccount, ring};
use adobe_ims_benches::Result;

/// Opens a service credentials document, perhaps for another environment than its own.
pub(crate) fn open(document: &[u8], environment: Option<&str>) -> Result<TechnicalAccount> {
    let Credentials::Service(mut credentials) = Credentials::parse(document)? else {
        return Err("the emulator wrote no service credentials".into());
    };
    if let Some(url) = environment {
        credentials = credentials.with_environment(Environment::parse(url)?);
    }
    Ok(credentials.open(&KeyContext::default(), &ring::default_provider())?)
}

/// The part of an assertion that its signature covers, and the signature, still encoded.
pub(crate) fn split(assertion: &Assertion) -> Result<(&str, &str)> {
    let parts = assertion.as_secret().expose().rsplit_once('.');
    Ok(parts.ok_or("the assertion has no signature")?)
}
