//! From a key file to the first signature with the crypto library alone; prints the nanoseconds.
//!
//! `cold_key_bare KEY-FILE LENGTH-OF-THE-MESSAGE`

#![forbid(unsafe_code)]

use std::time::Instant;

use adobe_ims_benches::Result;
use adobe_ims_benches::exchange::{bare_key, bare_sign};

fn main() -> Result<()> {
    let start = Instant::now();
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which file?")?;
    let length = arguments.next().ok_or("how long a message?")?.parse()?;
    let key = bare_key(&std::fs::read(path)?)?;
    std::hint::black_box(bare_sign(&key, &vec![b'a'; length])?);
    println!("{}", start.elapsed().as_nanos());
    Ok(())
}
