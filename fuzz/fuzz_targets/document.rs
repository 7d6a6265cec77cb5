//! Reads any bytes as a credential document.

#![no_main]

use adobe_ims::Credentials;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &[u8]| {
    if let Err(error) = Credentials::parse(document) {
        let _ = error.to_string();
    }
});
