//! A host whose rustls has its default features.

#[path = "../../fetch.rs"]
mod fetch;

use adobe_ims::crypto::Crypto;
use rustls::crypto::CryptoProvider;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fetch::tokens(Crypto::default())?;
    assert!(
        CryptoProvider::get_default().is_none(),
        "the library installed a provider for the whole process"
    );
    // The builder panics if rustls cannot choose between several providers.
    let _ = rustls::ClientConfig::builder();
    Ok(())
}
