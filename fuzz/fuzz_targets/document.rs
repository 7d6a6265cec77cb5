//! Reads any bytes as a credential document, with and without the name of a context and variables beside it.

#![no_main]

use adobe_ims::Credentials;
use adobe_ims::credentials::{CredentialVariables, DocumentOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &[u8]| {
    let mut options = DocumentOptions::default();
    let plain = Credentials::parse_with(document, &options);
    options.context = Some("shop_stage".to_owned());
    options.variables = CredentialVariables::of_env_file(&String::from_utf8_lossy(document));
    let _ = options.variables.ignored_environment();
    let named = Credentials::parse_with(document, &options);
    for error in [plain.err(), named.err()].into_iter().flatten() {
        let _ = error.to_string();
    }
});
