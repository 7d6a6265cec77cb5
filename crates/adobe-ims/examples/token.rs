//! From a credential document to an authenticated call:
//! `cargo run -p adobe-ims --example token -- service_token.json`

use adobe_ims::crypto::Crypto;
use adobe_ims::internal::time;
use adobe_ims::provider::SourceOptions;
use adobe_ims::{Credentials, Error, HttpTransport, ImsClient, TokenProvider};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("name a credential document")?;
    match token(&std::fs::read(path)?).await {
        Ok(until) => println!("a token, valid until {until}"),
        Err(error) => {
            println!("{error} [{}]", error.problem().id());
            error.hints().for_each(|hint| println!("- {hint}"));
        }
    }
    Ok(())
}

async fn token(document: &[u8]) -> Result<String, Error> {
    let crypto = Crypto::ring();
    let ims = ImsClient::new(HttpTransport::builder(crypto.clone()).build()?);
    let source = Credentials::parse(document)?.source(ims, &SourceOptions::new(crypto.clone()))?;
    let provider = TokenProvider::new(source);
    let token = provider.token().await?;
    // For the request to AEM: its value is marked sensitive and does not show itself.
    let authorization = token.authorization();
    debug_assert!(authorization.is_sensitive());
    Ok(token
        .expires_at()
        .map_or_else(|| "its end".to_owned(), time::display))
}
