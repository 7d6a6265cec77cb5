//! Reads any text as the lines of a `.env` file.

#![no_main]

use adobe_ims::Credentials;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|lines: &str| {
    // The first line makes the document a `.env` file.
    let document = format!("IMS_CLIENT_ID=client!+ID\n{lines}");
    if let Err(error) = Credentials::parse(document.as_bytes()) {
        let _ = error.to_string();
    }
});
