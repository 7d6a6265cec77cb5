//! Reads a key file and signs once with the library, and prints the nanoseconds that it took.
//!
//! `cold_key_ours KEY-FILE LENGTH-OF-THE-MESSAGE`

#![forbid(unsafe_code)]

use std::time::Instant;

use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::{KeyContext, SigningKey};
use adobe_ims_benches::Result;

const USAGE: &str = "usage: cold_key_ours KEY-FILE LENGTH-OF-THE-MESSAGE";

fn main() -> Result<()> {
    let start = Instant::now();
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or(USAGE)?;
    let length = arguments.next().ok_or(USAGE)?.parse()?;
    let key = std::fs::read(path)?;
    let key = SigningKey::read(&key, &KeyContext::default(), &Crypto::ring())?;
    std::hint::black_box(key.sign(&vec![b'a'; length])?);
    println!("{}", start.elapsed().as_nanos());
    Ok(())
}
