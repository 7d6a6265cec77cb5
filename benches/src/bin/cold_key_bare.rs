//! Reads a key file and signs once with the crypto library alone, and prints the nanoseconds that it took.
//!
//! `cold_key_bare KEY-FILE LENGTH-OF-THE-MESSAGE`

#![forbid(unsafe_code)]

use std::time::Instant;

use adobe_ims_benches::Result;
use adobe_ims_benches::exchange::{bare_key, bare_sign};

const USAGE: &str = "usage: cold_key_bare KEY-FILE LENGTH-OF-THE-MESSAGE";

fn main() -> Result<()> {
    let start = Instant::now();
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or(USAGE)?;
    let length = arguments.next().ok_or(USAGE)?.parse()?;
    let key = bare_key(&std::fs::read(path)?)?;
    std::hint::black_box(bare_sign(&key, &vec![b'a'; length])?);
    println!("{}", start.elapsed().as_nanos());
    Ok(())
}
