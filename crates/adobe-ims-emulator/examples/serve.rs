//! An emulator to try clients against: prints its URL, writes the credentials document and the CA
//! beside each other, and serves until its input ends.
//!
//! `cargo run --example serve -- DIRECTORY [PORT [tls]]`

use std::error::Error;
use std::fs;
use std::io::{Read as _, stdin};
use std::path::PathBuf;

use adobe_ims_emulator::Emulator;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("which directory?")?);
    let port = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let tls = arguments.next().is_some();
    let emulator = Emulator::builder()
        .port(port)
        .tls(tls)
        .own_ims_endpoint()
        .start()?;
    let document = emulator.credentials_json();
    fs::write(directory.join("aem-service-credentials.json"), document)?;
    if let Some(ca) = emulator.ca_pem() {
        fs::write(directory.join("ca.pem"), ca)?;
    }
    println!("{}", emulator.url());
    stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
