//! Fetches a token from the emulator, as a host of the library does.

use std::error::Error;

use adobe_ims::crypto::Crypto;
use adobe_ims::provider::SourceOptions;
use adobe_ims::{Credentials, Environment, HttpTransport, ImsClient, TokenProvider};
use adobe_ims_emulator::Emulator;

/// Fetches one token for a technical account, with a signature, and one for a client with a secret.
pub fn tokens(crypto: Crypto) -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::start()?;
    let transport = HttpTransport::builder(crypto.clone()).build()?;
    let ims = ImsClient::new(transport);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for document in [
        emulator.credentials_json(),
        emulator.oauth_credentials_json(),
    ] {
        let environment = Environment::parse(emulator.url())?;
        let credentials = Credentials::parse_for(document.as_bytes(), environment)?;
        let options = SourceOptions::new(crypto.clone());
        let provider = TokenProvider::new(credentials.source(ims.clone(), &options)?);
        runtime.block_on(provider.token())?;
    }
    match emulator.tokens_minted() {
        2 => Ok(()),
        other => Err(format!("the emulator issued {other} tokens instead of 2").into()),
    }
}
