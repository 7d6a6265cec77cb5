//! Reads any text as a value of each kind. A value that is read is read to itself.

#![no_main]

use adobe_ims::internal::value::{ValueKind, find_token, impossible, read};
use libfuzzer_sys::fuzz_target;

const KINDS: [ValueKind; 13] = [
    ValueKind::ClientId,
    ValueKind::ClientSecret,
    ValueKind::Organization,
    ValueKind::TechnicalAccountId,
    ValueKind::DeviceId,
    ValueKind::Code,
    ValueKind::DeviceToken,
    ValueKind::RefreshToken,
    ValueKind::AccessToken,
    ValueKind::ServiceToken,
    ValueKind::Scopes,
    ValueKind::PrivateKey,
    ValueKind::Document,
];

fuzz_target!(|text: &str| {
    for kind in KINDS {
        match read(kind, text) {
            Ok(value) => {
                let again = read(kind, value.text.expose());
                let again = again.expect("a value that was read can be right");
                assert_eq!(again.text.expose(), value.text.expose());
            }
            Err(content) => assert!(!content.to_string().is_empty()),
        }
        let _ = find_token(kind, text);
        let _ = impossible(kind, text);
    }
    // A private key is no secret, in whatever text it stands.
    if text.contains("-----BEGIN PRIVATE KEY-----") {
        assert!(read(ValueKind::ClientSecret, text).is_err());
    }
});
