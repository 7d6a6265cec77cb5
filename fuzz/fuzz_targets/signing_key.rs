//! Reads any bytes as a private key, with and without a passphrase.

#![no_main]

use adobe_ims::Secret;
use adobe_ims::crypto::{Crypto, KeyContext, SigningKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|key: &[u8]| {
    let passphrase = Secret::new("PASSPHRASE?%&=ü");
    let crypto = Crypto::ring();
    for passphrase in [None, Some(&passphrase)] {
        // The context allows no files, so the library opens no path.
        let context = KeyContext::default().passphrase(passphrase);
        if let Err(error) = SigningKey::read(key, &context, &crypto) {
            let _ = error.to_string();
        }
    }
});
