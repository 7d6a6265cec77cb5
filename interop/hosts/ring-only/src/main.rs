//! A host whose rustls has ring only.

#[path = "../../fetch.rs"]
mod fetch;

use adobe_ims::crypto::Crypto;
use rustls::crypto::CryptoProvider;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fetch::tokens(Crypto::ring())?;
    assert!(
        CryptoProvider::get_default().is_none(),
        "the library installed a provider for the whole process"
    );
    // Panics when rustls has more than one provider to choose from.
    let _ = rustls::ClientConfig::builder();
    Ok(())
}
