//! Inspects any text as a token and as the claims of a token.

#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use adobe_ims::token::inspect::Inspection;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let _ = Inspection::parse(text, now);
    // Mutations seldom keep base64 valid, so the target encodes the claims.
    let token = format!(
        "{}.{}.c2lnbmF0dXJl",
        base64url(b"{\"alg\":\"RS256\"}"),
        base64url(text.as_bytes())
    );
    let _ = Inspection::parse(&token, now);
});

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0u32;
        for place in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..=chunk.len() {
            let six = bits >> (18 - 6 * place) & 63;
            text.push(char::from(ALPHABET[six as usize]));
        }
    }
    text
}
