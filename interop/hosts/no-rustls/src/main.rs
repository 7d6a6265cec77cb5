//! A host that does not depend on rustls itself.

#[path = "../../fetch.rs"]
mod fetch;

use adobe_ims::crypto::Crypto;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    fetch::tokens(Crypto::default())
}
