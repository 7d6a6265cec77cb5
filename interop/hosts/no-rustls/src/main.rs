//! A host without rustls of its own.

#[path = "../../fetch.rs"]
mod fetch;

use adobe_ims::crypto::Crypto;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fetch::tokens(Crypto::default())
}
